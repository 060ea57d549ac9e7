// Every ERROR_CODE that an attempt at a target can end with (docs/spec/02 §5): in the dead letter,
// attribute by attribute, and in the metrics.
#include "fixture.h"

namespace rialto::delivery {
namespace {

struct Row {
  Code code;
  std::string_view reason;  // what a target type says
  std::string_view error_code;
};

// A code that is_retryable is tried again; any other ends the delivery.
constexpr Row kRows[] = {
    {Code::Unavailable, "CONNECTION_FAILURE", "CONNECTION_FAILURE"},
    {Code::Timeout, "TIMEOUT", "TIMEOUT"},
    {Code::Throttled, "THROTTLING", "THROTTLING"},
    {Code::Unavailable, "ERROR_FROM_TARGET", "ERROR_FROM_TARGET"},
    {Code::InvalidArgument, "ERROR_FROM_TARGET", "ERROR_FROM_TARGET"},
    {Code::AccessDenied, "NO_PERMISSIONS", "NO_PERMISSIONS"},
    {Code::NotFound, "NO_RESOURCE", "NO_RESOURCE"},
    {Code::InvalidArgument, "INVALID_PARAMETER", "INVALID_PARAMETER"},
    {Code::Unsupported, "INVALID_PARAMETER", "INVALID_PARAMETER"},
    {Code::InvalidArgument, "INVALID_JSON", "INVALID_JSON"},
    {Code::InvalidArgument, "SDK_CLIENT_ERROR", "SDK_CLIENT_ERROR"},
    {Code::Unavailable, "SDK_CLIENT_ERROR", "SDK_CLIENT_ERROR"},
    {Code::AccessDenied, "FAILED_TO_ASSUME_ROLE", "FAILED_TO_ASSUME_ROLE"},
    {Code::Unavailable, "TRANSIENT_ASSUME_ROLE", "TRANSIENT_ASSUME_ROLE"},
    {Code::LimitExceeded, "RESOURCE_LIMIT_EXCEEDED", "RESOURCE_LIMIT_EXCEEDED"},
    {Code::Throttled, "RESOURCE_LIMIT_EXCEEDED", "RESOURCE_LIMIT_EXCEEDED"},
    {Code::AlreadyExists, "RESOURCE_ALREADY_EXISTS", "RESOURCE_ALREADY_EXISTS"},
    {Code::Unavailable, "RESOURCE_MODIFICATION_COLLISION", "RESOURCE_MODIFICATION_COLLISION"},
    {Code::Unavailable, "EVENTS_IN_BATCH_REQUEST_REJECTED", "EVENTS_IN_BATCH_REQUEST_REJECTED"},
    {Code::InvalidArgument, "EVENTS_IN_BATCH_REQUEST_REJECTED", "EVENTS_IN_BATCH_REQUEST_REJECTED"},
    {Code::Unavailable, "INTERNAL_ERROR", "INTERNAL_ERROR"},
    {Code::Internal, "INTERNAL_ERROR", "INTERNAL_ERROR"},
    {Code::InvalidArgument, "", "UNKNOWN"},
    {Code::Timeout, "", "UNKNOWN"},
};

class FailureTable : public EngineTest, public ::testing::WithParamInterface<Row> {
 protected:
  using Attributes = std::vector<queue::Attribute>;

  // What the dead letter of a delivery that failed for good must say.
  Attributes expected(std::string_view exhausted, int retries_made) const {
    Attributes out{{"RULE_ARN", "String", kRuleArn},
                   {"TARGET_ARN", "String", kTargetArn},
                   {"ERROR_CODE", "String", std::string(GetParam().error_code)},
                   {"ERROR_MESSAGE", "String", "What the target said."}};
    if (!exhausted.empty()) {
      out.push_back({"EXHAUSTED_RETRY_CONDITION", "String", std::string(exhausted)});
    }
    out.push_back({"RETRY_ATTEMPTS", "String", std::to_string(retries_made)});
    return out;
  }
};

TEST_P(FailureTable, ReachesTheDeadLetterAndTheMetrics) {
  const auto& [code, reason, error_code] = GetParam();
  fail_always(fail(code, "What the target said.", reason), 0ms);
  take_on({dead_letters() + "," + retries(1)});
  await_settled();
  const bool is_retried = is_retryable(code);
  const int attempts = is_retried ? 2 : 1;
  EXPECT_EQ(script_->count, attempts);
  const auto letters = dead_letters_received();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].body, kEventText);
  EXPECT_EQ(letters[0].attributes, expected(is_retried ? kRetriesExhausted : "", attempts - 1));
  using Counts = std::vector<std::pair<std::string, std::uint64_t>>;
  const auto counted = [&](std::uint64_t count) {
    return Counts{{std::string(error_code), count}};
  };
  EXPECT_EQ(metrics_.failed_attempts.read(), counted(static_cast<std::uint64_t>(attempts)));
  EXPECT_EQ(metrics_.given_up.read(), counted(1));
  EXPECT_EQ(metrics_.dead_lettered, 1U);
  EXPECT_EQ(metrics_.attempts, static_cast<std::uint64_t>(attempts));
}

INSTANTIATE_TEST_SUITE_P(EveryErrorCode, FailureTable, ::testing::ValuesIn(kRows));

}  // namespace
}  // namespace rialto::delivery
