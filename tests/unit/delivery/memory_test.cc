// What a destination costs to which nothing is owed any more: its lane is kept for a while.
#include "fixture.h"
#include "support/allocations.h"

namespace rialto::delivery {
namespace {

TEST_F(EngineTest, KeepsAnIdleDestinationInUnderFourKilobytes) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "nothing is counted here";
  constexpr std::size_t kCount = 1'000;
  store::Sequence sequence = 0;
  const auto deliver_to = [&](const std::string& role) {
    take_on({R"("RoleArn":"arn:aws:iam::111122223333:role/)" + role +
             R"(","RetryPolicy":{"MaximumRetryAttempts":3},"InputPath":"$.detail")"},
            ++sequence);
    await_settled();
    const std::lock_guard guard(script_->mutex);
    script_->calls.clear();
  };
  for (std::size_t i = 0; i < kCount; ++i) deliver_to("first");
  const std::size_t before = test::live_bytes();
  for (std::size_t i = 0; i < kCount; ++i) deliver_to(std::to_string(i));
  const std::size_t each = (test::live_bytes() - before) / kCount;
  EXPECT_LT(each, 4'096U);
  std::cout << each << " bytes each\n";
}

}  // namespace
}  // namespace rialto::delivery
