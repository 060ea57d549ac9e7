// Making, changing, listing and removing queues.
#include "fixture.h"

namespace rialto::queue {
namespace {

using store::Table;
using Names = std::vector<std::string>;

TEST_F(QueuesTest, AreMadeOnce) {
  create();
  auto again = run(queues_->create(kScope, "q", {}, {}));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, Code::AlreadyExists);
}

TEST_F(QueuesTest, AreMadeOnceAlsoByTwoAtATime) {
  store_.hold();
  auto first = start(queues_->create(kScope, "q", {}, {}), 0);
  auto second = start(queues_->create(kScope, "q", {}, {}), 1);
  EXPECT_FALSE(queues_->exists(kScope, "q"));
  store_.release();
  const bool is_first = first.get().ok();
  const bool is_second = second.get().ok();
  EXPECT_NE(is_first, is_second);
  EXPECT_EQ(store_.size(Table::Resource), 1U);
}

TEST_F(QueuesTest, DoNotExistWhenTheCommitFails) {
  store_.fail_next(1);
  EXPECT_FALSE(run(queues_->create(kScope, "q", {}, {})).ok());
  EXPECT_FALSE(queues_->exists(kScope, "q"));
  create();
  store_.fail_next(1);
  EXPECT_FALSE(run(queues_->remove(kScope, "q")).ok());
  ASSERT_TRUE(send({"a"})) << "it is as it was";
  EXPECT_EQ(bodies(), Names{"a"});
}

TEST_F(QueuesTest, BelongToAnAccountAndARegion) {
  create();
  const Scope other{.account = kScope.account, .region = "eu-west-1"};
  EXPECT_FALSE(queues_->exists(other, "q"));
  ASSERT_TRUE(run(queues_->create(other, "q", {}, {})).ok());
  ASSERT_TRUE(send({"a"}));
  EXPECT_EQ(*queues_->counts(other, "q"), Counts{});
}

TEST_F(QueuesTest, AreListedByNameInPages) {
  for (const char* name : {"b", "ab", "aa", "ac", "c"}) create(name);
  EXPECT_EQ(queues_->list(kScope, "", "", 10), (Names{"aa", "ab", "ac", "b", "c"}));
  EXPECT_EQ(queues_->list(kScope, "a", "", 10), (Names{"aa", "ab", "ac"}));
  EXPECT_EQ(queues_->list(kScope, "a", "", 2), (Names{"aa", "ab"}));
  EXPECT_EQ(queues_->list(kScope, "a", "ab", 2), Names{"ac"});
  EXPECT_EQ(queues_->list(kScope, "a", "b", 2), Names());
  EXPECT_EQ(queues_->list(kScope, "b", "aa", 2), Names{"b"});
}

TEST_F(QueuesTest, ChangeTheirSettings) {
  create();
  const TimePoint created = clock_.now();
  clock_.advance(1s);
  const Change shorten = [](Settings& settings, Tags&) -> Result<> {
    settings.retention = 60s;
    return {};
  };
  ASSERT_TRUE(run(queues_->change(kScope, "q", shorten)).ok());
  auto info = queues_->describe(kScope, "q");
  EXPECT_EQ(info->settings.retention, 60s);
  EXPECT_EQ(info->created_at, created);
  EXPECT_EQ(info->modified_at, created + 1s);
  clock_.advance(1s);
  ASSERT_TRUE(run(queues_->change(kScope, "q", [](Settings&, Tags& tags) -> Result<> {
                tags["a"] = "b";
                return {};
              })).ok());
  EXPECT_EQ(queues_->describe(kScope, "q")->modified_at, created + 1s);
  const auto refused = run(queues_->change(kScope, "q", [](Settings& settings, Tags&) -> Result<> {
    settings.retention = 61s;
    return fail(Code::InvalidArgument, "No.");
  }));
  EXPECT_EQ(refused.error().message, "No.");
  store_.fail_next(1);
  EXPECT_FALSE(run(queues_->change(kScope, "q", [](Settings& settings, Tags&) -> Result<> {
                 settings.retention = 62s;
                 return {};
               })).ok());
  EXPECT_EQ(queues_->describe(kScope, "q")->settings.retention, 60s);
  restart();
  EXPECT_EQ(queues_->describe(kScope, "q")->tags, (Tags{{"a", "b"}}));
}

TEST_F(QueuesTest, ResetToNothing) {
  create();
  create("p");
  ASSERT_TRUE(send({"a"}));
  ASSERT_TRUE(send({"b"}, 5s));
  ASSERT_TRUE(run(queues_->reset()).ok());
  EXPECT_EQ(queues_->list(kScope, "", "", 10), Names());
  EXPECT_EQ(store_.size(Table::Message), 0U);
  EXPECT_EQ(store_.size(Table::MessageState), 0U);
  EXPECT_EQ(store_.size(Table::Resource), 0U);
  create();
  EXPECT_EQ(bodies(), Names());
}

TEST_F(QueuesTest, AreNotThere) {
  EXPECT_EQ(queues_->describe(kScope, "q").error().code, Code::NotFound);
  EXPECT_EQ(queues_->counts(kScope, "q").error().code, Code::NotFound);
  EXPECT_EQ(run(queues_->remove(kScope, "q")).error().code, Code::NotFound);
  EXPECT_EQ(run(queues_->purge(kScope, "q")).error().code, Code::NotFound);
  EXPECT_EQ(run(queues_->send(kScope, "q", {})).error().code, Code::NotFound);
  EXPECT_EQ(run(queues_->receive(kScope, "q", {})).error().code, Code::NotFound);
  EXPECT_EQ(run(queues_->erase(kScope, "q", {})).error().code, Code::NotFound);
  EXPECT_EQ(run(queues_->change_visibility(kScope, "q", {})).error().code, Code::NotFound);
}

}  // namespace
}  // namespace rialto::queue
