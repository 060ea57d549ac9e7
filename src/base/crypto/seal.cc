#include "base/crypto/seal.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>

#include "base/check.h"

namespace rialto::crypto {
namespace {

// NIST SP 800-38D's own sizes. Nonces are random: safe for some 2^32 texts of one key.
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Context make_context() { return {EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free}; }

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
int size_of(std::string_view text) { return static_cast<int>(text.size()); }

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  RIALTO_CHECK(RAND_bytes(bytes_of(out), size_of(out)) == 1, "the system has random bytes");
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

SecretKey make_secret_key() {
  SecretKey key;
  std::ranges::copy(random_bytes(kSecretKeyBytes), key.bytes.begin());
  return key;
}

std::optional<SecretKey> read_secret_key(std::string_view text) {
  SecretKey key;
  if (text.size() == kSecretKeyBytes) {
    std::ranges::copy(text, key.bytes.begin());
    return key;
  }
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (text.size() != 2 * kSecretKeyBytes) return std::nullopt;
  for (std::size_t i = 0; i < kSecretKeyBytes; ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    key.bytes[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return key;
}

std::string seal(const SecretKey& key, std::string_view plain, std::string_view bound) {
  std::string out = random_bytes(kNonceBytes);
  const Context context = make_context();
  int size = 0;
  bool is_done = EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.bytes.data(),
                                    bytes_of(out)) == 1;
  is_done = is_done &&
            EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(bound), size_of(bound)) == 1;
  out.resize(kNonceBytes + plain.size() + kTagBytes);
  unsigned char* const at = bytes_of(out) + kNonceBytes;
  is_done =
      is_done && EVP_EncryptUpdate(context.get(), at, &size, bytes_of(plain), size_of(plain)) == 1;
  is_done = is_done && EVP_EncryptFinal_ex(context.get(), at + plain.size(), &size) == 1;
  is_done = is_done && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                                           at + plain.size()) == 1;
  RIALTO_CHECK(is_done, "OpenSSL encrypts with AES-256-GCM");
  return out;
}

std::optional<std::string> unseal(const SecretKey& key, std::string_view sealed,
                                  std::string_view bound) {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  sealed = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  const Context context = make_context();
  std::string out(sealed.size(), '\0');
  int size = 0;
  const bool is_done =
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.bytes.data(),
                         bytes_of(nonce)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &size, bytes_of(bound), size_of(bound)) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(out), &size, bytes_of(sealed), size_of(sealed)) ==
          1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes_of(out) + out.size(), &size) == 1;
  if (!is_done) return std::nullopt;
  return out;
}

}  // namespace rialto::crypto
