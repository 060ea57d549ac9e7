// `rialto operations`: which of AWS's operations this version has. Asks no server.
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>

#include "api/events.h"
#include "api/sqs.h"
#include "api/sts.h"
#include "cli/commands.h"

namespace rialto::cli {
namespace {

std::string list_of(const api::ServiceFacts& service) {
  std::map<std::string_view, std::string> rows;
  std::size_t width = 0;
  for (const api::Operation& operation : service.operations) {
    rows[operation.name] = "supported  " + std::string(operation.summary);
    width = std::max(width, operation.name.size());
  }
  for (const api::RefusedOperation& operation : service.refused) {
    rows[operation.name] = "refused    needs " + std::string(operation.needs);
    width = std::max(width, operation.name.size());
  }
  std::string out;
  for (const auto& [name, state] : rows) {
    out.append(service.name).append("  ").append(name);
    out.append(width - name.size() + 2, ' ').append(state).append("\n");
  }
  return out;
}

}  // namespace

int operations() {
  for (const auto* service : {&api::events::kFacts, &api::sqs::kFacts, &api::sts::kFacts}) {
    std::fputs(list_of(*service).c_str(), stdout);
  }
  return 0;
}

}  // namespace rialto::cli
