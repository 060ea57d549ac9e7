// The catalog: what a reader sees is always stored, and a restart sees the same.
#include "bus/catalog.h"

#include <set>

#include "fixture.h"

namespace rialto::bus {
namespace {

using CatalogTest = BusTest;

std::vector<std::string> names(const CatalogState& state, const model::Scope& scope) {
  std::vector<std::string> out;
  for (const auto& bus : state.list(scope)) out.push_back(bus->ref.name);
  return out;
}

std::vector<std::string> matching(const BusState& bus, const std::string& source) {
  json::Value event(json::Object{});
  event.add("source", source);
  std::vector<std::string> out;
  for (const RuleState* rule : bus.matcher.match(event)) out.push_back(rule->rule.name);
  return out;
}

TEST_F(CatalogTest, MakesTheDefaultBusOnFirstUse) {
  EXPECT_EQ(catalog_->state()->find(ref()), nullptr);
  const auto bus = run(catalog_->use(ref()));
  ASSERT_TRUE(bus.ok());
  EXPECT_EQ((*bus)->bus.arn(), bus_arn("default"));
  EXPECT_EQ((*bus)->bus.created_at, clock_.now());
  EXPECT_EQ(store_.size(store::Table::Resource), 1U);
  EXPECT_EQ(run(catalog_->use(ref())).value(), *bus);
}

TEST_F(CatalogTest, MakesTheDefaultBusOnceForManyWhoAskAtOnce) {
  std::vector<std::future<Result<std::shared_ptr<const BusState>>>> asked;
  for (std::size_t i = 0; i < 20; ++i) {
    asked.push_back(test::start(group_, runtime_.executor(i % 2), catalog_->use(ref())));
  }
  std::set<std::uint32_t> ids;
  for (auto& one : asked) ids.insert(one.get().value()->bus.id);
  EXPECT_EQ(ids.size(), 1U);
}

TEST_F(CatalogTest, SaysInAwsWordsThatABusIsNotThere) {
  const auto bus = run(catalog_->use(ref("none")));
  ASSERT_FALSE(bus.ok());
  EXPECT_EQ(bus.error().code, Code::NotFound);
  EXPECT_EQ(bus.error().message, "Event bus none does not exist.");
}

TEST_F(CatalogTest, ShowsAChangeOnlyWhenItIsDurable) {
  store_.hold();
  auto made = test::start(group_, runtime_.executor(0), catalog_->use(ref()));
  EXPECT_EQ(made.wait_for(20ms), std::future_status::timeout);
  EXPECT_EQ(catalog_->state()->find(ref()), nullptr);
  store_.release();
  EXPECT_TRUE(made.get().ok());
  EXPECT_NE(catalog_->state()->find(ref()), nullptr);
}

TEST_F(CatalogTest, ShowsNothingOfAChangeThatCouldNotBeStored) {
  store_.fail_next(1);
  const Result<> outcome = make_bus("b");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, Code::Unavailable);
  EXPECT_EQ(catalog_->state()->find(ref("b")), nullptr);
  EXPECT_TRUE(make_bus("b").ok()) << "and the turn is passed on";
}

TEST_F(CatalogTest, AppliesChangesOneAtATime) {
  ASSERT_TRUE(run(catalog_->use(ref())).ok());
  std::vector<std::future<Result<>>> changes;
  for (std::size_t i = 0; i < 40; ++i) {
    const auto rule = make_rule("r" + std::to_string(i), R"({"source":["a"]})", {});
    changes.push_back(test::start(
        group_, runtime_.executor(i % 2),
        catalog_->change(ref(),
                         [rule](const CatalogState&, const BusState* bus) -> Result<BusChange> {
                           RIALTO_TRY(auto compiled, compile_rule(rule, ref()));
                           return with_rule(*bus, std::move(compiled));
                         })));
  }
  for (auto& change : changes) EXPECT_TRUE(change.get().ok());
  EXPECT_EQ(catalog_->state()->find(ref())->rules.size(), 40U) << "none was overwritten";
}

TEST_F(CatalogTest, LeavesEverythingWhenAPlanRefuses) {
  ASSERT_TRUE(make_bus("b").ok());
  const auto before = catalog_->state();
  const Result<> outcome =
      run(catalog_->change(ref("b"), [](const CatalogState&, const BusState*) -> Result<BusChange> {
        return over_limit();
      }));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "The requested resource exceeds the maximum number allowed.");
  EXPECT_EQ(catalog_->state(), before);
}

TEST_F(CatalogTest, ReadsBackBusesRulesAndTargetsAfterARestart) {
  make_queue("q");
  ASSERT_TRUE(make_bus("b").ok());
  ASSERT_TRUE(put_rule("r", R"({"source":["app"]})",
                       {to_queue("q", R"("Input":"{\"a\": 1}")") + "," + dead_letters()}, ref("b"))
                  .ok());
  ASSERT_TRUE(put_rule("off", R"({"source":["app"]})", {to_queue("q")}, ref("b"), "DISABLED").ok());
  const auto before = catalog_->state()->find(ref("b"));
  restart();
  const auto after = catalog_->state()->find(ref("b"));
  ASSERT_NE(after, nullptr);
  EXPECT_EQ(model::encode(after->bus), model::encode(before->bus));
  ASSERT_EQ(after->rules.size(), 2U);
  const auto& rule = after->rules.at("r")->rule;
  EXPECT_EQ(rule.event_pattern, R"({"source":["app"]})");
  EXPECT_EQ(rule.targets.at("t0").given, before->rules.at("r")->rule.targets.at("t0").given);
  EXPECT_EQ(after->rules.at("r")->arn, "arn:aws:events:us-east-1:111122223333:rule/b/r");
  EXPECT_EQ(matching(*after, "app"), std::vector<std::string>{"r"}) << "off stays disabled";
}

TEST_F(CatalogTest, KnowsAsActiveOnlyWhatCanLeadSomewhere) {
  ASSERT_TRUE(put_rule("on", R"({"source":["a"]})", {to_queue("q")}).ok());
  ASSERT_TRUE(put_rule("off", R"({"source":["a"]})", {to_queue("q")}, ref(), "DISABLED").ok());
  ASSERT_TRUE(put_rule("bare", R"({"source":["a"]})", {}).ok());
  const auto bus = catalog_->state()->find(ref());
  EXPECT_EQ(bus->rules.size(), 3U);
  EXPECT_EQ(matching(*bus, "a"), std::vector<std::string>{"on"});
}

TEST_F(CatalogTest, MatchesByTheRulesAsTheyWereWhenTheBusWasRead) {
  ASSERT_TRUE(put_rule("b", R"({"source":["x"]})", {to_queue("q")}).ok());
  const auto first = catalog_->state()->find(ref());
  ASSERT_TRUE(put_rule("a", R"({"source":[{"prefix":"x"}]})", {to_queue("q")}).ok());
  const auto second = catalog_->state()->find(ref());
  ASSERT_TRUE(put_rule("b", R"({"source":["y"]})", {to_queue("q")}).ok());
  const auto third = catalog_->state()->find(ref());
  ASSERT_TRUE(
      put_rule("a", R"({"source":[{"prefix":"x"}]})", {to_queue("q")}, ref(), "DISABLED").ok());
  const auto fourth = catalog_->state()->find(ref());
  using Names = std::vector<std::string>;
  EXPECT_EQ(matching(*first, "x"), Names{"b"});
  EXPECT_EQ(matching(*second, "x"), (Names{"a", "b"}));
  EXPECT_EQ(matching(*third, "x"), Names{"a"});
  EXPECT_EQ(matching(*third, "y"), Names{"b"});
  EXPECT_EQ(matching(*fourth, "x"), Names{});
  EXPECT_EQ(matching(*fourth, "y"), Names{"b"});
}

TEST_F(CatalogTest, RemovesRulesAndBusesForGood) {
  ASSERT_TRUE(make_bus("b").ok());
  ASSERT_TRUE(put_rule("r", R"({"source":["a"]})", {}, ref("b")).ok());
  ASSERT_TRUE(run(catalog_->change(ref("b"), [](const CatalogState&, const BusState* bus) {
                return Result<BusChange>(without_rule(*bus, "r"));
              })).ok());
  EXPECT_TRUE(catalog_->state()->find(ref("b"))->rules.empty());
  ASSERT_TRUE(run(catalog_->change(ref("b"), [](const CatalogState&, const BusState* bus) {
                return Result<BusChange>(without_bus(*bus));
              })).ok());
  EXPECT_EQ(catalog_->state()->find(ref("b")), nullptr);
  restart();
  EXPECT_EQ(catalog_->state()->find(ref("b")), nullptr);
  EXPECT_EQ(store_.size(store::Table::Resource), 0U);
}

// Events that are still owed are stored under their bus's number.
TEST_F(CatalogTest, GivesNoBusTheNumberOfAnotherOne) {
  std::set<std::uint32_t> seen;
  const auto make = [&] {
    ASSERT_TRUE(make_bus("b").ok());
    EXPECT_TRUE(seen.insert(catalog_->state()->find(ref("b"))->bus.id).second);
  };
  make();
  ASSERT_TRUE(run(catalog_->change(ref("b"), [](const CatalogState&, const BusState* bus) {
                return Result<BusChange>(without_bus(*bus));
              })).ok());
  make();
  ASSERT_TRUE(run(catalog_->reset()).ok());
  make();
  ASSERT_TRUE(run(catalog_->reset()).ok());
  restart();
  make();
}

TEST_F(CatalogTest, ResetRemovesEverythingOfEveryScope) {
  ASSERT_TRUE(make_bus("b").ok());
  ASSERT_TRUE(make_bus("c", "eu-west-1").ok());
  ASSERT_TRUE(put_rule("r", R"({"source":["a"]})", {}).ok());
  ASSERT_TRUE(run(catalog_->reset()).ok());
  EXPECT_TRUE(catalog_->state()->buses.empty());
  EXPECT_EQ(store_.size(store::Table::Resource), 0U);
}

TEST_F(CatalogTest, ResetThatCouldNotBeStoredRemovesNothing) {
  ASSERT_TRUE(make_bus("b").ok());
  store_.fail_next(1);
  EXPECT_FALSE(run(catalog_->reset()).ok());
  EXPECT_NE(catalog_->state()->find(ref("b")), nullptr);
}

TEST_F(CatalogTest, ListsTheBusesOfOneScopeByName) {
  for (const char* name : {"b", "a", "c"}) ASSERT_TRUE(make_bus(name).ok());
  ASSERT_TRUE(make_bus("other", "eu-west-1").ok());
  EXPECT_EQ(names(*catalog_->state(), kScope), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(names(*catalog_->state(), {.account = kScope.account, .region = "eu-west-1"}),
            std::vector<std::string>{"other"});
  EXPECT_TRUE(names(*catalog_->state(), {.account = "1", .region = "us-east-1"}).empty());
}

TEST_F(CatalogTest, RefusesToStartWithARecordItCannotRead) {
  ASSERT_TRUE(make_bus("b").ok());
  store::Batch batch;
  batch.put(store::Table::Resource, store::bus_key({kScope.account, kScope.region}, "b"), "{}");
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  const Result<> outcome = Catalog(store_, clock_).load();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, Code::Corruption);
}

TEST_F(CatalogTest, RefusesToStartWithARuleOfNoBus) {
  ASSERT_TRUE(put_rule("r", R"({"source":["a"]})", {}).ok());
  store::Batch batch;
  batch.erase(store::Table::Resource, store::bus_key({kScope.account, kScope.region}, "default"));
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  const Result<> outcome = Catalog(store_, clock_).load();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "A stored rule has no event bus.");
}

TEST_F(CatalogTest, AReaderKeepsTheStateItHas) {
  ASSERT_TRUE(make_bus("b").ok());
  const auto before = catalog_->state();
  ASSERT_TRUE(run(catalog_->reset()).ok());
  EXPECT_NE(before->find(ref("b")), nullptr);
}

TEST_F(CatalogTest, CompilesNoRuleThatPutTargetsWouldRefuse) {
  const auto bad_pattern = compile_rule(make_rule("r", "{}", {}), ref());
  EXPECT_FALSE(bad_pattern.ok());
  const auto bad_target =
      compile_rule(make_rule("r", R"({"source":["a"]})", {R"("Arn":"arn:aws:s3:::b")"}), ref());
  ASSERT_FALSE(bad_target.ok());
  EXPECT_EQ(bad_target.error().message, "s3 is not a supported service for a target.");
  const auto two_inputs = compile_rule(
      make_rule("r", R"({"source":["a"]})", {to_queue("q", R"("Input":"1","InputPath":"$")")}),
      ref());
  ASSERT_FALSE(two_inputs.ok());
  EXPECT_EQ(two_inputs.error().message,
            "Only one of Input, InputPath, or InputTransformer must be provided for target t0.");
}

}  // namespace
}  // namespace rialto::bus
