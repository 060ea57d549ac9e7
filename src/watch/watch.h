// What a server shows of the events that go through it: the trace of the latest ones, and the tail
// for those who watch.
#pragma once

#include "watch/tail.h"
#include "watch/trace.h"

namespace rialto::watch {

struct Watch {
  explicit Watch(TraceOptions options = {}) : trace(options) {}
  Trace trace;
  Tail tail;
};

}  // namespace rialto::watch
