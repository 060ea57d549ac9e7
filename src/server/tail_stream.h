// What `rialto tail` reads: a watcher's events as JSON lines. Private to server.
//
//   {"Bus":"arn:...","Rules":["a","b"],"Event":{...}}
//   {"Lost":12}        that many passed here and found the buffer full
//
// A blank line comes every now and then when nothing else does.
#pragma once

#include <memory>

#include "http/message.h"
#include "watch/tail.h"

namespace rialto::server {

std::shared_ptr<http::BodyStream> make_tail_stream(std::shared_ptr<watch::Watcher> watcher);

}  // namespace rialto::server
