// Percent-encoding as AWS's signatures and protocols have it (RFC 3986; docs/spec/09 §6). Pure.
#pragma once

#include <string>
#include <string_view>

namespace rialto {

// Every byte but `A-Z a-z 0-9 - _ . ~` becomes %XX, a blank %20.
std::string encode_uri(std::string_view text);
// The same, but `/` stays: for a path whose segments are joined already.
std::string encode_uri_path(std::string_view text);

// What a `%` that starts no escape stands for is itself.
std::string decode_uri(std::string_view text);

}  // namespace rialto
