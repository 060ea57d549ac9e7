// `rialto can-i`: what policies make of a request, and which statement decides. Asks no server.
#pragma once

#include <string>
#include <vector>

#include "server/options.h"

namespace rialto::server {

struct CanIArguments {
  Flags flags;  // where the access keys are, as for `rialto serve`
  std::string config_file;
  std::string key;
  std::string action;
  std::string resource;
  std::vector<std::string> context;  // `events:source=app`; a key more than once has many values
  std::string bus_policy_file;       // what DescribeEventBus answers as Policy; `-`: standard input
};

// Prints the outcome. Exit codes: 0, it may; 1, it may not; 2, after a sentence on standard error.
int can_i(const CanIArguments& arguments);

}  // namespace rialto::server
