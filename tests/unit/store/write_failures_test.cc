// A disk that refuses everything must not fill the log as well.
#include "store/durable/write_failures.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/log.h"
#include "store/durable/durable.h"
#include "support/fake_journal.h"
#include "support/memory_tables.h"
#include "support/run.h"
#include "support/seeded_ids.h"

namespace rialto::store {
namespace {

using namespace std::chrono_literals;

class WriteFailuresTest : public ::testing::Test {
 protected:
  WriteFailuresTest() {
    log::configure(log::Level::Info, log::Format::Text);
    ::testing::internal::CaptureStderr();
  }
  ~WriteFailuresTest() override {
    ::testing::internal::GetCapturedStderr();
    log::configure(log::Level::Off, log::Format::Text);
  }

  // What was logged since the last call.
  static std::string logged() {
    std::string out = ::testing::internal::GetCapturedStderr();
    ::testing::internal::CaptureStderr();
    return out;
  }
  static std::size_t count(const std::string& text, std::string_view what) {
    std::size_t out = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++out;
    return out;
  }

  const Result<> failure_ = fail(Code::Unavailable, "The disk is full.");
  const std::chrono::nanoseconds now_ = 1h;
};

TEST_F(WriteFailuresTest, TellsOfTheFirstAndThenOnceInAWhile) {
  WriteFailures failures;
  failures.note(failure_, now_);
  EXPECT_NE(logged().find("The disk is full."), std::string::npos);
  for (int i = 0; i < 1000; ++i) failures.note(failure_, now_ + 9s);
  EXPECT_EQ(logged(), "");
  failures.note(failure_, now_ + WriteFailures::kPause);
  EXPECT_NE(logged().find("refused_groups=1002"), std::string::npos);
  failures.note(failure_, now_ + WriteFailures::kPause + 9s);
  EXPECT_EQ(logged(), "");
}

TEST_F(WriteFailuresTest, TellsOnceThatItWorksAgain) {
  WriteFailures failures;
  failures.note({}, now_);
  EXPECT_EQ(logged(), "");
  failures.note(failure_, now_);
  failures.note(failure_, now_);
  logged();
  failures.note({}, now_);
  failures.note({}, now_);
  const std::string text = logged();
  EXPECT_EQ(count(text, "store.write_resumed"), 1U);
  EXPECT_NE(text.find("refused_groups=2"), std::string::npos);
  failures.note(failure_, now_);
  EXPECT_NE(logged().find("refused_groups=1"), std::string::npos) << "the count begins anew";
}

TEST_F(WriteFailuresTest, AreWhatTheStoreTellsOfABrokenDisk) {
  test::FakeJournal disk;
  const net::Runtime runtime(1);
  DurableParts parts;
  parts.tables =
      std::make_unique<test::MemoryTables>(std::make_shared<test::MemoryTables::Content>());
  parts.journal = disk.open();
  parts.ids = std::make_unique<test::SeededIds>(1);
  auto made = make_durable(std::move(parts), {});
  ASSERT_TRUE(made.ok());
  const auto store = std::move(made).value();
  const auto is_stored = [&] {
    Batch batch;
    batch.put(Table::Event, "k", "v");
    return test::run(runtime.executor(0), store->commit(std::move(batch))).ok();
  };
  ASSERT_TRUE(is_stored());
  disk.set_broken(true);
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(is_stored());
  disk.set_broken(false);
  ASSERT_TRUE(is_stored());
  const std::string text = logged();
  EXPECT_EQ(count(text, "store.write_failed"), 1U) << text;
  EXPECT_EQ(count(text, "store.write_resumed"), 1U) << text;
  EXPECT_NE(text.find("refused_groups=50"), std::string::npos) << text;
}

}  // namespace
}  // namespace rialto::store
