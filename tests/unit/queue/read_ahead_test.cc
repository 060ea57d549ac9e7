// Rows of messages that are read before they are received: how often the store is asked, and that
// nothing comes out of a row that is gone.
#include "queue/engine/read_ahead.h"
#include "fixture.h"

namespace rialto::queue {
namespace {

using Bodies = std::vector<std::string>;

TEST(ReadAhead, FindsWhatItRead) {
  ReadAhead ahead(std::make_shared<RowPool>(1, 10));
  Row row = ahead.begin();
  EXPECT_TRUE(row.add(3, "three"));
  EXPECT_TRUE(row.add(5, "five"));
  EXPECT_FALSE(row.add(6, "six")) << "no room";
  ahead.end(std::move(row));
  EXPECT_FALSE(ahead.find(4));
  EXPECT_FALSE(ahead.find(6));
  EXPECT_TRUE(ahead.reaches_beyond(4));
  EXPECT_FALSE(ahead.reaches_beyond(5));
  EXPECT_EQ(ahead.find(3)->view, "three");
  EXPECT_EQ(ahead.find(3)->view, "three") << "it may be received again";
  const auto last = ahead.find(5);
  EXPECT_FALSE(ahead.find(3)) << "the row goes with its last message";
  EXPECT_EQ(last->view, "five") << "but not under the hands of who has it";
}

TEST(ReadAhead, ForgetsWhatIsGone) {
  ReadAhead ahead(std::make_shared<RowPool>(1, 100));
  Row row = ahead.begin();
  row.add(1, "one");
  ahead.forget(2);  // erased after the row was begun
  row.add(2, "two");
  row.add(3, "three");
  row.add(4, "four");
  ahead.end(std::move(row));
  EXPECT_FALSE(ahead.find(2));
  ahead.forget(3);
  EXPECT_FALSE(ahead.find(3));
  EXPECT_EQ(ahead.find(1)->view, "one");
}

TEST(ReadAhead, SharesTheMemoryOfAllQueues) {
  const auto pool = std::make_shared<RowPool>(1, 100);
  ReadAhead first(pool);
  ReadAhead second(pool);
  Row row = first.begin();
  EXPECT_TRUE(row.add(1, "one"));
  first.end(std::move(row));
  row = second.begin();
  EXPECT_FALSE(row.add(1, "one"));
  second.end(std::move(row));
  first.tidy();
  EXPECT_TRUE(first.find(1)) << "it was read lately";
  first.tidy();
  first.tidy();
  row = second.begin();
  EXPECT_TRUE(row.add(1, "one")) << "the other queue was idle";
}

// Notes what is read of the messages.
class Noting final : public store::Store {
 public:
  explicit Noting(store::Store& store) : store_(store) {}

  Result<std::optional<std::string>> get(store::Table table, std::string_view key) const override {
    if (table == store::Table::Message) ++gets;
    return store_.get(table, key);
  }
  Result<> scan(store::Table table, const store::Range& range,
                const store::Visitor& visitor) const override {
    if (table != store::Table::Message) return store_.scan(table, range, visitor);
    ++scans;
    last_from = range.from;
    return store_.scan(table, range, [&](std::string_view key, std::string_view value) {
      ++visits;
      return visitor(key, value);
    });
  }
  void submit(store::Batch batch, store::Done done) override {
    store_.submit(std::move(batch), std::move(done));
  }
  void backup(std::string directory, store::Done done) override {
    store_.backup(std::move(directory), std::move(done));
  }

  mutable int gets = 0;
  mutable int scans = 0;
  mutable int visits = 0;
  mutable std::string last_from;

 private:
  store::Store& store_;
};

class ReadingQueue : public QueuesTest {
 protected:
  void open_again(Options options) {
    queues_ = std::make_unique<Queues>(noting_, clock_, ids_, options);
    ASSERT_TRUE(queues_->load().ok());
  }
  void open(Options options, Settings settings = {}) {
    open_again(options);
    create("q", std::move(settings));
  }

  Noting noting_{store_};
};

TEST_F(ReadingQueue, ReadsABacklogInRows) {
  open({});
  ASSERT_TRUE(send(numbers(0, 1000)));
  noting_.gets = noting_.scans = noting_.visits = 0;
  EXPECT_EQ(drain(), numbers(0, 1000));
  EXPECT_LT(noting_.gets, 40) << "only the last ones are too few for a row";
  EXPECT_LT(noting_.scans, 10);
}

TEST_F(ReadingQueue, ReadsAPageOnce) {
  open({.window_max = 10, .row_bytes = 2'000});
  ASSERT_TRUE(send(numbers(0, 1000)));
  noting_.gets = noting_.visits = 0;
  EXPECT_EQ(drain(), numbers(0, 1000));
  EXPECT_LT(noting_.gets + noting_.visits, 1'200);
}

TEST_F(ReadingQueue, ReadsOneByOneWhereRowsFindNoRoom) {
  open({.window_max = 10, .row_messages_min = 1, .rows_max = 0});
  ASSERT_TRUE(send(numbers(0, 100)));
  EXPECT_EQ(drain(), numbers(0, 100));
  open_again({.window_max = 10, .row_bytes = 10, .row_messages_min = 1});
  ASSERT_TRUE(send(numbers(0, 100)));
  EXPECT_EQ(drain(), numbers(0, 100)) << "no message fits into a row";
}

TEST_F(ReadingQueue, GivesNobodyWhatWasDeletedInTheRow) {
  open({.row_messages_min = 1});
  ASSERT_TRUE(send(numbers(0, 5)));
  store_.fail_next(1);  // the receive states are lost, and the handles good
  const auto received = receive(5);
  ASSERT_EQ(received.size(), 5U);
  open_again({.row_messages_min = 1});
  queues_->sweep();
  noting_.scans = 0;
  ASSERT_EQ(bodies(1, 600s), Bodies{"0"});
  EXPECT_EQ(noting_.scans, 1) << "a row was read";
  ASSERT_TRUE(erase(received[3].receipt_handle).ok());
  EXPECT_EQ(bodies(10, 600s), (Bodies{"1", "2", "4"}));
}

TEST_F(ReadingQueue, SweepsFromTheFirstMessageThatIsThere) {
  open({}, {.retention = 60s});
  ASSERT_TRUE(send(numbers(0, 5)));
  clock_.advance(60s);
  queues_->sweep();
  EXPECT_EQ(store_.size(store::Table::Message), 0U);
  const std::string before = noting_.last_from;
  ASSERT_TRUE(send({"a"}));
  clock_.advance(30s);
  ASSERT_TRUE(send({"b"}));
  clock_.advance(30s);
  queues_->sweep();
  EXPECT_EQ(store_.size(store::Table::Message), 1U);
  EXPECT_GT(noting_.last_from, before) << "what is gone is not passed again";
  clock_.advance(30s);
  queues_->sweep();
  EXPECT_EQ(store_.size(store::Table::Message), 0U);
}

TEST_F(ReadingQueue, SweepsWhatBecameDurableLate) {
  open({}, {.retention = 60s});
  store::Batch batch;
  auto pending = queues_->append(batch, kScope, "q", {.body = "late"});
  ASSERT_TRUE(pending.ok());
  ASSERT_TRUE(send({"a"}));
  clock_.advance(60s);
  queues_->sweep();
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  queues_->publish(*pending);
  clock_.advance(60s);
  queues_->sweep();
  EXPECT_EQ(store_.size(store::Table::Message), 0U);
  EXPECT_EQ(counts(), Counts{});
}

}  // namespace
}  // namespace rialto::queue
