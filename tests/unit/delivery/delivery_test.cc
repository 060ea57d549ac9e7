// What is stored of a delivery, and what a dead letter says.
#include "delivery/delivery.h"

#include "base/crypto/digest.h"
#include "delivery/dead_letter.h"
#include "fixture.h"

namespace rialto::delivery {
namespace {

using namespace std::string_literals;

const std::string kTarget = R"({"Id":"t","Arn":"a","RetryPolicy":{"MaximumRetryAttempts":3}})";

std::shared_ptr<const Destination> destination() {
  auto given = json::parse(kTarget);
  return make_destination("rule-arn", "rule", *model::decode_target(std::move(given).value()));
}

Delivery delivery() {
  Delivery out;
  out.key = {{1, 2}, 3};
  out.destination = destination();
  out.attempts = 5;
  out.routes = 4;
  out.accepted_at = from_millis(0x0102);
  out.due_at = from_millis(0x0304);
  return out;
}

TEST(Destination, IsStoredByteForByteAsDocumented) {
  EXPECT_EQ(encode(*destination()), "\x01\0\0\0\x08rule-arn"s + "\0\0\0\x04rule"s + "\0\0\0"s +
                                        static_cast<char>(kTarget.size()) + kTarget);
}

TEST(Destination, NamesItsLaneByWhatIsStored) {
  const std::string digest = crypto::sha256(encode(*destination()));
  EXPECT_EQ(store::due_prefix(destination()->lane), digest.substr(0, 16));
}

TEST(Destination, IsReadBackWhole) {
  const auto read = decode_destination(encode(*destination()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ((*read)->rule_arn, "rule-arn");
  EXPECT_EQ((*read)->rule_name, "rule");
  EXPECT_EQ((*read)->target.retry_policy.retries_max, 3);
  EXPECT_EQ((*read)->lane, destination()->lane);
}

TEST(Destination, ThatWasCutOrChangedIsCorrupt) {
  const std::string bytes = encode(*destination());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = decode_destination(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(read.error().code, Code::Corruption);
  }
  EXPECT_FALSE(decode_destination(bytes + "x").ok());
  EXPECT_FALSE(decode_destination("\x02" + bytes.substr(1)).ok()) << "another version";
}

TEST(Delivery, IsStoredByteForByteAsDocumented) {
  EXPECT_EQ(encode_due(delivery()), "\x01\0\0\0\x05\0\0\0\0\0\0\x01\x02\0\x04"s);
  Delivery asked_for = delivery();
  asked_for.is_due_by_request = true;
  EXPECT_EQ(encode_due(asked_for), "\x02\0\0\0\x05\0\0\0\0\0\0\x01\x02\0\x04"s);
}

std::string due_key() {
  return store::encode(store::DueKey{destination()->lane, delivery().due_at, delivery().key});
}

TEST(Delivery, IsReadBackWhole) {
  const auto read = decode_due(due_key(), encode_due(delivery()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->place(), delivery().place());
  EXPECT_EQ(read->attempts, 5);
  EXPECT_EQ(read->routes, 4);
  EXPECT_EQ(read->accepted_at, from_millis(0x0102));
  EXPECT_FALSE(read->is_due_by_request);
  EXPECT_TRUE(decode_due(due_key(), "\x02" + encode_due(delivery()).substr(1))->is_due_by_request);
}

TEST(Delivery, ThatWasCutOrChangedIsCorrupt) {
  const std::string bytes = encode_due(delivery());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_due(due_key(), std::string_view(bytes).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(decode_due(due_key(), bytes + "x").ok());
  EXPECT_FALSE(decode_due(due_key() + "x", bytes).ok());
  EXPECT_FALSE(decode_due(due_key(), "\x03" + bytes.substr(1)).ok()) << "another version";
}

TEST(DeadLetter, NeverHasAnEmptyAttribute) {
  const auto attributes = dead_letter_attributes(*destination(), {Error{Code::Internal, ""}, 0});
  for (const auto& each : attributes) EXPECT_FALSE(each.value.empty()) << each.name;
  EXPECT_EQ(attributes[2].value, "UNKNOWN");
}

}  // namespace
}  // namespace rialto::delivery
