// Policies: what is read decides something of any request, and a denial is never allowed.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "policy/document.h"
#include "policy/policy.h"

using namespace rialto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  policy::Request request;
  request.principal = {.account = "444455556666", .arn = "arn:aws:iam::444455556666:user/u"};
  request.action = "events:PutEvents";
  request.resource = "arn:aws:events:eu-west-1:111122223333:event-bus/b";
  request.context.put("events:source", policy::Context::Values{"a", "b"});
  request.context.put("aws:sourceip", "10.1.2.3");
  request.context.put("aws:currenttime", "2026-01-15T12:00:00Z");
  for (const auto kind : {policy::Kind::Identity, policy::Kind::Resource}) {
    const auto parsed = policy::Policy::parse(text, kind);
    if (!parsed.ok()) continue;
    const policy::Policies all{*parsed};
    const policy::Decision decision = policy::evaluate(all, request);
    const policy::Judges judges{&all, &all.front(), "111122223333"};
    RIALTO_CHECK(policy::judge(judges, request).outcome == decision.outcome, "both say the same");
  }
  const policy::Permission permission{.statement_id = "s", .principal = "*", .action = "a"};
  const auto with = policy::with_permission(std::string(text), permission, request.resource);
  if (with.ok()) (void)policy::without_statement(*with, "s").value();
  return 0;
}
