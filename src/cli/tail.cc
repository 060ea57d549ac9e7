// `rialto tail`: the events of a bus as they pass.
#include <cstdio>

#include "cli/api_client.h"
#include "cli/commands.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::cli {
namespace {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::string names_of(const json::Array& rules) {
  std::string out;
  for (const json::Value& rule : rules) {
    if (rule.is_string()) out += (out.empty() ? "" : ", ") + rule.as_string();
  }
  return out.empty() ? "no rule" : out;
}

// An event in one line: when, which, what, and which rules it matches.
std::string to_text(const json::Value& line) {
  const json::Value* event = line.find("Event");
  if (event == nullptr) return json_of(line, "Lost") + " events lost: they passed too quickly.\n";
  return text_of(*event, "time") + " " + text_of(*event, "id") + " " + text_of(*event, "source") +
         " " + json_of(*event, "detail-type") + " " + json_of(*event, "detail") + " -> " +
         names_of(list_of(line, "Rules")) + "\n";
}

// Answers whether more is wanted.
class Shown {
 public:
  explicit Shown(const TailOptions& options) : options_(options) {}

  bool take(std::string_view line) {
    if (line.empty()) {
      // The first one says that from here on nothing is missed; the others, that all is well.
      if (!std::exchange(has_begun_, true) && !options_.is_json) {
        print("Watching " + options_.bus + ".\n");
      }
      return true;
    }
    const auto parsed = json::parse(line);
    const bool is_event = parsed.ok() && parsed->find("Event") != nullptr;
    if (options_.is_json) {
      print(std::string(line) + "\n");
    } else if (parsed.ok()) {
      print(to_text(*parsed));
    }
    shown_ += is_event ? 1 : 0;
    return options_.count == 0 || shown_ < options_.count;
  }

 private:
  const TailOptions& options_;
  std::size_t shown_ = 0;
  bool has_begun_ = false;
};

Task<Result<>> follow(const TailOptions* options) {
  RIALTO_CO_TRY(auto client, ApiClient::make(options->connection));
  std::string path = "/_rialto/tail?bus=" + encode_query(options->bus);
  if (options->pattern) {
    RIALTO_CO_TRY(const auto pattern, read_argument(*options->pattern));
    path += "&pattern=" + encode_query(pattern);
  }
  Shown shown(*options);
  co_return co_await client.follow(std::move(path),
                                   [&shown](std::string_view line) { return shown.take(line); });
}

Task<int> follow_and_report(const TailOptions* options) {
  const Result<> outcome = co_await follow(options);
  if (outcome.ok()) co_return 0;
  std::fprintf(stderr, "rialto tail: %s\n", outcome.error().message.c_str());
  co_return 2;
}

}  // namespace

int tail(const TailOptions& options) { return run(follow_and_report(&options)); }

}  // namespace rialto::cli
