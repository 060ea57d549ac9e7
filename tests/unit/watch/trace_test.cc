// Steps come back as they were recorded, and no more is kept than may be.
#include "watch/trace.h"

#include <gtest/gtest.h>

#include "json/write.h"

namespace rialto::watch {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart = from_millis(1'768'478'400'000);  // 2026-01-15T12:00:00Z

Step receipt(TimePoint at = kStart) {
  Step step;
  step.kind = StepKind::Received;
  step.at = at;
  step.count = 2;
  step.region = "us-east-1";
  step.account = "111122223333";
  step.bus = "orders";
  return step;
}

Step failure() {
  Step step;
  step.kind = StepKind::Failed;
  step.at = kStart + 5ms;
  step.count = 3;
  step.took = 1'234us;
  step.next_at = kStart + 2s;
  step.rule_arn = "arn:rule";
  step.target_id = "t1";
  step.target_arn = "arn:target";
  step.code = "NO_RESOURCE";
  step.message = "It is gone.";
  return step;
}

std::string encode(std::string_view id, const Step& step) {
  std::string out;
  append_step(out, id, step);
  return out;
}

TEST(Step, ComesBackAsItWas) {
  const std::string bytes = encode("id", failure());
  EXPECT_EQ(step_size(bytes), bytes.size());
  const StoredStep stored = decode_step(bytes);
  EXPECT_EQ(stored.key, step_key("id"));
  EXPECT_EQ(stored.step.kind, StepKind::Failed);
  EXPECT_EQ(stored.step.at, kStart + 5ms);
  EXPECT_EQ(stored.step.count, 3U);
  EXPECT_EQ(stored.step.took, 1'234us);
  EXPECT_EQ(stored.step.next_at, kStart + 2s);
  EXPECT_EQ(stored.step.rule_arn, "arn:rule");
  EXPECT_EQ(stored.step.target_id, "t1");
  EXPECT_EQ(stored.step.target_arn, "arn:target");
  EXPECT_EQ(stored.step.code, "NO_RESOURCE");
  EXPECT_EQ(stored.step.message, "It is gone.");
  EXPECT_EQ(stored.step.extra, "");
}

TEST(Step, ReceiptsHoldTheId) {
  const std::string bytes = encode("id", receipt());
  const StoredStep stored = decode_step(bytes);
  EXPECT_EQ(stored.id, "id");
  EXPECT_EQ(stored.step.bus, "orders");
  EXPECT_FALSE(stored.step.next_at);
}

TEST(Step, LongTextsAreCut) {
  const std::string huge(100'000, 'x');
  Step step = failure();
  for (auto* text : {&step.rule_arn, &step.target_id, &step.target_arn, &step.code, &step.message,
                     &step.extra}) {
    *text = huge;
  }
  const std::string bytes = encode("id", step);
  EXPECT_LE(bytes.size(), kStepBytesMax);
  EXPECT_EQ(decode_step(bytes).step.rule_arn, huge.substr(0, kStepTextMax));
}

TEST(Step, AStoryIsJson) {
  Step queued = failure();
  queued.kind = StepKind::Queued;
  queued.next_at.reset();
  queued.code = queued.message = {};
  const UuidBytes message(0x0011223344556677, 0x8899AABBCCDDEEFF);
  queued.extra = message.view();
  Story story;
  story.steps = {encode("id", receipt()), encode("id", queued), encode("id", failure())};
  EXPECT_EQ(json::write(to_json("id", story)),
            R"({"EventId":"id","Steps":[)"
            R"({"Time":"2026-01-15T12:00:00.000Z","Step":"received",)"
            R"("Bus":"arn:aws:events:us-east-1:111122223333:event-bus/orders",)"
            R"("Account":"111122223333","MatchedRules":2},)"
            R"({"Time":"2026-01-15T12:00:00.005Z","Step":"queued","Rule":"arn:rule",)"
            R"("TargetId":"t1","Target":"arn:target",)"
            R"("MessageId":"00112233-4455-6677-8899-aabbccddeeff"},)"
            R"({"Time":"2026-01-15T12:00:00.005Z","Step":"failed","Rule":"arn:rule",)"
            R"("TargetId":"t1","Target":"arn:target","Attempt":3,"DurationMs":1.234,)"
            R"("Code":"NO_RESOURCE","Message":"It is gone.",)"
            R"("NextAttempt":"2026-01-15T12:00:02.000Z"}]})");
}

TEST(Trace, FindsTheStepsOfOneEventInOrder) {
  Trace trace({});
  trace.record(encode("a", receipt()) + encode("b", receipt()) + encode("a", failure()), kStart);
  trace.record(encode("b", failure()), kStart);
  const Story story = trace.find("a", kStart);
  ASSERT_EQ(story.steps.size(), 2U);
  EXPECT_EQ(decode_step(story.steps[0]).step.kind, StepKind::Received);
  EXPECT_EQ(decode_step(story.steps[1]).step.kind, StepKind::Failed);
  EXPECT_TRUE(trace.find("c", kStart).steps.empty());
}

TEST(Trace, IsOffWithoutTimeOrMemory) {
  EXPECT_TRUE(Trace({}).is_on());
  EXPECT_FALSE(Trace({.keep = 0s}).is_on());
  EXPECT_FALSE(Trace({.bytes_max = 0}).is_on());
}

TEST(Trace, ForgetsWhatIsTooOld) {
  Trace trace({.keep = 60s});
  trace.record(encode("a", receipt()), kStart);
  // In the block that goes on, and in one that has gone.
  trace.record(encode("b", receipt(kStart + 50s)), kStart + 50s);
  EXPECT_EQ(trace.find("a", kStart + 60s).steps.size(), 1U);
  EXPECT_EQ(trace.find("a", kStart + 61s).steps.size(), 0U);
  EXPECT_EQ(trace.find("b", kStart + 61s).steps.size(), 1U);
  EXPECT_EQ(trace.find("b", kStart + 111s).steps.size(), 0U);
}

TEST(Trace, TheOldestGoWhenThereIsNoMoreRoom) {
  Trace trace({.bytes_max = kTraceBytesMin});
  const std::size_t count = 3 * kTraceBytesMin / encode("12345", receipt()).size();
  std::string steps;
  for (std::size_t i = 0; i < count; ++i) {
    append_step(steps, std::to_string(10'000 + i), receipt());
    if (i % 7 != 0) continue;  // larger and smaller groups, which end anywhere in a block
    trace.record(steps, kStart);
    steps.clear();
  }
  std::size_t found = 0;
  bool was_found = false;
  for (std::size_t i = 0; i < count - 7; i += 97) {
    const bool is_found = !trace.find(std::to_string(10'000 + i), kStart).steps.empty();
    EXPECT_TRUE(is_found || !was_found) << "what is kept is the latest, without gaps: " << i;
    was_found = is_found;
    found += is_found ? 97 : 0;
  }
  const std::size_t bytes = found * encode("12345", receipt()).size();
  EXPECT_LE(bytes, kTraceBytesMin);
  EXPECT_GE(bytes, kTraceBytesMin * 3 / 4);
}

TEST(Trace, AGroupLargerThanABlockIsKept) {
  Trace trace({.bytes_max = kTraceBytesMin});
  std::string steps;
  while (steps.size() < kTraceBytesMin / 2) append_step(steps, "a", receipt());
  const std::size_t count = steps.size() / encode("a", receipt()).size();
  trace.record(steps, kStart);
  EXPECT_EQ(trace.find("a", kStart).steps.size(), count);
}

TEST(Trace, AStoryIsBounded) {
  Trace trace({});
  std::string steps;
  for (std::size_t i = 0; i <= kStoryStepsMax; ++i) append_step(steps, "a", receipt());
  trace.record(steps, kStart);
  const Story story = trace.find("a", kStart);
  EXPECT_EQ(story.steps.size(), kStoryStepsMax);
  EXPECT_TRUE(story.is_cut);
}

}  // namespace
}  // namespace rialto::watch
