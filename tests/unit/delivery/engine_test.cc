// The engine's promise: delivered, dead-lettered, or lost and counted; never silently gone.
#include "delivery/engine.h"

#include <latch>
#include <set>

#include "fixture.h"

namespace rialto::delivery {
namespace {

Error busy() { return fail(Code::Unavailable, "The target is busy.", "ERROR_FROM_TARGET"); }
Error wrong() { return fail(Code::InvalidArgument, "The target refused.", "INVALID_PARAMETER"); }

using Attributes = std::vector<queue::Attribute>;

TEST_F(EngineTest, DeliversAndOwesNothingAfterwards) {
  take_on({""});
  await_settled();
  EXPECT_EQ(script_->count, 1);
  EXPECT_EQ(owed_events(), 0U);
  EXPECT_EQ(owed_deliveries(), 0U);
  EXPECT_EQ(metrics_.attempts, 1U);
  EXPECT_EQ(metrics_.delivered, 1U);
  EXPECT_EQ(metrics_.retried + metrics_.dead_lettered + metrics_.dropped, 0U);
}

TEST_F(EngineTest, CallsTheTargetWithTheWholeEvent) {
  take_on({""});
  await_settled();
  const targets::Invocation& call = script_->calls.at(0);
  EXPECT_EQ(call.target.text(), kTargetArn);
  EXPECT_EQ(call.rule_arn, kRuleArn);
  EXPECT_EQ(call.payload, kEventText);
  EXPECT_FALSE(call.is_transformed);
  EXPECT_EQ(call.event->id, "event-1");
}

TEST_F(EngineTest, CallsTheTargetWithWhatItsInputMakes) {
  take_on({R"("InputPath":"$.detail")", R"("Input":"{\"a\":1}")"});
  await_settled();
  ASSERT_EQ(script_->calls.size(), 2U);
  EXPECT_EQ(script_->calls[0].payload, R"({"n":1.0})");
  EXPECT_TRUE(script_->calls[0].is_transformed);
  EXPECT_EQ(script_->calls[1].payload, R"({"a":1})");
}

TEST_F(EngineTest, TriesAgainUntilTheTargetTakesIt) {
  script_->act = [this](int call, auto) {
    clock_.advance(1h);
    return answer(call < 4 ? Result<>(busy()) : Result<>());
  };
  take_on({dead_letters()});
  await_settled();
  EXPECT_EQ(script_->count, 4);
  EXPECT_EQ(metrics_.attempts, 4U);
  EXPECT_EQ(metrics_.retried, 3U);
  EXPECT_EQ(metrics_.delivered, 1U);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
  EXPECT_TRUE(dead_letters_received().empty());
}

TEST_F(EngineTest, TellsTheTraceOfEachAttempt) {
  script_->act = [this](int call, auto) {
    clock_.advance(10min);
    return answer(call == 1 ? Result<>(busy()) : Result<>());
  };
  const TimePoint start = clock_.now();
  take_on({""});
  await_settled();
  const auto story = watch_.trace.find("event-1", clock_.now());
  ASSERT_EQ(story.steps.size(), 2U);
  const watch::Step first = watch::decode_step(story.steps[0]).step;
  EXPECT_EQ(first.kind, watch::StepKind::Failed);
  EXPECT_EQ(first.count, 1U);
  EXPECT_GE(first.at, start + 10min);
  EXPECT_EQ(first.next_at, first.at + 1ms);
  EXPECT_EQ(first.rule_arn, kRuleArn);
  EXPECT_EQ(first.message, busy().message);
  const watch::Step second = watch::decode_step(story.steps[1]).step;
  EXPECT_EQ(second.kind, watch::StepKind::Delivered);
  EXPECT_EQ(second.count, 2U);
  EXPECT_EQ(metrics_.to_first_attempt.read().count, 1U);
  EXPECT_LT(metrics_.to_first_attempt.read().sum, 600);
  EXPECT_EQ(metrics_.to_success.read().count, 1U);
  EXPECT_GE(metrics_.to_success.read().sum, 1'200);
  EXPECT_EQ(engine_->oldest(), std::nullopt);
}

TEST_F(EngineTest, SendsAPermanentErrorToTheDeadLetterQueueAtOnce) {
  fail_always(wrong());
  take_on({dead_letters()});
  await_settled();
  EXPECT_EQ(script_->count, 1);
  EXPECT_EQ(metrics_.dead_lettered, 1U);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
  const auto letters = dead_letters_received();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].body, kEventText);
  EXPECT_EQ(letters[0].trace_header, "Root=1-5759e988-bd862e3fe1be46a994272793");
  EXPECT_EQ(letters[0].attributes, (Attributes{{"RULE_ARN", "String", kRuleArn},
                                               {"TARGET_ARN", "String", kTargetArn},
                                               {"ERROR_CODE", "String", "INVALID_PARAMETER"},
                                               {"ERROR_MESSAGE", "String", "The target refused."},
                                               {"RETRY_ATTEMPTS", "String", "0"}}));
}

TEST_F(EngineTest, GivesUpWhenTheRetriesAreUsedUp) {
  fail_always(busy(), 1h);
  take_on({dead_letters() + "," + retries(2)});
  await_settled();
  EXPECT_EQ(script_->count, 3);
  const auto letters = dead_letters_received();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].attributes,
            (Attributes{{"RULE_ARN", "String", kRuleArn},
                        {"TARGET_ARN", "String", kTargetArn},
                        {"ERROR_CODE", "String", "ERROR_FROM_TARGET"},
                        {"ERROR_MESSAGE", "String", "The target is busy."},
                        {"EXHAUSTED_RETRY_CONDITION", "String", "MaximumRetryAttempts"},
                        {"RETRY_ATTEMPTS", "String", "2"}}));
}

TEST_F(EngineTest, GivesUpWhenTheEventIsTooOld) {
  fail_always(busy(), 40s);
  take_on({dead_letters() + "," + retries(185, 60)});
  await_settled();
  EXPECT_EQ(script_->count, 2);
  const auto letters = dead_letters_received();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].attributes[4],
            (queue::Attribute{"EXHAUSTED_RETRY_CONDITION", "String", "MaximumEventAgeInSeconds"}));
  EXPECT_EQ(letters[0].attributes[5], (queue::Attribute{"RETRY_ATTEMPTS", "String", "1"}));
}

TEST_F(EngineTest, ComesBackNoSoonerThanTheTargetAsks) {
  script_->act = [](int call, auto) {
    targets::Outcome outcome;
    if (call == 1) outcome.result = fail(Code::Throttled, "Too many.", "THROTTLING");
    if (call == 1) outcome.retry_after = 2h;
    return answer(outcome);
  };
  take_on({""});
  await([this] { return metrics_.retried == 1; });
  await([this] { return engine_->in_memory() == 1; });
  clock_.advance(2h - 1ms);
  restart();
  EXPECT_EQ(script_->count, 1);
  clock_.advance(1ms);
  engine_->clock_moved();
  await_settled();
  EXPECT_EQ(script_->count, 2);
}

TEST_F(EngineTest, GivesUpWhenTheTargetAsksForMoreThanTheGreatestAge) {
  script_->act = [](int, auto) {
    targets::Outcome outcome(fail(Code::Throttled, "Too many.", "THROTTLING"));
    outcome.retry_after = 61s;
    return answer(outcome);
  };
  take_on({dead_letters() + "," + retries(185, 60)});
  await_settled();
  EXPECT_EQ(script_->count, 1);
  const auto letters = dead_letters_received();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].attributes[4],
            (queue::Attribute{"EXHAUSTED_RETRY_CONDITION", "String", "MaximumEventAgeInSeconds"}));
}

TEST_F(EngineTest, GivesUpWhenTheTargetWantsNoOtherAttempt) {
  script_->act = [](int call, auto) {
    targets::Outcome outcome(busy());
    outcome.is_last = call == 2;
    return answer(outcome);
  };
  take_on({dead_letters()});
  await_settled();
  EXPECT_EQ(script_->count, 2);
  const auto letters = dead_letters_received();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].attributes, (Attributes{{"RULE_ARN", "String", kRuleArn},
                                               {"TARGET_ARN", "String", kTargetArn},
                                               {"ERROR_CODE", "String", "ERROR_FROM_TARGET"},
                                               {"ERROR_MESSAGE", "String", "The target is busy."},
                                               {"RETRY_ATTEMPTS", "String", "1"}}));
}

TEST_F(EngineTest, CountsWhatIsLostWithoutADeadLetterQueue) {
  fail_always(wrong());
  take_on({""});
  await_settled();
  EXPECT_EQ(metrics_.dropped, 1U);
  EXPECT_EQ(metrics_.dead_lettered, 0U);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
}

TEST_F(EngineTest, CountsWhatIsLostBecauseTheDeadLetterQueueIsGone) {
  ASSERT_TRUE(run(queues_.remove(kScope, "dlq")).ok());
  fail_always(wrong());
  take_on({dead_letters()});
  await_settled();
  EXPECT_EQ(metrics_.dropped, 1U);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
}

TEST_F(EngineTest, DoesNotCallATargetForInputThatMakesNoJson) {
  take_on({dead_letters() + R"(,"InputTransformer":{"InputPathsMap":{"d":"$.detail"},)"
                            R"("InputTemplate":"{\"x\":\"<d>\"}"})"});
  await_settled();
  EXPECT_EQ(script_->count, 0);
  const auto letters = dead_letters_received();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].attributes[2].value, "INVALID_JSON");
}

TEST_F(EngineTest, KeepsTheEventUntilItsLastDeliveryIsSettled) {
  std::atomic<bool> may_end{false};
  const auto act = [](std::atomic<bool>* gate) -> Task<targets::Outcome> {
    while (!*gate) co_await net::sleep_for(1ms);
    co_return Result<>();
  };
  script_->act = [&](int call, auto) { return call == 2 ? act(&may_end) : answer(Result<>()); };
  take_on({"", "", ""});
  await([this] { return owed_deliveries() == 1; });
  EXPECT_EQ(owed_events(), 1U);
  may_end = true;
  await_settled();
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
  EXPECT_EQ(metrics_.delivered, 3U);
}

TEST_F(EngineTest, OwesNothingHoweverManyAreSettledAtOnce) {
  for (store::Sequence sequence = 1; sequence <= 50; ++sequence) {
    take_on({"", "", R"("InputPath":"$.detail")", ""}, sequence);
  }
  await_settled();
  await([this] { return owed_events() == 0; });
  EXPECT_EQ(owed_deliveries(), 0U);
  EXPECT_EQ(metrics_.delivered, 200U);
}

TEST_F(EngineTest, GoesOnAfterARestartWhereItWas) {
  const auto never = []() -> Task<targets::Outcome> {
    co_await net::sleep_for(1h);
    co_return fail(Code::Cancelled, "The server is stopping.");
  };
  // The first attempt fails, the second is under way when the process ends.
  script_->act = [&](int call, auto) {
    clock_.advance(1s);
    return call == 1 ? answer(busy()) : never();
  };
  take_on({dead_letters() + "," + retries(2)});
  await([this] {
    clock_.advance(1ms);
    return script_->count == 2;
  });
  restart_with([this](int, auto) {
    clock_.advance(1s);
    return answer(busy());
  });
  await_settled();
  const auto letters = dead_letters_received();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].body, kEventText);
  EXPECT_EQ(letters[0].attributes[5], (queue::Attribute{"RETRY_ATTEMPTS", "String", "2"}))
      << "the attempt that failed before counts, the one that was cut off does not";
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
}

TEST_F(EngineTest, AttemptsNothingAgainThatWasSettledBeforeARestart) {
  take_on({"", ""});
  await_settled();
  restart();
  EXPECT_EQ(engine_->pending(), 0U);
  EXPECT_EQ(script_->count, 2);
}

TEST_F(EngineTest, StartsInSpiteOfRecordsItCannotReadAndKeepsThem) {
  fail_always(busy(), 0ms);
  take_on({""}, 9);
  await([this] { return script_->count == 1; });
  engine_->stop();
  auto unreadable = make_deliveries({""}, 2);
  unreadable[0].due_at -= 1s;  // it would be first
  store::Batch batch;
  append_owed(batch, unreadable);
  batch.put(store::Table::Event, store::encode(store::EventKey{7, 2}), "garbage");
  auto lost = make_deliveries({R"("InputPath":"$.detail")"}, 3);
  append_owed(batch, lost);  // and no record of its lane
  batch.put(store::Table::Due, "short", "garbage");
  batch.put(store::Table::Meta, store::lane_key({.high = 1, .low = 2}), "garbage");
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  restart_with([](int, auto) { return answer(Result<>()); });
  await([this] {
    clock_.advance(1ms);
    return engine_->pending() == 1;
  });
  EXPECT_EQ(script_->count, 2) << "only what can be read is delivered";
  EXPECT_EQ(owed_deliveries(), 3U);
  EXPECT_EQ(owed_events(), 2U);
}

TEST_F(EngineTest, ForgetsALaneThatNobodyUsesAndKnowsItAgain) {
  take_on({""});
  await_settled();
  const auto lanes = [this] {
    std::size_t count = 0;
    EXPECT_TRUE(store_
                    .scan(store::Table::Meta, store::prefix_range(store::kLanePrefix),
                          [&count](auto, auto) { return ++count; })
                    .ok());
    return count;
  };
  EXPECT_EQ(lanes(), 1U);
  clock_.advance(9min);
  engine_->clock_moved();
  take_on({""}, 2);
  await_settled();
  EXPECT_EQ(lanes(), 1U);
  clock_.advance(20min);
  engine_->clock_moved();
  await([&] { return lanes() == 0; });
  take_on({""}, 3);
  EXPECT_EQ(lanes(), 1U);
  await_settled();
  EXPECT_EQ(script_->count, 3);
  restart();
  EXPECT_EQ(lanes(), 0U) << "a lane that owes nothing does not outlive the process";
}

TEST_F(EngineTest, SettlesOnceTheStoreWorksAgain) {
  script_->act = [this](int, auto) {
    store_.fail_next(1);
    return answer(Result<>());
  };
  take_on({""});
  await_settled();
  EXPECT_EQ(script_->count, 1) << "what was delivered is not delivered again";
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
}

TEST_F(EngineTest, DeadLettersOnceWhenTheStoreFailsInBetween) {
  script_->act = [this](int, auto) {
    store_.fail_next(1);
    return answer(wrong());
  };
  take_on({dead_letters()});
  await_settled();
  EXPECT_EQ(dead_letters_received().size(), 1U);
  EXPECT_EQ(metrics_.dead_lettered, 1U);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
}

// The first delivery's dead letter cannot be stored; the second is settled; then the process ends.
TEST_F(EngineTest, LosesNoDeadLetterWhenAnotherDeliveryIsSettledMeanwhile) {
  std::atomic<bool> may_end{false};
  const auto late = [](std::atomic<bool>* gate) -> Task<targets::Outcome> {
    while (!*gate) co_await net::sleep_for(1ms);
    co_return Result<>();
  };
  script_->act = [&](int, targets::Invocation invocation) {
    if (invocation.is_transformed) return late(&may_end);
    store_.fail_next(1);
    return answer(wrong());
  };
  take_on({dead_letters(), R"("InputPath":"$.detail")"});
  await([this] { return !store_.will_fail() && script_->count == 2; });
  may_end = true;
  await([this] { return owed_deliveries() == 1; });
  EXPECT_EQ(owed_events(), 1U) << "a delivery is still owed, and needs its event";
  restart();
  await_settled();
  EXPECT_EQ(dead_letters_received().size(), 1U);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
}

TEST_F(EngineTest, ResetForgetsEverythingInMemoryAndInTheStore) {
  fail_always(busy(), 0ms);  // time stands still: the retries wait
  for (store::Sequence sequence = 1; sequence <= 5; ++sequence) take_on({"", ""}, sequence);
  await([this] { return script_->count >= 10; });
  ASSERT_TRUE(run(engine_->reset()).ok());
  await_settled();
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
  const int before = script_->count;
  restart();
  EXPECT_EQ(engine_->pending(), 0U);
  EXPECT_EQ(script_->count, before);
}

// The reset comes while some are about to be put off, or settled; at another moment in each round.
TEST_F(EngineTest, NothingIsWrittenAfterAReset) {
  script_->act = [](int call, auto) {
    return answer(call % 2 == 0 ? Result<>() : Result<>(busy()));
  };
  for (int round = 1; round <= 200; ++round) {
    const int before = script_->count;
    for (store::Sequence sequence = 1; sequence <= 5; ++sequence) take_on({"", ""}, sequence);
    await([&] { return script_->count >= before + 1 + round % 10; });
    ASSERT_TRUE(run(engine_->reset()).ok());
    restart();
    ASSERT_EQ(owed_events() + owed_deliveries(), 0U) << "in round " << round;
    ASSERT_EQ(engine_->pending(), 0U);
  }
}

// Whoever empties the server finds nothing of the past in it, whatever was under way.
TEST_F(EngineTest, AnAttemptThatEndsAfterAResetLeavesNoTrace) {
  for (const bool is_permanent : {false, true}) {
    std::atomic<bool> may_end{false};
    std::atomic<int> begun{0};
    std::atomic<int> ended{0};
    const auto late = [&](Error error) -> Task<targets::Outcome> {
      ++begun;
      while (!may_end) co_await net::sleep_for(1ms);
      ++ended;
      co_return error;
    };
    script_->act = [&](int, auto) { return late(is_permanent ? wrong() : busy()); };
    take_on({dead_letters()});
    await([&begun] { return begun == 1; });
    ASSERT_TRUE(run(engine_->reset()).ok());
    may_end = true;
    await([&ended] { return ended == 1; });
    EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
    EXPECT_TRUE(dead_letters_received().empty());
    EXPECT_EQ(metrics_.retried + metrics_.dead_lettered, 0U);
  }
}

// Its record was erased with all others, and so was its lane's, which the next one must bring
// again.
TEST_F(EngineTest, WhatWasOnItsWayDuringAResetIsForgotten) {
  auto on_its_way = make_deliveries({""});
  store::Batch batch;
  engine_->owe(batch, on_its_way);
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  ASSERT_TRUE(run(engine_->reset()).ok());
  engine_->start(std::move(on_its_way));
  EXPECT_EQ(engine_->pending(), 0U);
  fail_always(busy(), 0ms);
  take_on({""}, 2);
  await([this] { return script_->count == 1; });
  restart();
  EXPECT_EQ(engine_->pending(), 1U) << "its lane is known";
}

TEST_F(EngineTest, TakesOnNewEventsAfterAReset) {
  ASSERT_TRUE(run(engine_->reset()).ok());
  take_on({""});
  await_settled();
  EXPECT_EQ(script_->count, 1);
  EXPECT_EQ(owed_events(), 0U);
}

TEST_F(EngineTest, StopKeepsInTheStoreWhatIsStillOwed) {
  fail_always(busy(), 0ms);
  take_on({"", ""});
  await([this] { return script_->count == 2; });
  engine_->stop();
  EXPECT_EQ(owed_events(), 1U);
  EXPECT_EQ(owed_deliveries(), 2U);
}

TEST_F(EngineTest, StopEndsThoughTheStoreIsFailing) {
  script_->act = [this](int, auto) {
    store_.fail_next(1'000'000);
    return answer(Result<>());
  };
  take_on({""});
  await([this] { return script_->count == 1; });
  engine_->stop();
  store_.fail_next(0);
  EXPECT_EQ(owed_deliveries(), 1U);
}

// A lane of four deliveries in memory, two of them at a time under way.
class NarrowEngine : public EngineTest {
 protected:
  NarrowEngine() {
    limits_.in_flight_max = 2;
    limits_.window_max = 4;
    limits_.window_min = 2;
    restart();
  }
  void take_on_many(int count) {
    for (int n = 1; n <= count; ++n) take_on({dead_letters()}, static_cast<std::uint64_t>(n));
  }
};

TEST_F(NarrowEngine, DeliversOnceEachWhatDoesNotFitIntoMemory) {
  std::atomic<bool> is_down{true};
  std::atomic<int> under_way{0};
  std::atomic<int> most{0};
  const auto act = [&](int, auto) -> Task<targets::Outcome> {
    most = std::max<int>(most, ++under_way);
    while (is_down) co_await net::sleep_for(1ms);
    --under_way;
    co_return Result<>();
  };
  script_->act = act;
  take_on_many(50);
  EXPECT_EQ(engine_->pending(), 50U);
  EXPECT_LE(engine_->in_memory(), 4U);
  await([&] { return under_way == 2; });
  is_down = false;
  await_settled();
  EXPECT_EQ(script_->count, 50);
  EXPECT_EQ(most, 2);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
  EXPECT_EQ(engine_->in_memory(), 0U);
}

TEST_F(NarrowEngine, RetriesFromDiskWhenItIsTime) {
  fail_always(busy(), 0ms);
  take_on_many(20);
  await([this] { return script_->count == 20; });
  EXPECT_LE(engine_->in_memory(), 4U);
  restart_with([](int, auto) { return answer(Result<>()); });
  EXPECT_EQ(engine_->pending(), 20U);
  EXPECT_LE(engine_->in_memory(), 4U);
  EXPECT_EQ(engine_->oldest(), std::chrono::floor<std::chrono::seconds>(clock_.now()));
  clock_.advance(1min);
  engine_->clock_moved();
  await_settled();
  EXPECT_EQ(script_->count, 40);
  EXPECT_EQ(metrics_.delivered, 20U);
}

TEST_F(NarrowEngine, OneTargetThatHangsHoldsUpNoOther) {
  std::atomic<bool> may_end{false};
  const auto hang = [](std::atomic<bool>* gate) -> Task<targets::Outcome> {
    while (!*gate) co_await net::sleep_for(1ms);
    co_return Result<>();
  };
  script_->act = [&](int, targets::Invocation call) {
    return call.is_transformed ? hang(&may_end) : answer(Result<>());
  };
  for (std::uint64_t n = 1; n <= 30; ++n) take_on({"", R"("InputPath":"$.detail")"}, n);
  // An outcome is counted before it is stored, and stored before it is let go of.
  await([this] { return metrics_.delivered == 30 && engine_->pending() == 30; });
  EXPECT_EQ(owed_events(), 30U);
  may_end = true;
  await_settled();
  EXPECT_EQ(script_->count, 60);
  EXPECT_EQ(owed_events() + owed_deliveries(), 0U);
}

TEST_F(NarrowEngine, GoesOnWhenTheStoreCouldNotBeReadForAWhile) {
  std::atomic<bool> may_end{false};
  const auto act = [](std::atomic<bool>* gate) -> Task<targets::Outcome> {
    while (!*gate) co_await net::sleep_for(1ms);
    co_return Result<>();
  };
  script_->act = [&](int, auto) { return act(&may_end); };
  take_on_many(20);
  store_.fail_reads(3);
  may_end = true;
  await([this] {
    clock_.advance(10ms);
    engine_->clock_moved();
    return engine_->pending() == 0;
  });
  EXPECT_EQ(script_->count, 20);
}

TEST_F(NarrowEngine, RetriesAreDueAgainAfterTheClockWasMovedBack) {
  fail_always(busy(), 0ms);
  take_on_many(1);
  await([this] { return metrics_.retried == 1; });  // when it is due is settled
  script_->act = [](int, auto) { return answer(Result<>()); };
  clock_.advance(-24h);
  engine_->clock_moved();
  await([this] { return engine_->pending() == 0; });
  EXPECT_EQ(script_->count, 2);
}

TEST_F(EngineTest, CallsATargetAlwaysOnTheSameLoopWhereOneCallIsEnough) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  script_->act = [&](int, auto) {
    const std::lock_guard guard(mutex);
    threads.insert(std::this_thread::get_id());
    return answer(Result<>());
  };
  for (store::Sequence sequence = 1; sequence <= 10; ++sequence) {
    take_on({""}, sequence);
    await_settled();
  }
  EXPECT_EQ(script_->count, 10);
  EXPECT_EQ(threads.size(), 1U);
}

TEST_F(EngineTest, SpreadsTheCallsOfOneTargetOverTheLoops) {
  std::latch both(2);
  script_->act = [&](int, auto) {
    both.arrive_and_wait();  // on one loop, the second would never come
    return answer(Result<>());
  };
  take_on({"", ""}, 1);
  await_settled();
  EXPECT_EQ(script_->count, 2);
}

}  // namespace
}  // namespace rialto::delivery
