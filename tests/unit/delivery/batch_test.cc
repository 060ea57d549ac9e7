// Several deliveries in one call of a target's API: counted and settled one by one.
#include "delivery/way.h"
#include "fixture.h"

namespace rialto::delivery {
namespace {

Error busy() { return fail(Code::Unavailable, "Try this one again.", "ERROR_FROM_TARGET"); }
Error wrong() { return fail(Code::InvalidArgument, "Not this one.", "INVALID_PARAMETER"); }

using Sizes = std::vector<std::size_t>;

Sizes split_sizes(std::vector<std::size_t> payloads, const targets::Batching& batching) {
  std::vector<targets::Invocation> invocations(payloads.size());
  for (std::size_t i = 0; i < payloads.size(); ++i) invocations[i].payload.resize(payloads[i]);
  return split(invocations, batching);
}

TEST(Split, KeepsTheLimitsOfCountAndBytes) {
  EXPECT_EQ(split_sizes({1, 1, 1, 1, 1}, {.count_max = 2}), (Sizes{2, 2, 1}));
  EXPECT_EQ(split_sizes({4, 4, 4, 9}, {.count_max = 10, .bytes_max = 8}), (Sizes{2, 1, 1}));
  EXPECT_EQ(split_sizes({4, 4}, {.count_max = 10, .bytes_max = 8, .bytes_each = 1}), (Sizes{1, 1}));
  EXPECT_EQ(split_sizes({20, 1}, {.count_max = 10, .bytes_max = 8}), (Sizes{1, 1}))
      << "too large for any call";
  EXPECT_EQ(split_sizes({}, {}), Sizes{});
}

class BatchTest : public EngineTest {
 protected:
  // Puts them while nothing is attempted, so that they are due together.
  void start_with(int count, const std::vector<std::string>& targets) {
    engine_->stop();
    for (int n = 1; n <= count; ++n) {
      auto deliveries = make_deliveries(targets, static_cast<store::Sequence>(n));
      store::Batch batch;
      engine_->owe(batch, deliveries);
      ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
    }
    make_engine();
  }
  Sizes batches() {
    const std::lock_guard guard(script_->mutex);
    return script_->batches;
  }
};

TEST_F(BatchTest, TakesWhatIsDueAndNeverWaitsForMore) {
  script_->batching.count_max = 4;
  start_with(10, {""});
  await_settled();
  Sizes sizes = batches();
  std::ranges::sort(sizes);
  EXPECT_EQ(sizes, (Sizes{2, 4, 4}));
  EXPECT_EQ(metrics_.attempts, 10U);
  EXPECT_EQ(metrics_.delivered, 10U);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
  take_on({""}, 11);
  await_settled();
  EXPECT_EQ(batches().size(), 3U) << "one alone is no batch";
  EXPECT_EQ(metrics_.delivered, 11U);
}

TEST_F(BatchTest, HandlesEachOutcomeOnItsOwn) {
  script_->batching.count_max = 10;
  script_->act = [this](int call, auto) {
    clock_.advance(1h);
    if (call == 2) return answer(busy());
    if (call == 3) return answer(wrong());
    return answer(Result<>());
  };
  start_with(10, {dead_letters()});
  await_settled();
  EXPECT_EQ(batches(), Sizes{10});
  EXPECT_EQ(script_->count, 11);
  EXPECT_EQ(metrics_.attempts, 11U);
  EXPECT_EQ(metrics_.retried, 1U);
  EXPECT_EQ(metrics_.delivered, 9U);
  EXPECT_EQ(metrics_.dead_lettered, 1U);
  const auto letters = dead_letters_received();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].attributes[2].value, "INVALID_PARAMETER");
  EXPECT_EQ(letters[0].attributes[4].value, "0");
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
}

TEST_F(BatchTest, SettlesEventsOfSeveralDeliveries) {
  script_->batching.count_max = 7;
  start_with(20, {"", "", R"("InputPath":"$.detail")"});
  await_settled();
  EXPECT_EQ(metrics_.delivered, 60U);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
  EXPECT_EQ(store_.size(store::Table::Delivery), 0U);
}

TEST_F(BatchTest, KeepsTheLimitOfBytes) {
  const std::size_t size = std::string_view(kEventText).size();
  script_->batching = {.count_max = 10, .bytes_max = 3 * size};
  start_with(9, {""});
  await_settled();
  EXPECT_EQ(batches(), (Sizes{3, 3, 3}));
}

TEST_F(BatchTest, LeavesOutWhatHasNoPayload) {
  script_->batching.count_max = 10;
  start_with(3, {dead_letters() + R"(,"InputTransformer":{"InputPathsMap":{"d":"$.detail"},)"
                                  R"("InputTemplate":"{\"x\":\"<d>\"}"})"});
  await_settled();
  EXPECT_EQ(script_->count, 0);
  EXPECT_EQ(metrics_.dead_lettered, 3U);
}

TEST_F(BatchTest, GoesOnWhenTheStoreRefusesForAWhile) {
  script_->batching.count_max = 5;
  script_->act = [this](int, auto) {
    store_.fail_next(2);
    return answer(Result<>());
  };
  start_with(5, {""});
  await([this] {
    clock_.advance(10ms);
    engine_->clock_moved();
    return engine_->pending() == 0;
  });
  EXPECT_EQ(metrics_.delivered, 5U);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
}

}  // namespace
}  // namespace rialto::delivery
