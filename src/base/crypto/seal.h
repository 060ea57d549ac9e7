// Encryption of what is kept: AES-256-GCM, with a new random nonce for each text.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rialto::crypto {

inline constexpr std::size_t kSecretKeyBytes = 32;

struct SecretKey {
  std::array<unsigned char, kSecretKeyBytes> bytes{};
};

// From the operating system's generator.
SecretKey make_secret_key();

// The key that `text` is: 32 bytes, or 64 hexadecimal digits with maybe a line's end after them.
std::optional<SecretKey> read_secret_key(std::string_view text);

// `plain`, encrypted: a nonce of 12 bytes, then as many as `plain` has, then a tag of 16. `bound`
// is not in it, and must be the same for `unseal`: what was sealed for one place opens at no other.
std::string seal(const SecretKey& key, std::string_view plain, std::string_view bound);

// Nothing when `sealed` is not what `seal` made with this key for `bound`.
std::optional<std::string> unseal(const SecretKey& key, std::string_view sealed,
                                  std::string_view bound);

}  // namespace rialto::crypto
