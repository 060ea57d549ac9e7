// What is stored of a delivery, and what a dead letter says.
#include "delivery/delivery.h"

#include "delivery/dead_letter.h"
#include "fixture.h"

namespace rialto::delivery {
namespace {

using namespace std::string_literals;

Destination destination() {
  auto given = json::parse(R"({"Id":"t","Arn":"a","RetryPolicy":{"MaximumRetryAttempts":3}})");
  return {"rule-arn", "rule", *model::decode_target(std::move(given).value())};
}

Delivery delivery() {
  Delivery out;
  out.destination = std::make_shared<const Destination>(destination());
  out.attempts = 5;
  out.due_at = from_millis(0x0102);
  return out;
}

TEST(Delivery, IsStoredByteForByteAsDocumented) {
  const std::string target = R"({"Id":"t","Arn":"a","RetryPolicy":{"MaximumRetryAttempts":3}})";
  EXPECT_EQ(encode(delivery()), "\x01\0\0\0\x05\0\0\0\0\0\0\x01\x02\0\0\0\x08rule-arn"s +
                                    "\0\0\0\x04rule"s + "\0\0\0"s +
                                    static_cast<char>(target.size()) + target);
}

TEST(Delivery, IsReadBackWhole) {
  const auto read = decode_delivery(encode(delivery()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->attempts, 5);
  EXPECT_EQ(read->due_at, from_millis(0x0102));
  EXPECT_EQ(read->destination->rule_arn, "rule-arn");
  EXPECT_EQ(read->destination->rule_name, "rule");
  EXPECT_EQ(read->destination->target.retry_policy.retries_max, 3);
}

TEST(Delivery, ThatWasCutOrChangedIsCorrupt) {
  const std::string bytes = encode(delivery());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = decode_delivery(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(read.error().code, Code::Corruption);
  }
  EXPECT_FALSE(decode_delivery(bytes + "x").ok());
  EXPECT_FALSE(decode_delivery("\x02" + bytes.substr(1)).ok()) << "another version";
}

TEST(DeadLetter, NeverHasAnEmptyAttribute) {
  const auto attributes = dead_letter_attributes(destination(), {Error{Code::Internal, ""}, 0});
  for (const auto& each : attributes) EXPECT_FALSE(each.value.empty()) << each.name;
  EXPECT_EQ(attributes[2].value, "UNKNOWN");
}

}  // namespace
}  // namespace rialto::delivery
