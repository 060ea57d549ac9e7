// The stored forms of archives, replays and archived events, byte for byte: whoever changes one of
// these tests changes the format on disk (docs/internals/storage.md).
#include "model/archive.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "model/bus.h"
#include "model/event.h"

namespace rialto::model {
namespace {

constexpr const char* kArchive =
    R"({"version":1,"id":7,"account":"111122223333","region":"eu-west-1","name":"kept",)"
    R"("bus":"orders","description":"d","event_pattern":"{ }","retention_days":3,"created_ms":1})";

constexpr const char* kReplay =
    R"({"version":1,"account":"111122223333","region":"eu-west-1","name":"again",)"
    R"("description":"d","archive":"kept","archive_id":7,"bus":"orders","filter_arns":["a","b"],)"
    R"("from_ms":1,"to_ms":2,"state":"RUNNING","state_reason":"s","started_ms":3,"ended_ms":4,)"
    R"("last_event_ms":5,"cursor_minute":-1,"cursor_hour":2,"cursor_time_ms":3,)"
    R"("cursor_sequence":4,"replayed":6,"only_event":"i","events_per_second":8,"keeps_pace":true})";

TEST(ArchiveV1, IsPinned) {
  const auto archive = decode_archive(kArchive);
  ASSERT_TRUE(archive.ok()) << archive.error().message;
  EXPECT_EQ(encode(*archive), kArchive);
  EXPECT_EQ(archive->arn(), "arn:aws:events:eu-west-1:111122223333:archive/kept");
  EXPECT_EQ(archive->bus_arn(), "arn:aws:events:eu-west-1:111122223333:event-bus/orders");
  EXPECT_EQ(archive->rule_name(), "Events-Archive-kept");
}

TEST(ReplayV1, IsPinned) {
  const auto replay = decode_replay(kReplay);
  ASSERT_TRUE(replay.ok()) << replay.error().message;
  EXPECT_EQ(encode(*replay), kReplay);
  EXPECT_EQ(replay->arn(), "arn:aws:events:eu-west-1:111122223333:replay/again");
  EXPECT_EQ(replay->cursor, (ReplayCursor{-1, 2, 3, 4}));
}

TEST(ReplayV1, KeepsWhatIsAbsentAbsent) {
  Replay replay;
  replay.name = "again";
  const auto read = decode_replay(encode(replay));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_FALSE(read->ended_at || read->last_event_at || read->cursor || read->only_event ||
               read->events_per_second || read->keeps_pace || read->description);
  EXPECT_EQ(encode(*read), encode(replay));
}

TEST(StoredArchives, ThatAreDamagedAreCorrupt) {
  for (const std::string bytes :
       {R"({"version":2})", R"({"version":1,"name":"x"})", "{", "", "7"}) {
    EXPECT_EQ(decode_archive(bytes).error().code, Code::Corruption) << bytes;
    EXPECT_EQ(decode_replay(bytes).error().code, Code::Corruption) << bytes;
  }
  std::string odd = kReplay;
  odd.replace(odd.find("RUNNING"), 7, "JOGGING");
  EXPECT_FALSE(decode_replay(odd).ok());
}

TEST(ReplayState, IsSpelledAsAtAws) {
  for (const char* word :
       {"STARTING", "RUNNING", "CANCELLING", "COMPLETED", "CANCELLED", "FAILED"}) {
    ASSERT_TRUE(parse_replay_state(word)) << word;
    EXPECT_EQ(to_text(*parse_replay_state(word)), word);
  }
  EXPECT_FALSE(parse_replay_state("running"));
}

TEST(RuleV1, OfAnArchiveSaysSo) {
  StoredRule stored{"111122223333", "eu-west-1", "orders", {}};
  stored.rule.event_pattern = "{}";
  stored.rule.managed_by = "m";
  stored.rule.archive_id = 7;
  const auto read = decode_rule(encode(stored));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->rule.managed_by, "m");
  EXPECT_EQ(read->rule.archive_id, 7U);
  EXPECT_NE(encode(stored).find(R"("managed_by":"m","archive_id":7)"), std::string::npos);
}

Event event() {
  Envelope envelope;
  envelope.id = "i";
  envelope.detail_type = "t";
  envelope.source = R"(s,"resources":[)";
  envelope.account = "111122223333";
  envelope.time = from_millis(1'768'478'400'999);
  envelope.region = "eu-west-1";
  envelope.resources = {"r"};
  envelope.detail_text = R"({"resources":[1.0]})";
  envelope.detail = *json::parse(envelope.detail_text);
  return make_event(std::move(envelope), from_millis(5));
}

TEST(ArchivedEvent, IsAnEventV1WithoutItsTraceHeader) {
  Event given = event();
  const std::string plain = encode(given);
  given.trace_header = "Root=1";
  std::string out;
  append_archived(out, given);
  EXPECT_EQ(out, plain);
  const auto read = read_event(out);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->text, given.text);
  EXPECT_EQ(read->accepted_at, from_millis(5));
}

TEST(ArchivedEvent, GetsTheReplaysNameBetweenRegionAndResources) {
  const Event given = event();
  const auto named = with_replay_name(given.text, "again");
  ASSERT_TRUE(named.ok());
  std::string expected = given.text;
  const std::string region = R"("region":"eu-west-1",)";
  expected.insert(expected.find(region) + region.size(), R"("replay-name":"again",)");
  EXPECT_EQ(*named, expected);
  EXPECT_EQ(id_of(*named), "i");
  EXPECT_EQ(with_replay_name("{}", "again").error().code, Code::Corruption);
  EXPECT_EQ(id_of("{}"), "");
}

TEST(TimeOfAnEvent, IsWhatItsEnvelopeSays) {
  EXPECT_EQ(time_of(event()), from_millis(1'768'478'400'000)) << "whole seconds";
  Event odd = make_event(*json::parse(R"({"time":"yesterday"})"), from_millis(5));
  EXPECT_EQ(time_of(odd), from_millis(5));
  Event none = make_event(*json::parse("{}"), from_millis(5));
  EXPECT_EQ(time_of(none), from_millis(5));
}

}  // namespace
}  // namespace rialto::model
