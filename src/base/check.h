// RIALTO_CHECK(condition, why): a bug of ours ends the process with the place and the reason,
// because going on with a broken promise could lose or misdeliver an event. Always on.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace rialto {

[[noreturn]] inline void check_failed(const char* file, int line, const char* condition,
                                      const char* why) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s (%s)\n", file, line, condition, why);
  std::abort();
}

}  // namespace rialto

#define RIALTO_CHECK(condition, why) \
  ((condition) ? void(0) : ::rialto::check_failed(__FILE__, __LINE__, #condition, why))
