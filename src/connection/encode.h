// What is common to token requests and invocations: the headers that parameters of users may not
// set. Pure.
#pragma once

#include <string_view>

namespace rialto::connection {

inline constexpr std::string_view kUserAgent = "Amazon/EventBridge/ApiDestinations";

// Whether EventBridge takes this header out of what users ask for (docs/spec/05 §4.1).
bool is_stripped_header(std::string_view name);

// Whether a header may be called so (RFC 9110 §5.6.2).
bool is_header_name(std::string_view text);

// Whether the text can be a header's value: no control characters but a tab.
bool is_header_value(std::string_view text);

}  // namespace rialto::connection
