// What is counted, and how Prometheus reads it.
#include "base/metrics.h"

#include <gtest/gtest.h>

#include "base/exposition.h"

namespace rialto {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::uint64_t, 3> kBounds = {1, 5, 10};

TEST(Histogram, ABoundBelongsToItsBucket) {
  Histogram histogram(kBounds, 2);
  for (const std::uint64_t value : {0U, 1U, 2U, 5U, 10U, 11U}) histogram.observe(value);
  histogram.observe(std::uint64_t{5}, 3);
  const auto reading = histogram.read();
  EXPECT_EQ(reading.up_to,
            (std::vector<std::pair<double, std::uint64_t>>{{0.5, 2}, {2.5, 7}, {5, 8}}));
  EXPECT_EQ(reading.count, 9U);
  EXPECT_DOUBLE_EQ(reading.sum, (0 + 1 + 2 + 5 + 10 + 11 + 15) * 0.5);
}

TEST(Histogram, DurationsAreShownInSeconds) {
  Histogram histogram = make_duration_histogram();
  histogram.observe(2s);
  histogram.observe(-1ns);  // a clock was set back
  EXPECT_EQ(histogram.read().count, 2U);
  EXPECT_DOUBLE_EQ(histogram.read().sum, 2);
}

TEST(CountsByName, KeepsABoundedNumberOfNames) {
  CountsByName counts;
  for (std::size_t i = 0; i < 2 * CountsByName::kNamesMax; ++i) counts.add(std::to_string(i));
  counts.add("0");
  std::uint64_t sum = 0;
  for (const auto& [name, count] : counts.read()) sum += count;
  EXPECT_EQ(sum, 2 * CountsByName::kNamesMax + 1);
  EXPECT_EQ(counts.read().size(), CountsByName::kNamesMax + 1);
}

TEST(Exposition, WritesFamiliesAndSamples) {
  Exposition out;
  out.counter("a_total", std::uint64_t{18'446'744'073'709'551'615U}, "What it is.");
  out.gauge("b", 0.25, "A\\b\nc \"d\"");
  out.family("c", Exposition::Type::Gauge, "Two.");
  out.sample(std::uint64_t{1}, {{"x", "a\"b\\c\nd"}, {"y", ""}});
  EXPECT_EQ(out.take(),
            "# HELP a_total What it is.\n"
            "# TYPE a_total counter\n"
            "a_total 18446744073709551615\n"
            "# HELP b A\\\\b\\nc \"d\"\n"
            "# TYPE b gauge\n"
            "b 0.25\n"
            "# HELP c Two.\n"
            "# TYPE c gauge\n"
            "c{x=\"a\\\"b\\\\c\\nd\",y=\"\"} 1\n");
}

TEST(Exposition, WritesHistograms) {
  Histogram histogram(kBounds, 2);
  histogram.observe(std::uint64_t{1});
  histogram.observe(std::uint64_t{100});
  Exposition out;
  out.family("d", Exposition::Type::Histogram, "Some.");
  out.sample(histogram, {{"x", "y"}});
  EXPECT_EQ(out.take(),
            "# HELP d Some.\n"
            "# TYPE d histogram\n"
            "d_bucket{x=\"y\",le=\"0.5\"} 1\n"
            "d_bucket{x=\"y\",le=\"2.5\"} 1\n"
            "d_bucket{x=\"y\",le=\"5\"} 1\n"
            "d_bucket{x=\"y\",le=\"+Inf\"} 2\n"
            "d_sum{x=\"y\"} 50.5\n"
            "d_count{x=\"y\"} 2\n");
}

}  // namespace
}  // namespace rialto
