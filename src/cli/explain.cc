#include "ruler/explain.h"

#include <cstdio>
#include <fstream>
#include <iterator>

#include "cli/commands.h"
#include "json/read.h"
#include "json/write.h"
#include "ruler/pattern.h"

namespace rialto::cli {
namespace {

// JSON text, or @FILE.
Result<std::string> read_argument(const std::string& argument) {
  if (!argument.starts_with('@')) return argument;
  std::ifstream in(argument.substr(1), std::ios::binary);
  if (!in) return fail(Code::NotFound, "Cannot read " + argument.substr(1) + ".");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<bool> explain_to_output(const ExplainOptions& options) {
  RIALTO_TRY(const auto pattern_text, read_argument(options.pattern));
  RIALTO_TRY(const auto event_text, read_argument(options.event));
  RIALTO_TRY(const auto pattern, ruler::Pattern::compile(pattern_text));
  auto event = json::parse(event_text);
  if (!event.ok()) return fail(Code::InvalidArgument, "The event: " + event.error().message);
  const auto explanation = ruler::explain(pattern, *event);
  const std::string shown = options.is_json ? json::write(ruler::to_json(explanation)) + "\n"
                                            : ruler::to_text(explanation);
  std::fwrite(shown.data(), 1, shown.size(), stdout);
  return explanation.matched;
}

}  // namespace

int explain(const ExplainOptions& options) {
  const auto matched = explain_to_output(options);
  if (matched.ok()) return *matched ? 0 : 1;
  std::fprintf(stderr, "rialto explain: %s\n", matched.error().message.c_str());
  return 2;
}

}  // namespace rialto::cli
