#include "server/notices.h"

#include "base/log.h"

namespace rialto::server {

void Notices::put(connection::Notice notice) {
  if (is_stopping_) return;
  tasks_.spawn(loop_, "notices.put", put_in_turn(std::move(notice)));
}

void Notices::stop() {
  is_stopping_ = true;
  tasks_.stop();
}

Task<> Notices::put_in_turn(connection::Notice notice) {
  co_await turn_.take();
  std::vector<json::Value> envelopes;
  envelopes.push_back(std::move(notice.envelope));
  model::BusRef bus{notice.scope.region, notice.scope.account, std::string(model::kDefaultBus)};
  const auto outcome = co_await ingest_.put_envelopes(std::move(bus), std::move(envelopes));
  turn_.pass();
  if (!outcome.ok()) log::warn("notice.not_put", {{"error", outcome.error().message}});
}

}  // namespace rialto::server
