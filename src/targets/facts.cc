#include "targets/facts.h"

#include "targets/aws/row.h"

namespace rialto::targets {

std::vector<TypeFacts> type_facts() {
  std::vector<TypeFacts> out = {
      {"event-bus", "arn:aws:events:REGION:ACCOUNT:event-bus/NAME", "PutEvents, in this server",
       ""},
      {"api-destination", "arn:aws:events:REGION:ACCOUNT:api-destination/NAME/ID",
       "an HTTP request of the destination's", ""},
      {"logs", "arn:aws:logs:REGION:ACCOUNT:log-group:NAME",
       "CloudWatch Logs CreateLogStream, PutLogEvents", "logs"}};
  for (const auto rows : {messaging_rows(), workflow_rows(), management_rows(), gateway_rows()}) {
    for (const Row& row : rows) out.push_back({row.name, row.arn_form, row.call, row.service});
  }
  return out;
}

}  // namespace rialto::targets
