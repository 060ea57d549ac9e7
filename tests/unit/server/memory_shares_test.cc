// However small the budget is, its parts leave room for the rest.
#include "server/memory_shares.h"

#include <gtest/gtest.h>

namespace rialto::server {
namespace {

std::size_t sum(const MemoryShares& shares) {
  return shares.lanes.deliveries_max * delivery::kDeliveryBytes + shares.lanes.event_bytes_max +
         shares.trace.bytes_max + shares.queues.rows_max * shares.queues.row_bytes +
         shares.store.cache_bytes + shares.store.layer_bytes;
}

TEST(MemoryShares, LeaveThreeSixteenthsOfTheBudgetToTheRest) {
  for (std::size_t budget = kMemoryBudgetMin; budget < std::size_t{1} << 40; budget *= 2) {
    Options options;
    options.memory_budget = budget;
    const MemoryShares shares(options);
    EXPECT_LE(sum(shares), budget / 16 * 13) << budget;
    EXPECT_GE(shares.lanes.deliveries_max, 10'000U);
    EXPECT_GE(shares.queues.rows_max, 16U);
    EXPECT_GE(shares.trace.bytes_max, watch::kTraceBytesMin);
  }
}

TEST(MemoryShares, AreTheUsualSizesWhereThereIsRoom) {
  Options options;
  options.memory_budget = std::size_t{4} << 30;
  const MemoryShares shares(options);
  EXPECT_EQ(shares.trace.bytes_max, watch::TraceOptions{}.bytes_max);
  EXPECT_EQ(shares.queues.rows_max, queue::Options{}.rows_max);
  EXPECT_EQ(shares.store.layer_bytes, store::Limits{}.layer_bytes);
}

TEST(MemoryShares, NeverTurnATraceOnThatIsOff) {
  Options options;
  options.trace.bytes_max = 0;
  EXPECT_EQ(MemoryShares(options).trace.bytes_max, 0U);
}

TEST(MemoryBudget, IsAQuarterOfTheMachineUnlessItIsSet) {
  Options options;
  EXPECT_GE(budget_of(options), kMemoryBudgetMin);
  options.memory_budget = kMemoryBudgetMin;
  EXPECT_EQ(budget_of(options), kMemoryBudgetMin);
}

}  // namespace
}  // namespace rialto::server
