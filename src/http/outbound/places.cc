#include "http/outbound/places.h"

#include <algorithm>

namespace rialto::http {

bool Places::take(const std::string& host, Transfer* who) {
  const auto at = hosts_.try_emplace(host).first;
  Host& state = at->second;
  if (taken_ < all_max_ && state.taken < per_host_max_ && state.line.empty()) {
    ++taken_;
    ++state.taken;
    return true;
  }
  state.line.push_back(who);
  queue_up(at);
  return false;
}

Transfer* Places::give_back(const std::string& host) {
  const auto at = hosts_.find(host);
  --taken_;
  --at->second.taken;
  queue_up(at);
  forget_if_idle(at);
  while (!turns_.empty()) {
    const auto next = hosts_.find(turns_.front());
    turns_.pop_front();
    Host& state = next->second;
    state.is_in_turns = false;
    if (state.line.empty()) {  // they left
      forget_if_idle(next);
      continue;
    }
    Transfer* const who = state.line.front();
    state.line.pop_front();
    ++taken_;
    ++state.taken;
    queue_up(next);
    return who;
  }
  return nullptr;
}

void Places::leave_line(const std::string& host, Transfer* who) {
  const auto at = hosts_.find(host);
  std::erase(at->second.line, who);
  forget_if_idle(at);
}

void Places::queue_up(Hosts::iterator host) {
  Host& state = host->second;
  if (state.is_in_turns || state.line.empty() || state.taken >= per_host_max_) return;
  state.is_in_turns = true;
  turns_.push_back(host->first);
}

void Places::forget_if_idle(Hosts::iterator host) {
  const Host& state = host->second;
  if (state.taken == 0 && state.line.empty() && !state.is_in_turns) hosts_.erase(host);
}

}  // namespace rialto::http
