#include "cli/match/output.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <system_error>

namespace rialto::cli {

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

Result<> write_output(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return {};
  }
  if (errno == EPIPE) return fail(Code::Cancelled, "Nobody reads the output.");
  return fail(Code::Unavailable,
              "Cannot write the output: " + std::generic_category().message(errno) + ".");
}

}  // namespace rialto::cli
