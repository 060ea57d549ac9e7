// Reading an archive: every event of the window once, minute by minute, from any point on.
#include "archive/reader.h"

#include <gtest/gtest.h>

#include "model/event.h"
#include "store/memory/memory_store.h"
#include "support/random.h"

namespace rialto::archive {
namespace {

constexpr store::ArchiveId kId = 3;
constexpr std::int64_t kMinute = 60'000;

class ReaderTest : public ::testing::Test {
 protected:
  void add(bus::Hour hour, std::int64_t time_ms, store::Sequence sequence,
           std::int64_t accepted_ms = 1'000) {
    model::Event event;
    event.text =
        std::to_string(hour) + "/" + std::to_string(time_ms) + "/" + std::to_string(sequence);
    event.accepted_at = from_millis(accepted_ms);
    std::string value;
    model::append_archived(value, event);
    store::Batch batch;
    batch.put(store::Table::Archive,
              store::encode(store::ArchivedKey{kId, hour, time_ms, sequence}), value);
    store_.submit(std::move(batch), [](const Result<>&) {});
    hours_[hour].add({1, value.size(), time_ms, time_ms});
  }
  Reader reader(const std::optional<model::ReplayCursor>& after = std::nullopt) const {
    return {store_, kId, hours_, window_, after};
  }
  static std::vector<ArchivedEvent> read(Reader reader, std::size_t page) {
    std::vector<ArchivedEvent> out;
    for (;;) {
      auto events = reader.next({page, 4U << 20});
      EXPECT_TRUE(events.ok());
      EXPECT_LE(events->size(), page);
      if (events->empty()) return out;
      for (auto& event : *events) out.push_back(std::move(event));
    }
  }
  static std::vector<std::string> texts(const std::vector<ArchivedEvent>& events) {
    std::vector<std::string> out;
    for (const auto& event : events) out.push_back(event.text);
    return out;
  }

  store::MemoryStore store_;
  std::map<bus::Hour, bus::Totals> hours_;
  Window window_{from_millis(-100 * kMinute), from_millis(100 * kMinute), from_millis(0)};
};

TEST_F(ReaderTest, ReadsAnEmptyArchive) { EXPECT_TRUE(read(reader(), 10).empty()); }

TEST_F(ReaderTest, GoesMinuteByMinuteOverAllHours) {
  add(5, 0, 1);
  add(5, 59'999, 2);
  add(5, 3 * kMinute, 3);
  add(6, 10, 4);
  add(6, 2 * kMinute, 5);
  add(7, -1, 6);
  add(7, 3 * kMinute + 5, 7);
  const std::vector<std::string> expected = {"7/-1/6",     "5/0/1",      "5/59999/2", "6/10/4",
                                             "6/120000/5", "5/180000/3", "7/180005/7"};
  for (std::size_t page = 1; page < 9; ++page) EXPECT_EQ(texts(read(reader(), page)), expected);
}

TEST_F(ReaderTest, TakesBothEndsOfTheWindow) {
  window_.from = from_millis(1'000);
  window_.to = from_millis(5'000);
  for (const std::int64_t time : {999, 1'000, 5'000, 5'001}) add(5, time, 1);
  EXPECT_EQ(texts(read(reader(), 10)), (std::vector<std::string>{"5/1000/1", "5/5000/1"}));
}

TEST_F(ReaderTest, LeavesOutWhatWasKeptLongEnough) {
  add(5, 1, 1, 100);
  add(5, 2, 2, 101);
  window_.kept_since = from_millis(100);
  EXPECT_EQ(texts(read(reader(), 10)), std::vector<std::string>{"5/2/2"});
}

TEST_F(ReaderTest, EndsAPageByItsBytesToo) {
  for (store::Sequence n = 0; n < 5; ++n) add(5, 1, n);
  auto page = reader().next({100, 40});
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->size(), 2U);
}

TEST_F(ReaderTest, SaysThatAnEventIsDamaged) {
  add(5, 1, 1);
  store::Batch batch;
  batch.put(store::Table::Archive, store::encode(store::ArchivedKey{kId, 5, 1, 1}), "x");
  store_.submit(std::move(batch), [](const Result<>&) {});
  EXPECT_EQ(reader().next({}).error().code, Code::Corruption);
}

TEST_F(ReaderTest, GoesOnAfterAnyEventAsIfItHadNeverStopped) {
  test::Random random(7);
  for (store::Sequence n = 0; n < 200; ++n) {
    const auto hour = static_cast<bus::Hour>(random.below(4));
    add(hour, static_cast<std::int64_t>(random.below(12) * 20'000) - 2 * kMinute, n);
  }
  const auto all = read(reader(), 1'000);
  ASSERT_EQ(all.size(), 200U);
  for (std::size_t at = 0; at < all.size(); ++at) {
    const auto rest = read(reader(all[at].cursor), 1 + at % 7);
    EXPECT_EQ(texts(rest), texts({all.begin() + static_cast<std::ptrdiff_t>(at) + 1, all.end()}));
  }
}

}  // namespace
}  // namespace rialto::archive
