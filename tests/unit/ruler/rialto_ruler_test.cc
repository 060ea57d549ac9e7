#include "ruler/rialto_ruler.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/version.h"
#include "json/read.h"

namespace {

using Ids = std::vector<uint64_t>;

constexpr std::string_view kPattern = R"({"detail":{"total":[{"numeric":[">=",100]}]}})";
constexpr std::string_view kEvent = R"({"detail":{"total":120}})";
constexpr std::string_view kNearEvent = R"({"detail":{"total":60}})";

class CFace : public testing::Test {
 protected:
  rialto_ruler_status put(uint64_t id, std::string_view pattern) {
    return rialto_ruler_put(rules_.get(), id, pattern.data(), pattern.size());
  }

  Ids match(const rialto_ruler_snapshot* snapshot, std::string_view event) {
    const uint64_t* ids = nullptr;
    std::size_t count = 7;
    status_ =
        rialto_ruler_match(snapshot, event.data(), event.size(), scratch_.get(), &ids, &count);
    return Ids(ids, ids + count);
  }

  std::string explain(std::string_view event, std::size_t limit) {
    const Snapshot snapshot = current();
    const char* json = nullptr;
    status_ = rialto_ruler_explain(snapshot.get(), event.data(), event.size(), limit,
                                   scratch_.get(), &json);
    return json;
  }

  std::string scratch_error() const { return rialto_ruler_scratch_error(scratch_.get()); }

  template <auto free>
  struct Free {
    void operator()(auto* handle) const { free(handle); }
  };
  using Snapshot = std::unique_ptr<rialto_ruler_snapshot, Free<rialto_ruler_snapshot_free>>;
  Snapshot current() { return Snapshot(rialto_ruler_snapshot_new(rules_.get())); }

  std::unique_ptr<rialto_ruler_rules, Free<rialto_ruler_rules_free>> rules_{
      rialto_ruler_rules_new()};
  std::unique_ptr<rialto_ruler_scratch, Free<rialto_ruler_scratch_free>> scratch_{
      rialto_ruler_scratch_new()};
  rialto_ruler_status status_ = RIALTO_RULER_OK;
};

TEST_F(CFace, NamesItsVersion) { EXPECT_EQ(rialto_ruler_version(), rialto::kVersion); }

TEST_F(CFace, MatchesCheckedAndTrusted) {
  ASSERT_EQ(put(7, kPattern), RIALTO_RULER_OK);
  const Snapshot snapshot = current();
  EXPECT_EQ(match(snapshot.get(), kEvent), Ids{7});
  EXPECT_EQ(status_, RIALTO_RULER_OK);
  EXPECT_EQ(match(snapshot.get(), kNearEvent), Ids{});
  EXPECT_EQ(status_, RIALTO_RULER_OK);
  const uint64_t* ids = nullptr;
  std::size_t count = 0;
  rialto_ruler_match_trusted(snapshot.get(), kEvent.data(), kEvent.size(), scratch_.get(), &ids,
                             &count);
  EXPECT_EQ(Ids(ids, ids + count), Ids{7});
}

TEST_F(CFace, SaysWhyAPatternIsRefusedAndKeepsTheSet) {
  ASSERT_EQ(put(7, kPattern), RIALTO_RULER_OK);
  EXPECT_EQ(put(7, R"({"a":[]})"), RIALTO_RULER_INVALID);
  EXPECT_NE(
      std::string(rialto_ruler_rules_error(rules_.get())).find("Empty arrays are not allowed"),
      std::string::npos);
  EXPECT_EQ(match(current().get(), kEvent), Ids{7});
  EXPECT_EQ(put(8, kPattern), RIALTO_RULER_OK);
  EXPECT_STREQ(rialto_ruler_rules_error(rules_.get()), "");
  EXPECT_EQ(rialto_ruler_size(rules_.get()), 2U);
}

TEST_F(CFace, SaysWhyAnEventIsRefused) {
  ASSERT_EQ(put(7, kPattern), RIALTO_RULER_OK);
  const Snapshot snapshot = current();
  for (const char* event : {"", "[]", "{\"detail\":", "{} {}"}) {
    EXPECT_EQ(match(snapshot.get(), event), Ids{}) << event;
    EXPECT_EQ(status_, RIALTO_RULER_INVALID) << event;
    EXPECT_NE(scratch_error(), "") << event;
  }
  EXPECT_EQ(match(snapshot.get(), std::string_view()), Ids{});
  EXPECT_EQ(status_, RIALTO_RULER_INVALID);
  EXPECT_EQ(match(snapshot.get(), kEvent), Ids{7});
  EXPECT_EQ(scratch_error(), "");
}

TEST_F(CFace, SnapshotsOutliveTheirRulesAndEachOther) {
  ASSERT_EQ(put(7, kPattern), RIALTO_RULER_OK);
  Snapshot before = current();
  EXPECT_TRUE(rialto_ruler_remove(rules_.get(), 7));
  EXPECT_FALSE(rialto_ruler_remove(rules_.get(), 7));
  EXPECT_EQ(match(current().get(), kEvent), Ids{});
  rules_.reset();
  const Snapshot shared(rialto_ruler_snapshot_share(before.get()));
  before.reset();
  EXPECT_EQ(rialto_ruler_snapshot_size(shared.get()), 1U);
  EXPECT_EQ(match(shared.get(), kEvent), Ids{7});
}

TEST_F(CFace, ExplainsInJson) {
  ASSERT_EQ(put(7, kPattern), RIALTO_RULER_OK);
  ASSERT_EQ(put(8, kPattern), RIALTO_RULER_OK);
  EXPECT_EQ(explain(kNearEvent, 1),
            R"([{"id":7,"path":"detail.total","condition":[{"numeric":[">=",100]}],)"
            R"("found":[60],"conflict":false}])");
  const auto both = rialto::json::parse(explain(kNearEvent, 9));
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->items().size(), 2U);
  EXPECT_EQ(explain(kEvent, 9), "[]");
  EXPECT_EQ(status_, RIALTO_RULER_OK);
  EXPECT_EQ(explain("[", 9), "[]");
  EXPECT_EQ(status_, RIALTO_RULER_INVALID);
  EXPECT_NE(scratch_error(), "");
}

TEST_F(CFace, FreesNullAndRefusesItElsewhere) {
  rialto_ruler_rules_free(nullptr);
  rialto_ruler_snapshot_free(nullptr);
  rialto_ruler_scratch_free(nullptr);
  EXPECT_DEATH(rialto_ruler_size(nullptr), "the rules are NULL");
  EXPECT_DEATH(rialto_ruler_put(rules_.get(), 1, nullptr, 5), "text of some length is NULL");
}

}  // namespace
