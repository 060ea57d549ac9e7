#include "server/tail_stream.h"

#include "json/write.h"

namespace rialto::server {
namespace {

// How soon a client that is gone is noticed, at the latest; well below what proxies wait for.
constexpr std::chrono::seconds kHeartbeat{5};

void append_line(std::string& out, const watch::Passed& passed) {
  out += R"({"Bus":)";
  json::append_quoted(out, passed.bus.arn());
  out += R"(,"Rules":[)";
  for (std::size_t i = 0; i < passed.rules.size(); ++i) {
    if (i > 0) out += ',';
    json::append_quoted(out, passed.rules[i]);
  }
  out += R"(],"Event":)";
  out += passed.event->text;
  out += "}\n";
}

class TailStream final : public http::BodyStream {
 public:
  explicit TailStream(std::shared_ptr<watch::Watcher> watcher) : watcher_(std::move(watcher)) {}

  Task<std::optional<std::string>> next() override {
    // At once, so that whoever asked knows that nothing is missed from here on.
    if (std::exchange(is_new_, false)) co_return "\n";
    const watch::Watcher::Taken taken = co_await watcher_->take(kHeartbeat);
    std::string out;
    for (const watch::Passed& passed : taken.events) append_line(out, passed);
    if (taken.lost > 0) out += R"({"Lost":)" + std::to_string(taken.lost) + "}\n";
    if (out.empty() && taken.is_over) co_return std::nullopt;
    if (out.empty()) out = "\n";
    co_return out;
  }

 private:
  const std::shared_ptr<watch::Watcher> watcher_;
  bool is_new_ = true;
};

}  // namespace

std::shared_ptr<http::BodyStream> make_tail_stream(std::shared_ptr<watch::Watcher> watcher) {
  return std::make_shared<TailStream>(std::move(watcher));
}

}  // namespace rialto::server
