// The timetable: what is due, once each, whatever happens in between.
#include "schedule/timetable.h"

#include <gtest/gtest.h>

namespace rialto::schedule {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNoon = from_millis(1'768'478'400'000);  // 2026-01-15 12:00
constexpr store::BusId kBus = 7;

class TimetableTest : public ::testing::Test {
 protected:
  TimetableTest() {
    bus_->bus.id = kBus;
    bus_->ref = {"us-east-1", "111122223333", "default"};
    publish();
  }
  void put(const std::string& name, const std::string& expression, TimePoint anchor = kNoon,
           const std::string& state = "ENABLED") {
    model::Rule rule;
    rule.name = name;
    rule.state = state;
    rule.schedule = model::Schedule{expression, anchor};
    auto compiled = bus::compile_rule(rule, bus_->ref);
    ASSERT_TRUE(compiled.ok()) << compiled.error().message;
    bus_->rules[name] = std::move(compiled).value();
    publish();
  }
  void remove(const std::string& name) {
    bus_->rules.erase(name);
    publish();
  }
  // What is due, as "rule+seconds after noon"; all of it fires.
  std::vector<std::string> fire(TimePoint now) {
    std::vector<std::string> out;
    for (const Due& due : table_.find_due(state_, now)) {
      out.push_back(show(due));
      table_.fired(due);
    }
    return out;
  }
  static std::string show(const Due& due) {
    return due.rule->rule.name + "+" + std::to_string((due.at - kNoon) / 1s);
  }
  void publish() { state_.buses["x"] = std::make_shared<bus::BusState>(*bus_); }

  using Fires = std::vector<std::string>;
  std::shared_ptr<bus::BusState> bus_ = std::make_shared<bus::BusState>();
  bus::CatalogState state_;
  Timetable table_;
};

TEST_F(TimetableTest, FiresEachMomentOnce) {
  put("r", "cron(* * * * ? *)");
  EXPECT_EQ(fire(kNoon), Fires{});
  EXPECT_EQ(fire(kNoon + 59s), Fires{});
  EXPECT_EQ(fire(kNoon + 60s), Fires{"r+60"});
  EXPECT_EQ(fire(kNoon + 60s), Fires{});
  EXPECT_EQ(fire(kNoon + 119s), Fires{});
  EXPECT_EQ(fire(kNoon + 120s), Fires{"r+120"});
}

TEST_F(TimetableTest, KeepsWhatIsDueUntilItFired) {
  put("r", "rate(1 minute)");
  EXPECT_EQ(table_.find_due(state_, kNoon + 60s).size(), 1U);
  EXPECT_EQ(table_.find_due(state_, kNoon + 61s).size(), 1U);
  EXPECT_EQ(fire(kNoon + 62s), Fires{"r+60"});
  EXPECT_EQ(fire(kNoon + 62s), Fires{});
}

TEST_F(TimetableTest, FiresTheLastOfTheMissedMomentsOnly) {
  put("c", "cron(0/5 * * * ? *)");
  put("r", "rate(2 hours)", kNoon + 10s);
  EXPECT_EQ(fire(kNoon + 5h), (Fires{"c+18000", "r+14410"}));
  EXPECT_EQ(fire(kNoon + 5h), Fires{});
}

TEST_F(TimetableTest, SaysWhenTheNextIsDue) {
  EXPECT_EQ(table_.next(), std::nullopt);
  put("never", "cron(0 0 30 2 ? *)");
  fire(kNoon);
  EXPECT_EQ(table_.next(), std::nullopt);
  put("late", "cron(30 12 * * ? *)");
  put("soon", "rate(5 minutes)");
  fire(kNoon);
  EXPECT_EQ(table_.next(), kNoon + 5min);
  fire(kNoon + 5min);
  EXPECT_EQ(table_.next(), kNoon + 10min);
  remove("soon");
  fire(kNoon + 5min);
  EXPECT_EQ(table_.next(), kNoon + 30min);
}

TEST_F(TimetableTest, LeavesDisabledRulesAlone) {
  put("r", "rate(1 minute)", kNoon, "DISABLED");
  EXPECT_EQ(fire(kNoon + 90s), Fires{});
  put("r", "rate(1 minute)", kNoon + 90s);
  EXPECT_EQ(fire(kNoon + 120s), Fires{});
  EXPECT_EQ(fire(kNoon + 150s), Fires{"r+150"});
}

TEST_F(TimetableTest, AChangedScheduleBeginsAnew) {
  put("r", "rate(1 hour)");
  EXPECT_EQ(fire(kNoon + 30min), Fires{});
  put("r", "rate(1 hour)", kNoon + 30min);
  EXPECT_EQ(fire(kNoon + 60min), Fires{});
  put("r", "rate(1 minute)", kNoon + 30min);  // with the same anchor, even
  EXPECT_EQ(fire(kNoon + 60min), Fires{"r+3600"});
}

TEST_F(TimetableTest, AChangeOfTargetsChangesNothing) {
  put("r", "rate(1 minute)");
  EXPECT_EQ(fire(kNoon + 60s), Fires{"r+60"});
  put("r", "rate(1 minute)");
  EXPECT_EQ(fire(kNoon + 90s), Fires{});
}

TEST_F(TimetableTest, GoesOnAfterWhatWasRecorded) {
  table_.restore({kBus, "r"}, {kNoon, kNoon + 120s});
  table_.restore({kBus, "gone"}, {kNoon, kNoon + 120s});
  put("r", "cron(* * * * ? *)");
  EXPECT_EQ(fire(kNoon + 130s), Fires{});
  EXPECT_EQ(fire(kNoon + 185s), Fires{"r+180"});
}

TEST_F(TimetableTest, HasNoUseForTheRecordOfAnotherSchedule) {
  table_.restore({kBus, "r"}, {kNoon - 1h, kNoon + 120s});
  put("r", "cron(* * * * ? *)");
  EXPECT_EQ(fire(kNoon + 60s), Fires{"r+60"});
}

TEST_F(TimetableTest, AClockThatWasSetBackFiresNothingAgain) {
  put("r", "cron(* * * * ? *)");
  EXPECT_EQ(fire(kNoon + 10min), Fires{"r+600"});
  EXPECT_EQ(fire(kNoon + 5min), Fires{});
  EXPECT_EQ(fire(kNoon + 11min), Fires{"r+660"});
}

TEST_F(TimetableTest, SeesRulesOfTheDefaultBusOnly) {
  put("r", "rate(1 minute)");
  bus_->ref.name = "orders";
  publish();
  EXPECT_EQ(fire(kNoon + 60s), Fires{});
}

}  // namespace
}  // namespace rialto::schedule
