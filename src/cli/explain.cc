#include "ruler/explain.h"

#include <cstdio>

#include "cli/api_client.h"
#include "cli/commands.h"
#include "json/read.h"
#include "json/write.h"
#include "ruler/pattern.h"

namespace rialto::cli {
namespace {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

Result<bool> explain_pattern(const ExplainOptions& options) {
  RIALTO_TRY(const auto pattern_text, read_argument(options.pattern));
  RIALTO_TRY(const auto event_text, read_argument(options.event));
  RIALTO_TRY(const auto pattern, ruler::Pattern::compile(pattern_text));
  auto event = json::parse(event_text);
  if (!event.ok()) return fail(Code::InvalidArgument, "The event: " + event.error().message);
  const auto explanation = ruler::explain(pattern, *event);
  print(options.is_json ? json::write(ruler::to_json(explanation)) + "\n"
                        : ruler::to_text(explanation));
  return explanation.matched;
}

std::string to_text(const json::Value& answer) {
  std::string out;
  for (const json::Value& rule : list_of(answer, "Matched")) {
    out += "✓ " + (rule.is_string() ? rule.as_string() : json::write(rule)) + "\n";
  }
  for (const json::Value& row : list_of(answer, "Near")) {
    out += "✗ " + text_of(row, "Rule") + ": " + text_of(row, "Path");
    if (row.find("Conflict") != nullptr) {
      out += " passes, but in no element of an array together with the other conditions\n";
      continue;
    }
    const std::string found = json_of(row, "Found");
    out += " wants " + json_of(row, "Condition") + ", found " +
           (found == "[]" ? "nothing" : found) + "\n";
  }
  return out.empty() ? "No rule matches, or fails by one condition only.\n" : out;
}

Task<Result<bool>> explain_bus(ExplainOptions options) {
  RIALTO_CO_TRY(auto event_text, read_argument(options.event));
  RIALTO_CO_TRY(auto client, ApiClient::make(options.connection));
  const std::string path = "/_rialto/explain?bus=" + options.bus.value_or("");
  RIALTO_CO_TRY(const auto answer, co_await client.ask("POST", path, std::move(event_text)));
  print(options.is_json ? json::write(answer) + "\n" : to_text(answer));
  co_return !list_of(answer, "Matched").empty();
}

int report(const Result<bool>& matched) {
  if (matched.ok()) return *matched ? 0 : 1;
  std::fprintf(stderr, "rialto explain: %s\n", matched.error().message.c_str());
  return 2;
}

Task<int> explain_bus_and_report(ExplainOptions options) {
  co_return report(co_await explain_bus(std::move(options)));
}

}  // namespace

int explain(const ExplainOptions& options) {
  if (options.pattern.empty() != options.bus.has_value()) {
    return report(fail(Code::InvalidArgument,
                       "Give either --pattern, to ask about one pattern, or --bus, to ask a server "
                       "about the rules of a bus."));
  }
  return options.bus ? run(explain_bus_and_report(options)) : report(explain_pattern(options));
}

}  // namespace rialto::cli
