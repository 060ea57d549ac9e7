// Expressions of rules: every recorded one (docs/spec/06 §1), and the moments they name.
#include "cron/expression.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rialto::cron {
namespace {

using namespace std::chrono_literals;

bool is_valid(std::string_view text) { return Expression::read_of_rule(text).has_value(); }

TimePoint at(std::string_view text) {  // "2026-01-15 12:00" or with ":30" and ".123"
  int parts[7] = {};
  std::sscanf(std::string(text).c_str(), "%d-%d-%d %d:%d:%d.%d", &parts[0], &parts[1], &parts[2],
              &parts[3], &parts[4], &parts[5], &parts[6]);
  const std::chrono::sys_days day = std::chrono::year(parts[0]) / parts[1] / parts[2];
  return day + std::chrono::hours(parts[3]) + std::chrono::minutes(parts[4]) +
         std::chrono::seconds(parts[5]) + Millis(parts[6]);
}

std::string show(const std::optional<TimePoint>& time) {
  return time ? to_iso_millis(*time) : "never";
}

// The first `count` moments after `after`, as "2026-01-15 12:00".
std::vector<std::string> moments(std::string_view text, std::string_view after, int count) {
  const auto expression = Expression::read_of_rule(text);
  std::vector<std::string> out;
  if (!expression) return {"invalid"};
  TimePoint now = at(after);
  const TimePoint anchor = now;
  for (int i = 0; i < count; ++i) {
    const auto next = expression->next_after(now, anchor);
    if (!next) {
      out.emplace_back("never");
      break;
    }
    std::string shown = to_iso_seconds(*next).substr(0, 16);
    shown[10] = ' ';
    out.push_back(shown);
    now = *next;
  }
  return out;
}

using Moments = std::vector<std::string>;

TEST(Rate, TakesWhatAwsTakes) {
  for (const char* text :
       {"rate(1 minute)", "rate(2 minutes)", "rate(5 minutes)", "rate(1 hour)", "rate(12 hours)",
        "rate(1 day)", "rate(365 days)", "rate(2147483647 days)"}) {
    EXPECT_TRUE(is_valid(text)) << text;
  }
}

TEST(Rate, RefusesWhatAwsRefuses) {
  for (const char* text :
       {"rate(10 seconds)", "rate(10 years)", "rate(1 minutes)", "rate(1 hours)", "rate(1 days)",
        "rate(10 minute)", "rate(10 hour)", "rate(10 day)", "rate()", "rate(10)",
        "rate(10 minutess)", "rate(foo minutes)", "rate(0 minutes)", "rate(0 minute)",
        "rate(-10 minutes)", "rate(10 MINUTES)", "rate( 10 minutes )", " rate(10 minutes)"}) {
    EXPECT_FALSE(is_valid(text)) << text;
  }
}

TEST(Rate, RefusesWhatIsAlmostOne) {
  for (const char* text :
       {"", "rate", "rate(", "rate)", "RATE(10 minutes)", "rate(10 minutes", "rate 10 minutes",
        "rate(10 minutes) ", "rate (10 minutes)", "rate(10  minutes)", "rate(10minutes)",
        "rate(+1 minute)", "rate(1.5 minutes)", "rate(1 week)", "rate(2147483648 days)",
        "rate(99999999999999999999 days)", "rate(10 minutes))", "at(2026-01-15T12:00:00)"}) {
    EXPECT_FALSE(is_valid(text)) << text;
  }
}

TEST(Rate, CountsFromItsAnchor) {
  const auto every = Expression::read_of_rule("rate(5 minutes)");
  const TimePoint anchor = at("2026-01-15 12:00:10.250");
  const auto next = [&](TimePoint after) { return show(every->next_after(after, anchor)); };
  EXPECT_EQ(next(anchor), "2026-01-15T12:05:10.250Z");
  EXPECT_EQ(next(anchor - 100h), "2026-01-15T12:05:10.250Z");
  EXPECT_EQ(next(anchor + 5min - 1ms), "2026-01-15T12:05:10.250Z");
  EXPECT_EQ(next(anchor + 5min), "2026-01-15T12:10:10.250Z");
  EXPECT_EQ(next(anchor + 24h), "2026-01-16T12:05:10.250Z");
}

TEST(Rate, OfADayIsTwentyFourHours) {
  EXPECT_EQ(moments("rate(1 day)", "2028-02-28 06:30", 2),
            (Moments{"2028-02-29 06:30", "2028-03-01 06:30"}));
}

TEST(Rate, ThatIsDueBeyondOurYearsIsNeverDue) {
  EXPECT_EQ(moments("rate(2147483647 days)", "2026-01-15 12:00", 1), Moments{"never"});
}

TEST(Cron, TakesWhatAwsTakes) {
  for (const char* text : {"cron(0 2 ? * SAT *)",
                           "cron(0 12 * * ? *)",
                           "cron(5,35 14 * * ? *)",
                           "cron(15 10 ? * 6L 2002-2005)",
                           "cron(0 2 ? * SAT#3 *)",
                           "cron(* * ? * SAT#3 *)",
                           "cron(0/5 5 ? JAN 1-5 2022)",
                           "cron(0/30 20-23 ? * MON-FRI *)",
                           "cron(0/5 8-17 ? * MON-FRI *)",
                           "cron(0 20 * * ? 2500)",
                           "cron(0/15 * * * ? *)",
                           "cron(1/10 * * * ? *)",
                           "cron(*/15 * * * ? *)",
                           "cron(0-59/10 * * * ? *)",
                           "cron(0-15/1 * * * ? *)",
                           "cron(0 0 1-31/30 * ? *)",
                           "cron(0 8-8 * * ? *)",
                           "cron(0 20-2 * * ? *)",
                           "cron(0 0 L * ? *)",
                           "cron(0 0 LW * ? *)",
                           "cron(0 0 1W * ? *)",
                           "cron(0 0 ? * 3L *)",
                           "cron(0 0 ? * L *)"}) {
    EXPECT_TRUE(is_valid(text)) << text;
  }
}

TEST(Cron, RefusesWhatAwsRefuses) {
  for (const char* text : {"cron(0 1 * * * *)",    "cron(7 20 * * NOT *)",
                           "cron(INVALID)",        "cron(0 dummy ? * MON-FRI *)",
                           "cron(71 8 1 * ? *)",   "cron(75 20 * * ? *)",
                           "cron(0 20 3#1 * ? *)", "cron()",
                           "cron(60 0 * * ? *)",   "cron(0 24 * * ? *)",
                           "cron(0 0 0 * ? *)",    "cron(0 0 32 * ? *)",
                           "cron(0 0 * 0 ? *)",    "cron(0 0 * 13 ? *)",
                           "cron(0 0 ? * 0 *)",    "cron(0 0 ? * 8 *)",
                           "cron(0 0 ? * 1#0 *)",  "cron(0 0 ? * 1#6 *)",
                           "cron(0 0 ? * ? *)",    "cron(0 0 1 * 1 *)",
                           "cron(0 0 * *)",        "cron(0 0 * * ?)",
                           "cron(0 0 0 * * ? *)"}) {
    EXPECT_FALSE(is_valid(text)) << text;
  }
}

TEST(Cron, TakesLettersInEitherCase) {
  for (const char* text : {"cron(0 0 ? jan-Mar mon,Wed *)", "cron(0 0 l * ? *)",
                           "cron(0 0 15w * ? *)", "cron(0 0 ? * friL *)", "cron(0 0 lw * ? *)"}) {
    EXPECT_TRUE(is_valid(text)) << text;
  }
}

TEST(Cron, TakesZerosInFront) {
  EXPECT_EQ(moments("cron(00 06 01 02 ? *)", "2026-01-15 12:00", 1), Moments{"2026-02-01 06:00"});
}

TEST(Cron, RefusesWhatIsAlmostOne) {
  for (const char* text :
       {"CRON(0 12 * * ? *)",          "cron(0 12 * * ? *",      " cron(0 12 * * ? *)",
        "cron(0 12 * * ? *) ",         "cron( 0 12 * * ? *)",    "cron(0 12 * * ? * )",
        "cron(0  12 * * ? *)",         "cron(0\t12 * * ? *)",    "cron(? 12 * * ? *)",
        "cron(0 ? * * ? *)",           "cron(0 12 * ? ? *)",     "cron(0 12 * * ? ?)",
        "cron(0/0 12 * * ? *)",        "cron(0/60 12 * * ? *)",  "cron(0/ 12 * * ? *)",
        "cron(/5 12 * * ? *)",         "cron(0/5/5 12 * * ? *)", "cron(0- 12 * * ? *)",
        "cron(-5 12 * * ? *)",         "cron(0, 12 * * ? *)",    "cron(,0 12 * * ? *)",
        "cron(0,,5 12 * * ? *)",       "cron(0 12 L-3 * ? *)",   "cron(0 12 1,L * ? *)",
        "cron(0 12 1-5W * ? *)",       "cron(0 12 W * ? *)",     "cron(0 12 32W * ? *)",
        "cron(0 12 ? * 2#1,3#1 *)",    "cron(0 12 ? * 2,6L *)",  "cron(0 12 ? * #2 *)",
        "cron(0 12 ? * 2# *)",         "cron(0 12 ? * 2W *)",    "cron(0 12 * JANUARY ? *)",
        "cron(0 12 ? * MONDAY *)",     "cron(0 12 ?,1 * ? *)",   "cron(0 12 ?/2 * MON *)",
        "cron(0 12 * * ? 2005-2002)",  "cron(0 12 * * ? 1969)",  "cron(0 12 * * ? 10000)",
        "cron(0 12 * * ? 2026L)",      "cron(MON 12 * * ? *)",   "cron(0 12 * MON ? *)",
        "cron(0 L * * ? *)",           "cron(+5 12 * * ? *)",    "cron(5.0 12 * * ? *)",
        "cron(99999999999 12 * * ? *)"}) {
    EXPECT_FALSE(is_valid(text)) << text;
  }
}

TEST(Cron, IsDueAtTheMinuteAfterAndNeverAtTheSame) {
  const auto every = Expression::read_of_rule("cron(* * * * ? *)");
  const auto next = [&](std::string_view after) { return show(every->next_after(at(after), {})); };
  EXPECT_EQ(next("2026-01-15 12:00"), "2026-01-15T12:01:00.000Z");
  EXPECT_EQ(next("2026-01-15 11:59:59.999"), "2026-01-15T12:00:00.000Z");
  EXPECT_EQ(next("2026-12-31 23:59:30"), "2027-01-01T00:00:00.000Z");
}

struct Case {
  const char* text;
  const char* after;
  Moments expected;
};

TEST(Cron, NamesItsMoments) {
  const Case cases[] = {
      {"cron(0 12 * * ? *)", "2026-01-15 12:00", {"2026-01-16 12:00", "2026-01-17 12:00"}},
      {"cron(5,35 14 * * ? *)", "2026-01-15 14:05", {"2026-01-15 14:35", "2026-01-16 14:05"}},
      // 2026-01-17 is a Saturday.
      {"cron(0 2 ? * SAT *)", "2026-01-15 12:00", {"2026-01-17 02:00", "2026-01-24 02:00"}},
      {"cron(0 2 ? * 7 *)", "2026-01-15 12:00", {"2026-01-17 02:00", "2026-01-24 02:00"}},
      {"cron(0 2 ? * SUN *)", "2026-01-15 12:00", {"2026-01-18 02:00"}},
      {"cron(0 0 ? * MON-FRI *)", "2026-01-15 12:00", {"2026-01-16 00:00", "2026-01-19 00:00"}},
      {"cron(0 0 ? * FRI-MON *)",
       "2026-01-15 12:00",
       {"2026-01-16 00:00", "2026-01-17 00:00", "2026-01-18 00:00", "2026-01-19 00:00",
        "2026-01-23 00:00"}},
      {"cron(0 0 ? * 1/3 *)",  // Sunday, Wednesday, Saturday
       "2026-01-15 12:00",
       {"2026-01-17 00:00", "2026-01-18 00:00", "2026-01-21 00:00"}},
      {"cron(0 20-2/2 * * ? *)",
       "2026-01-15 12:00",
       {"2026-01-15 20:00", "2026-01-15 22:00", "2026-01-16 00:00", "2026-01-16 02:00",
        "2026-01-16 20:00"}},
      {"cron(50-10/10 3 * * ? *)",
       "2026-01-15 12:00",
       {"2026-01-16 03:00", "2026-01-16 03:10", "2026-01-16 03:50"}},
      {"cron(7/20 * * * ? *)",
       "2026-01-15 12:50",
       {"2026-01-15 13:07", "2026-01-15 13:27", "2026-01-15 13:47"}},
      {"cron(0 0 1-31/30 * ? *)",
       "2026-01-15 12:00",
       {"2026-01-31 00:00", "2026-02-01 00:00", "2026-03-01 00:00", "2026-03-31 00:00"}},
      {"cron(0 0 1 NOV-FEB ? *)",
       "2026-01-15 12:00",
       {"2026-02-01 00:00", "2026-11-01 00:00", "2026-12-01 00:00", "2027-01-01 00:00"}},
      {"cron(0 0 1 1/5 ? *)", "2026-01-15 12:00", {"2026-06-01 00:00", "2026-11-01 00:00"}},
      {"cron(59 23 31 12 ? 2026/10)", "2026-01-15 12:00", {"2026-12-31 23:59", "2036-12-31 23:59"}},
      {"cron(0 0 1 1 ? 2030,2027-2028)",
       "2026-01-15 12:00",
       {"2027-01-01 00:00", "2028-01-01 00:00", "2030-01-01 00:00", "never"}},
      {"cron(0 20 * * ? 2500)", "2026-01-15 12:00", {"2500-01-01 20:00", "2500-01-02 20:00"}},
      {"cron(0 0 29 2 ? *)", "2026-01-15 12:00", {"2028-02-29 00:00", "2032-02-29 00:00"}},
      {"cron(0 0 29 2 ? *)", "2097-01-15 12:00", {"2104-02-29 00:00"}},
      {"cron(59 23 31 12 ? 9999)", "2026-01-15 12:00", {"9999-12-31 23:59", "never"}},
      {"cron(0 0 * * ? *)", "1900-01-01 00:00", {"1970-01-01 00:00"}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(moments(one.text, one.after, static_cast<int>(one.expected.size())), one.expected)
        << one.text;
  }
}

TEST(Cron, NamesDaysByTheirPlace) {
  const Case cases[] = {
      {"cron(0 0 L * ? *)", "2026-01-15 12:00", {"2026-01-31 00:00", "2026-02-28 00:00"}},
      {"cron(0 0 L 2 ? *)", "2027-03-01 12:00", {"2028-02-29 00:00", "2029-02-28 00:00"}},
      // The last workday: 2026-01-31 is a Saturday, 2026-05-31 a Sunday.
      {"cron(0 0 LW * ? *)", "2026-01-15 12:00", {"2026-01-30 00:00", "2026-02-27 00:00"}},
      {"cron(0 0 LW 5 ? *)", "2026-01-15 12:00", {"2026-05-29 00:00"}},
      // 2026-02-01 is a Sunday, 2026-08-01 a Saturday: within the month, so forward.
      {"cron(0 0 1W 2 ? *)", "2026-01-15 12:00", {"2026-02-02 00:00"}},
      {"cron(0 0 1W 8 ? *)", "2026-01-15 12:00", {"2026-08-03 00:00"}},
      {"cron(0 0 15W 2 ? *)", "2026-01-15 12:00", {"2026-02-16 00:00"}},
      {"cron(0 0 17W 1 ? *)", "2026-01-15 12:00", {"2026-01-16 00:00"}},
      {"cron(0 0 31W 5 ? *)", "2026-01-15 12:00", {"2026-05-29 00:00"}},
      {"cron(0 0 16W 1 ? *)", "2026-01-15 12:00", {"2026-01-16 00:00"}},
      // Months without a 31st have no workday near it.
      {"cron(0 0 31W * ? *)", "2026-02-01 00:00", {"2026-03-31 00:00", "2026-05-29 00:00"}},
      {"cron(0 0 ? * 6L *)", "2026-01-15 12:00", {"2026-01-30 00:00", "2026-02-27 00:00"}},
      {"cron(0 0 ? * SATL 1 *)", "2026-01-15 12:00", {"invalid"}},
      {"cron(0 0 ? 1 SATL *)", "2026-01-15 12:00", {"2026-01-31 00:00"}},
      {"cron(0 0 ? * L *)", "2026-01-15 12:00", {"2026-01-17 00:00", "2026-01-24 00:00"}},
      {"cron(0 0 ? * SAT#3 *)", "2026-01-15 12:00", {"2026-01-17 00:00", "2026-02-21 00:00"}},
      {"cron(0 0 ? * 5#5 *)", "2026-01-15 12:00", {"2026-01-29 00:00", "2026-04-30 00:00"}},
      {"cron(0 0 ? 2 1#5 *)", "2026-01-15 12:00", {"2032-02-29 00:00", "2060-02-29 00:00"}},
      {"cron(15 10 ? * 6L 2002-2005)", "2005-12-01 00:00", {"2005-12-30 10:15", "never"}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(moments(one.text, one.after, static_cast<int>(one.expected.size())), one.expected)
        << one.text;
  }
}

TEST(Cron, MayNeverBeDueAgain) {
  for (const char* text : {"cron(15 10 ? * 6L 2002-2005)", "cron(0 0 30 2 ? *)",
                           "cron(0 0 31 4,6,9,11 ? *)", "cron(0 0 29 2 ? 2001/4)"}) {
    EXPECT_EQ(moments(text, "2026-01-15 12:00", 1), Moments{"never"}) << text;
  }
  EXPECT_EQ(moments("cron(* * * * ? *)", "9999-12-31 23:59", 1), Moments{"never"});
}

TEST(LastWithin, FindsTheLatestOfManyMoments) {
  const auto every = Expression::read_of_rule("cron(* * * * ? *)");
  const TimePoint after = at("2002-01-15 12:00:30");
  EXPECT_EQ(show(every->last_within(after, at("2026-01-15 12:00:30"), {})),
            "2026-01-15T12:00:00.000Z");
  EXPECT_EQ(show(every->last_within(after, at("2026-01-15 12:00"), {})),
            "2026-01-15T12:00:00.000Z");
  EXPECT_EQ(show(every->last_within(after, after + 29s, {})), "never");
  EXPECT_EQ(show(every->last_within(after, after + 30s, {})), "2002-01-15T12:01:00.000Z");
  EXPECT_EQ(show(every->last_within(after, after, {})), "never");
  EXPECT_EQ(show(every->last_within(after, after - 1h, {})), "never");
}

TEST(LastWithin, FindsTheLatestOfARate) {
  const auto every = Expression::read_of_rule("rate(2 hours)");
  const TimePoint anchor = at("2026-01-15 12:00:10.250");
  EXPECT_EQ(show(every->last_within(anchor, anchor + 5h, anchor)), "2026-01-15T16:00:10.250Z");
  EXPECT_EQ(show(every->last_within(anchor, anchor + 4h, anchor)), "2026-01-15T16:00:10.250Z");
  EXPECT_EQ(show(every->last_within(anchor, anchor + 4h - 1ms, anchor)),
            "2026-01-15T14:00:10.250Z");
  EXPECT_EQ(show(every->last_within(anchor + 4h, anchor + 5h, anchor)), "never");
}

}  // namespace
}  // namespace rialto::cron
