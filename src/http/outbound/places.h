// How many calls are under way: so many to one host, so many in all. Who finds no place stands in
// line; hosts take turns, so that one that is slow keeps only itself waiting. (Curl has limits,
// too, but one line for all hosts, whose head may block the rest.) Pure; used on one thread.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

namespace rialto::http {

class Transfer;

class Places {
 public:
  Places(std::size_t per_host_max, std::size_t all_max)
      : per_host_max_(per_host_max), all_max_(all_max) {}

  // False: `who` stands in line now.
  bool take(const std::string& host, Transfer* who);
  // Who goes on in the place that is given back, or nobody.
  Transfer* give_back(const std::string& host);
  // `who` waits no longer.
  void leave_line(const std::string& host, Transfer* who);

  std::size_t taken() const { return taken_; }

 private:
  struct Host {
    std::size_t taken = 0;
    std::deque<Transfer*> line;
    bool is_in_turns = false;
  };
  using Hosts = std::unordered_map<std::string, Host>;

  void queue_up(Hosts::iterator host);
  void forget_if_idle(Hosts::iterator host);

  const std::size_t per_host_max_;
  const std::size_t all_max_;
  std::size_t taken_ = 0;
  Hosts hosts_;  // those with a call
  // Of the hosts with a line and a place of their own left: whose turn it is when one of all is.
  std::deque<std::string> turns_;
};

}  // namespace rialto::http
