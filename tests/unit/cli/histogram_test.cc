#include "cli/bench/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/bench/report.h"
#include "support/random.h"

namespace rialto::cli {
namespace {

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.percentile(0.5), 0);
  EXPECT_EQ(histogram.max(), 0);
}

TEST(Histogram, IsExactForSmallValues) {
  Histogram histogram;
  for (int value = 1; value <= 100; ++value) histogram.record(value);
  EXPECT_EQ(histogram.percentile(0), 1);
  EXPECT_EQ(histogram.percentile(0.5), 50);
  EXPECT_EQ(histogram.percentile(0.99), 99);
  EXPECT_EQ(histogram.percentile(1), 100);
}

TEST(Histogram, TakesNegativeValuesForNone) {
  Histogram histogram;
  histogram.record(-5);
  EXPECT_EQ(histogram.percentile(0.5), 0);
  EXPECT_EQ(histogram.count(), 1U);
}

// Beside all values in order: never less than the true percentile, and at most 1/128 more.
TEST(Histogram, IsWithinItsPrecisionAtEverySize) {
  test::Random random(7);
  Histogram histogram;
  std::vector<std::int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<std::int64_t>(random.word() >> (1 + random.below(62)));
    histogram.record(value);
    values.push_back(value);
  }
  std::ranges::sort(values);
  for (int i = 1; i <= 1000; ++i) {
    const double share = i / 1000.0;
    const std::int64_t exact = values[static_cast<std::size_t>(i) * values.size() / 1000 - 1];
    const std::int64_t found = histogram.percentile(share);
    EXPECT_GE(found, exact) << share;
    EXPECT_LE(found - exact, exact / 128) << share;
  }
  EXPECT_EQ(histogram.max(), values.back());
}

TEST(Report, ShowsFiguresForPeopleScriptsAndSpreadsheets) {
  Figures figures{{"events_per_second", "events/s", 1234.4}, {"cpu_us", "us of CPU", 1.25, 2}};
  EXPECT_EQ(show(figures, BenchFormat::Text), "        1234 events/s\n        1.25 us of CPU\n");
  EXPECT_EQ(show(figures, BenchFormat::Json), "{\"events_per_second\":1234,\"cpu_us\":1.25}\n");
  EXPECT_EQ(show(figures, BenchFormat::Csv), "events_per_second,cpu_us\n1234,1.25\n");
}

}  // namespace
}  // namespace rialto::cli
