// A request: the first line is X-Amz-Target, the second the content type, the third the query, the
// rest the body.
#include <array>
#include <cstdint>

#include "api/events.h"
#include "api/sqs.h"
#include "api/validate.h"
#include "aws/binding.h"
#include "aws/credential.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto next_line = [&rest] {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    return line;
  };
  const std::string_view target = next_line();
  const std::string_view content_type = next_line();
  rialto::aws::Request request;
  request.method = "POST";
  request.path = "/123456789012/queue";
  request.query = next_line();
  request.body = rest;
  request.header = [&](std::string_view name) {
    if (name == "x-amz-target") return target;
    return name == "content-type" || name == "authorization" ? content_type : std::string_view();
  };
  (void)rialto::aws::find_credential(request);
  static const std::array<const rialto::api::ServiceFacts*, 2> kServices = {
      &rialto::api::events::kFacts, &rialto::api::sqs::kFacts};
  const auto route = rialto::aws::find_route(kServices, request);
  if (route.problem) {
    (void)rialto::aws::render_error(route, *route.problem, "id");
    return 0;
  }
  const auto input = rialto::aws::read_input(route, request);
  if (!input.ok()) {
    (void)rialto::aws::render_error(route, input.error(), "id");
    return 0;
  }
  (void)rialto::api::check(*route.service, *route.operation, *input).ok();
  return 0;
}
