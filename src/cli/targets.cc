// `rialto targets`: where events can go, and whether somebody answers there.
#include <algorithm>
#include <cstdio>

#include "cli/api_client.h"
#include "cli/commands.h"
#include "json/write.h"

namespace rialto::cli {
namespace {

std::string endpoint_of(const json::Value& row) {
  if (row.find("Service") == nullptr) return "-";
  const std::string endpoint = text_of(row, "Endpoint");
  if (endpoint.empty()) return "none; add [targets." + text_of(row, "Service") + "] endpoint = ...";
  const json::Value* answers = row.find("Answers");
  if (answers == nullptr || !answers->is_bool()) return endpoint;
  return endpoint + (answers->as_bool() ? " (answers)" : " (does not answer)");
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string table_of(const json::Value& answer) {
  std::string out;
  std::size_t type_width = 0;
  std::size_t arn_width = 0;
  const json::Array& rows = list_of(answer, "Targets");
  for (const json::Value& row : rows) {
    type_width = std::max(type_width, text_of(row, "Type").size());
    arn_width = std::max(arn_width, text_of(row, "Arn").size());
  }
  for (const json::Value& row : rows) {
    out += padded(text_of(row, "Type"), type_width) + "  " +
           padded(text_of(row, "Arn"), arn_width) + "  " + endpoint_of(row) + "\n";
  }
  return out;
}

Task<Result<json::Value>> ask(TargetsOptions options) {
  RIALTO_CO_TRY(auto client, ApiClient::make(options.connection));
  co_return co_await client.ask("GET", "/_rialto/targets?region=" + options.connection.region, "");
}

Task<int> show(TargetsOptions options) {
  const auto answer = co_await ask(options);
  if (!answer.ok()) {
    std::fprintf(stderr, "rialto targets: %s\n", answer.error().message.c_str());
    co_return 2;
  }
  const std::string text = options.is_json ? json::write(*answer) + "\n" : table_of(*answer);
  std::fwrite(text.data(), 1, text.size(), stdout);
  co_return 0;
}

}  // namespace

int targets(const TargetsOptions& options) { return run(show(options)); }

}  // namespace rialto::cli
