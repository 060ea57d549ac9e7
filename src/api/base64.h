// Base 64 (RFC 4648 §4), for the blobs of JSON and query requests. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rialto::api {

std::string to_base64(std::string_view bytes);

// Nothing when `text` is no base 64. Missing padding is understood, as Java's decoder does.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace rialto::api
