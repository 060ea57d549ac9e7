// A match allocates nothing once its scratch has seen the largest event (rule_set.h).
//
// But for the events in which several fields of a rule lie in arrays in such a way that all their
// places must be looked at together (match/judgement.cc), and those with repeated keys that matter,
// which are read as documents: they are rare, and both do allocate.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ruler/rule_set.h"
#include "support/allocations.h"

namespace rialto::ruler {
namespace {

RuleSet make_rules() {
  RuleSet rules;
  const std::vector<std::string> patterns = {
      R"({"source":["shop"],"detail":{"state":["paid","sent"]}})",
      R"({"detail":{"name":[{"prefix":"Zo"},{"suffix":"é"},{"wildcard":"*o*b*"}]}})",
      R"({"detail":{"name":[{"equals-ignore-case":"ZOË"},{"prefix":{"equals-ignore-case":"straße"}}]}})",
      R"({"detail":{"total":[{"numeric":[">",0,"<=",100]},5,9007199254740993]}})",
      R"({"detail":{"ip":[{"cidr":"10.0.0.0/8"},"2001:db8::1"]}})",
      R"({"detail":{"state":[{"anything-but":["paid",""]}],"gone":[{"exists":false}]}})",
      R"({"detail":{"items":{"sku":["a1"],"count":[{"numeric":[">=",2]}]}}})",
      R"({"detail":{"tags":["x","y",null,true]}})",
      R"({"$or":[{"source":["shop"]},{"detail":{"tags":[{"exists":true}]}}]})",
      R"({"resources":[{"wildcard":"arn:*:key/*"}]})"};
  RuleId id = 0;
  for (const std::string& pattern : patterns) {
    const Result<> done = rules.put(++id, pattern);
    EXPECT_TRUE(done.ok()) << pattern << done.error().message;
  }
  for (; id < 300; ++id) {
    const std::string n = std::to_string(id);
    EXPECT_TRUE(rules
                    .put(id, R"({"detail":{"total":[{"numeric":[">",)" + n + R"(]}],"state":["s)" +
                                 n + R"("]}})")
                    .ok());
    EXPECT_TRUE(
        rules.put(1000 + id, R"({"detail":{"total":[{"numeric":["<",)" + n + ".5]}]}}").ok());
  }
  return rules;
}

std::vector<std::string> make_events() {
  std::string many = R"({"resources":["arn:aws:kms:key/1","arn:aws:s3:::x"],"detail":{"tags":[)";
  for (int i = 0; i < 500; ++i) many += "\"tag \\u00e9 " + std::to_string(i) + "\",";
  many += R"("x"],"total":250.25,"state":"s7"}})";
  return {
      R"({"source":"shop","detail":{"state":"paid","total":12.50,"name":"Zoë","ip":"10.1.2.3"}})",
      R"({"source":"\u0073hop","detail":{"st\u0061te":"sent","name":"Zo\u00cb \ud83d\ude00","gone":1}})",
      R"({"detail":{"name":["STRASSE 1","foobar","é"],"ip":"2001:db8:0::1","total":9007199254740993}})",
      R"({"detail":{"items":[{"sku":"a1","count":3},{"sku":"b2","count":1}],"tags":[null,true,["y"]]}})",
      R"({"detail":{"total":1.7976931348623157e308,"state":"s250"}})",
      R"({"detail":{"total":0.1000000000000000055511151231257827}})",
      "{}",
      many};
}

TEST(RulerAllocations, AreNoneWhileMatching) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "nothing is counted here";
  RuleSet rules = make_rules();
  const Snapshot snapshot = rules.snapshot();
  const std::vector<std::string> events = make_events();
  Scratch scratch;
  std::size_t found = 0;
  std::size_t before = 0;
  for (int round = 0; round < 3; ++round) {
    // In the first everything is new.
    if (round == 1) before = test::allocations();
    for (const std::string& event : events) {
      const auto checked = snapshot.match(event, scratch);
      if (checked.ok()) found += checked->size();
      const std::size_t since = test::allocations();
      const std::size_t count = snapshot.match_trusted(event, scratch).size();
      if (round > 0 && test::allocations() != since) ADD_FAILURE() << event;
      if (!checked.ok() || checked->size() != count) ADD_FAILURE() << event;
    }
  }
  EXPECT_EQ(test::allocations(), before);
  EXPECT_GT(found, 300U);
}

// Nor does it as long as the set changes and nothing grows: a scratch serves all snapshots.
TEST(RulerAllocations, AreNoneOnANewSnapshot) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "nothing is counted here";
  RuleSet rules = make_rules();
  const std::vector<std::string> events = make_events();
  Scratch scratch;
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(
        rules.put(20, R"({"detail":{"state":["new )" + std::to_string(round) + "\"]}}").ok());
    const Snapshot snapshot = rules.snapshot();
    const std::size_t before = test::allocations();
    bool is_good = true;
    for (const std::string& event : events) is_good &= snapshot.match(event, scratch).ok();
    EXPECT_TRUE(is_good);
    if (round > 0) EXPECT_EQ(test::allocations(), before);
  }
}

}  // namespace
}  // namespace rialto::ruler
