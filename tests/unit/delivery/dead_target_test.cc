// Targets that give no answer: they cost little, others nothing, and no promise is broken.
#include "fixture.h"

namespace rialto::delivery {
namespace {

Error dead() { return fail(Code::Unavailable, "There is no connection.", "CONNECTION_FAILURE"); }

// A lane of which little fits into memory.
class DeadTarget : public EngineTest {
 protected:
  DeadTarget() {
    limits_.window_max = 8;
    limits_.window_min = 4;
    restart();
  }
  void take_on_many(int count, const std::string& more) {
    for (int n = 1; n <= count; ++n) take_on({more}, ++last_);
  }
  void move_clock(Millis by) {
    clock_.advance(by);
    engine_->clock_moved();
  }
  void die() {
    fail_always(dead(), 0ms);
    take_on_many(100, dead_letters() + "," + retries(185, 600));
    await([this] { return engine_->open_breakers() == 1; });
  }

  store::Sequence last_ = 0;
};

TEST_F(DeadTarget, IsCalledNoMoreUntilItIsTimeForAProbe) {
  die();
  EXPECT_EQ(script_->count, kBreakerFailures);
  EXPECT_EQ(engine_->held_back(), 100U);
  EXPECT_EQ(metrics_.breakers_opened, 1U);
  move_clock(5s);
  await([this] { return script_->count == kBreakerFailures + 1; });
  await([this] { return metrics_.retried == kBreakerFailures + 1; });
  EXPECT_EQ(engine_->held_back(), 100U);
  EXPECT_LE(engine_->in_memory(), 8U);
}

TEST_F(DeadTarget, GetsEverythingOnceItAnswersAgain) {
  die();
  script_->act = [](int, auto) { return answer(Result<>()); };
  move_clock(5s);
  await_settled();
  EXPECT_EQ(script_->count, kBreakerFailures + 100);
  EXPECT_EQ(metrics_.delivered, 100U);
  EXPECT_EQ(engine_->open_breakers(), 0U);
  EXPECT_EQ(engine_->held_back(), 0U);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
}

TEST_F(DeadTarget, IsGivenUpOnExactlyWhenTheEventsAreTooOld) {
  die();
  const TimePoint accepted_at = clock_.now();
  move_clock(600s);
  await([this] { return script_->count == kBreakerFailures + 1; });
  await([this] { return engine_->pending() == 100U - metrics_.dead_lettered; });
  EXPECT_LE(metrics_.dead_lettered, 1U) << "the probe's, whose next attempt would be too late";
  move_clock(accepted_at + 600s + 1ms - clock_.now());
  await([this] {
    move_clock(1ms);
    return engine_->pending() == 0;
  });
  EXPECT_LE(script_->count, kBreakerFailures + 3) << "without an attempt";
  EXPECT_EQ(metrics_.dead_lettered, 100U);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
  std::size_t unattempted = 0;
  std::size_t letters = 0;
  for (auto received = dead_letters_received(); !received.empty();
       received = dead_letters_received()) {
    for (const auto& letter : received) {
      ++letters;
      EXPECT_EQ(letter.attributes[2].value, "CONNECTION_FAILURE");
      EXPECT_EQ(letter.attributes[3].value, "There is no connection.");
      EXPECT_EQ(letter.attributes[4].value, "MaximumEventAgeInSeconds");
      unattempted += letter.attributes[5].value == "0";
    }
  }
  EXPECT_EQ(letters, 100U);
  EXPECT_GE(unattempted, 79U);
}

TEST_F(DeadTarget, IsKnownNoMoreAfterARestartOrAReset) {
  die();
  std::atomic<bool> may_fail{false};
  const auto fail_later = [](std::atomic<bool>* gate) -> Task<targets::Outcome> {
    while (!*gate) co_await net::sleep_for(1ms);
    co_return dead();
  };
  restart_with([&](int, const targets::Invocation&) { return fail_later(&may_fail); });
  EXPECT_EQ(engine_->open_breakers(), 0U);
  may_fail = true;
  await([this] { return engine_->open_breakers() == 1; });
  ASSERT_TRUE(run(engine_->reset()).ok());
  EXPECT_EQ(engine_->open_breakers(), 0U);
  script_->act = [](int, auto) { return answer(Result<>()); };
  take_on({""}, ++last_);
  await_settled();
  EXPECT_EQ(metrics_.delivered, 1U);
}

TEST_F(DeadTarget, IsNotOneThatAnswersWithErrors) {
  fail_always(fail(Code::Unavailable, "The store is full.", "INTERNAL_ERROR"), 0ms);
  take_on_many(100, "");
  await([this] { return metrics_.retried == 100; });
  EXPECT_EQ(metrics_.breakers_opened, 0U);
}

TEST_F(DeadTarget, ThatHangsHoldsTwoCallsAndALivelyOneManyMore) {
  std::atomic<int> under_way{0};
  std::atomic<bool> may_end{false};
  const auto hang = [](std::atomic<int>* count, std::atomic<bool>* gate) -> Task<targets::Outcome> {
    ++*count;
    while (!*gate) co_await net::sleep_for(1ms);
    co_return Result<>();
  };
  script_->act = [&](int, const targets::Invocation& call) {
    const bool is_lively = call.is_transformed && script_->count < 300;
    return is_lively ? answer(Result<>()) : hang(&under_way, &may_end);
  };
  take_on_many(50, "");
  await([&] { return under_way == 2; });
  take_on_many(800, R"("InputPath":"$.detail")");
  await([&] { return under_way == 2 + 256; });
  may_end = true;
  await_settled();
  EXPECT_EQ(metrics_.delivered, 850U);
}

}  // namespace
}  // namespace rialto::delivery
