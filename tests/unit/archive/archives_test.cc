// Archives: what is kept, for how long, and what a failing store does to them.
#include "archive/archives.h"

#include "fixture.h"

namespace rialto::archive {
namespace {

using ArchivesTest = ArchiveTest;

TEST_F(ArchivesTest, KeepAnEventInTheBatchThatAcceptsIt) {
  ASSERT_TRUE(make_archive().ok());
  EXPECT_NE(put(1), "");
  EXPECT_EQ(store_.size(store::Table::Archive), 1U);
  EXPECT_EQ(count(), 1U);
  store_.fail_next(1);
  EXPECT_EQ(put(2), "") << "not accepted";
  EXPECT_EQ(store_.size(store::Table::Archive), 1U);
  EXPECT_EQ(count(), 1U) << "nor counted";
  put(3);
  restart();
  EXPECT_EQ(count(), 2U);
  put(4);
  EXPECT_EQ(count(), 3U);
}

TEST_F(ArchivesTest, AreNotMadeWhenTheStoreFails) {
  store_.fail_next(1);
  EXPECT_FALSE(make_archive().ok());
  EXPECT_FALSE(archives_->get(kScope, "kept").ok());
  EXPECT_TRUE(catalog_->state()->find(kBus)->rules.empty());
  EXPECT_TRUE(make_archive().ok());
}

TEST_F(ArchivesTest, GetIdsThatAreNeverGivenTwice) {
  const auto first = make_archive();
  ASSERT_TRUE(run(archives_->remove(kScope, "kept")).ok());
  restart();
  EXPECT_GT(make_archive()->id, first->id);
}

TEST_F(ArchivesTest, LoseNothingBeforeItsTime) {
  ASSERT_TRUE(make_archive(2).ok());
  put(1);
  clock_.advance(47h);
  sweep();
  EXPECT_EQ(count(), 1U);
  put(2);
  clock_.advance(2h);
  sweep();
  EXPECT_EQ(count(), 1U) << "two days and the hour in which it was archived";
  EXPECT_EQ(store_.size(store::Table::Archive), 1U);
  clock_.advance(48h);
  sweep();
  EXPECT_EQ(count(), 0U);
  EXPECT_EQ(store_.size(store::Table::Archive), 0U);
}

TEST_F(ArchivesTest, CountTheTimeFromArchivingNotFromTheEvent) {
  ASSERT_TRUE(make_archive(1).ok());
  put(1, -48h);
  put(2, 48h);
  sweep();
  EXPECT_EQ(count(), 2U);
  clock_.advance(25h);
  sweep();
  EXPECT_EQ(count(), 0U);
}

TEST_F(ArchivesTest, WithoutRetentionKeepForEver) {
  ASSERT_TRUE(make_archive(0).ok());
  put(1);
  clock_.advance(24h * 10'000);
  sweep();
  EXPECT_EQ(count(), 1U);
}

TEST_F(ArchivesTest, ShorterRetentionHoldsForWhatIsThere) {
  ASSERT_TRUE(make_archive(0).ok());
  put(1);
  clock_.advance(24h * 10);
  sweep();
  Change change;
  change.retention_days = 9;
  ASSERT_TRUE(run(archives_->update(kScope, "kept", change, admit)).ok());
  sweep();
  EXPECT_EQ(count(), 0U);
}

TEST_F(ArchivesTest, TryAgainToRemoveWhatAFailingStoreKept) {
  ASSERT_TRUE(make_archive(1).ok());
  put(1);
  clock_.advance(30h);
  store_.fail_next(1);
  sweep();
  EXPECT_EQ(count(), 1U);
  sweep();
  EXPECT_EQ(count(), 0U);
}

TEST_F(ArchivesTest, LeaveNothingBehind) {
  ASSERT_TRUE(make_archive().ok());
  put(1);
  ASSERT_TRUE(run(archives_->remove(kScope, "kept")).ok());
  EXPECT_EQ(store_.size(store::Table::Archive), 0U);
  restart();
  EXPECT_EQ(catalog_->tallies().ids().size(), 0U);
}

// A put that was on its way when its archive went.
TEST_F(ArchivesTest, WhatCameLateIsErasedAtTheNextStart) {
  ASSERT_TRUE(make_archive().ok());
  const store::ArchiveId id = archives_->get(kScope, "kept")->id;
  const auto tally = catalog_->tallies().of(id);
  ASSERT_TRUE(run(archives_->remove(kScope, "kept")).ok());
  store::Batch batch;
  const auto ticket = tally->enter(batch, 1, {1, 1, 1, 1});
  batch.put(store::Table::Archive, store::encode(store::ArchivedKey{id, 1, 1, 1}), "x");
  store_.submit(std::move(batch), [](const Result<>&) {});
  tally->leave(ticket, true);
  EXPECT_EQ(store_.size(store::Table::Archive), 1U);
  restart();
  EXPECT_EQ(store_.size(store::Table::Archive), 0U);
  restart();
  EXPECT_TRUE(catalog_->tallies().ids().empty());
}

TEST_F(ArchivesTest, StartWithWhatTheCellsOfManyBatchesSay) {
  ASSERT_TRUE(make_archive().ok());
  store_.hold();
  std::vector<std::future<std::vector<bus::EntryOutcome>>> puts;
  for (int n = 0; n < 8; ++n) {
    bus::Entry entry;
    entry.source = "app";
    entry.detail_type = "type";
    entry.detail = "{}";
    puts.push_back(test::start(group_, runtime_.executor(static_cast<std::size_t>(n % 2)),
                               ingest_->put_events(kScope, std::vector<bus::Entry>(3, entry))));
  }
  for (auto& one : puts) EXPECT_EQ(one.wait_for(1ms), std::future_status::timeout);
  store_.release();
  for (auto& one : puts) EXPECT_TRUE(one.get().at(2).ok());
  EXPECT_EQ(count(), 24U);
  restart();
  EXPECT_EQ(count(), 24U);
  const std::size_t before = store_.size(store::Table::Meta);
  clock_.advance(1h);
  sweep();
  EXPECT_LT(store_.size(store::Table::Meta), before) << "cells of an hour that is over are one";
  restart();
  EXPECT_EQ(count(), 24U);
}

}  // namespace
}  // namespace rialto::archive
