// Digests and base64, as the AWS protocols need them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rialto::crypto {

// The raw digest: 16 and 32 bytes.
std::string md5(std::string_view data);
std::string sha256(std::string_view data);
std::string hmac_sha256(std::string_view key, std::string_view data);

// Whether two texts are the same; takes as long wherever they differ.
bool is_same_secret(std::string_view a, std::string_view b);

// Lower-case hexadecimal.
std::string hex(std::string_view bytes);

// Standard alphabet with padding. Decoding answers nothing when `text` is not base64.
std::string base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

}  // namespace rialto::crypto
