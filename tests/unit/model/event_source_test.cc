// Event sources as they are stored, and what follows from their state.
#include "model/event_source.h"

#include <gtest/gtest.h>

namespace rialto::model {
namespace {

const std::string kSource =
    R"({"version":1,"account":"111122223333","region":"eu-west-1","name":"aws.partner/acme.com/a",)"
    R"("partner":"444455556666","state":"PENDING","created_ms":1000,"pending_since_ms":2000})";

TEST(EventSourceV1, IsPinned) {
  const auto source = decode_event_source(kSource);
  ASSERT_TRUE(source.ok()) << source.error().message;
  EXPECT_EQ(encode(*source), kSource);
  EXPECT_EQ(source->arn(), "arn:aws:events:eu-west-1::event-source/aws.partner/acme.com/a");
  EXPECT_EQ(source->created_by(), "acme.com");
  EXPECT_EQ(source->bus().arn(),
            "arn:aws:events:eu-west-1:111122223333:event-bus/aws.partner/acme.com/a");
}

TEST(EventSourceV1, ThatIsDamagedIsCorrupt) {
  std::string state = kSource;
  state.replace(state.find("PENDING"), 7, "GONE");
  std::string name = kSource;
  name.replace(name.find("aws.partner"), 11, "aws.else");
  for (const std::string& bytes :
       {state, name, std::string("{"), std::string(R"({"version":2})")}) {
    EXPECT_EQ(decode_event_source(bytes).error().code, Code::Corruption) << bytes;
  }
}

TEST(EventSource, ExpiresOnlyWhenItIsPending) {
  EventSource source;
  source.pending_since = from_millis(0);
  const TimePoint end = from_millis(14LL * 86'400'000);
  EXPECT_EQ(source.expires_at(), end);
  EXPECT_TRUE(source.is_there(end - std::chrono::milliseconds(1)));
  EXPECT_FALSE(source.is_there(end));
  for (const auto state : {EventSourceState::Active, EventSourceState::Deleted}) {
    source.state = state;
    EXPECT_FALSE(source.expires_at());
    EXPECT_TRUE(source.is_there(end));
  }
}

}  // namespace
}  // namespace rialto::model
