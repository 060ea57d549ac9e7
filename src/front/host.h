// The Host header as a guard: a web page that reaches this machine by a name of its own (DNS
// rebinding) sends that name. Pure.
#pragma once

#include <string_view>

namespace rialto::front {

// Whether `host` (a name or address, maybe with a port) is loopback by its text.
bool is_loopback_host(std::string_view host);

}  // namespace rialto::front
