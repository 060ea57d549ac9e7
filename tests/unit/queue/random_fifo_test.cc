// Random operations on a FIFO queue, checked against the plainest model of one: a list of messages
// in order. Time, failures and restarts included; a failing seed is in the trace.
#include <algorithm>
#include <random>
#include <set>

#include "fixture.h"

namespace rialto::queue {
namespace {

struct ModelMessage {
  std::string group;
  std::string body;
  TimePoint sent_at;
  TimePoint hidden_until{};
  std::uint32_t receive_count = 0;
  std::string handle{};
};

class RandomFifo : public QueuesTest, public ::testing::WithParamInterface<int> {
 protected:
  static constexpr std::chrono::seconds kRetention{900};

  RandomFifo() : QueuesTest({.page_max = 3, .in_flight_max = 12, .fifo_window_max = 10}) {}

  void play(std::uint64_t seed, int steps) {
    random_.seed(seed);
    create("q.fifo", {.delay = std::chrono::seconds(seed % 3 == 0 ? 7 : 0),
                      .retention = kRetention,
                      .fifo = FifoSettings{}});
    delay_ = std::chrono::seconds(seed % 3 == 0 ? 7 : 0);
    for (int step = 0; step < steps && !HasFailure(); ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " step " + std::to_string(step));
      std::erase_if(model_, [&](const auto& m) { return m.sent_at + kRetention <= clock_.now(); });
      one_step();
    }
    if (!HasFailure()) drain();
  }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }

  void one_step() {
    switch (pick(14)) {
      case 0:
      case 1:
      case 2:
      case 3: return send_some();
      case 4:
      case 5:
      case 6:
      case 7: return receive_some();
      case 8:
      case 9:
      case 10: return erase_one();
      case 11: return change_one();
      case 12: return clock_.advance(Millis(pick(12'000)));
      default: break;
    }
    switch (pick(5)) {
      case 0: return restart();
      case 1: return fail_a_send();
      case 2: return repeat_a_send();
      case 3: return check_counts();
      default: return purge();
    }
  }

  Result<Sent> put(std::string group, std::string body, std::string id) {
    std::vector<OutgoingMessage> messages;
    messages.push_back(
        {.body = std::move(body), .group = std::move(group), .deduplication_id = std::move(id)});
    auto sent = run(queues_->send(kScope, "q.fifo", std::move(messages)));
    if (!sent.ok()) return sent.error();
    return sent->front();
  }

  void send_some() {
    for (int i = pick(4); i >= 0; --i) {
      const std::string group(1, static_cast<char>('a' + pick(4)));
      const std::string body = std::to_string(++sent_);
      ASSERT_TRUE(put(group, body, body).ok());
      last_ = clock_.now();
      model_.push_back({group, body, clock_.now()});
    }
  }

  void fail_a_send() {
    store_.fail_next(1);
    const std::string body = "never" + std::to_string(++sent_);
    ASSERT_FALSE(put("a", body, body).ok());
  }

  // The last message, which may be gone by now, sent again.
  void repeat_a_send() {
    if (!last_ || *last_ + 5min <= clock_.now()) return;
    const std::string id = std::to_string(sent_);
    if (std::ranges::none_of(model_, [&](const auto& m) { return m.body == id; })) return;
    ASSERT_TRUE(put("a", "again", id).ok());
  }

  // What the head of each group is, given that the queue looks at its first messages only.
  void receive_some() {
    const auto count_max = static_cast<std::size_t>(pick(10) + 1);
    const std::chrono::seconds visibility(pick(30));
    auto got = run(queues_->receive(
        kScope, "q.fifo", {.count_max = count_max, .visibility = visibility, .wait = 0s}));
    ASSERT_TRUE(got.ok());
    std::set<std::string> open;
    for (const ReceivedMessage& message : *got) {
      const auto known = std::ranges::find(model_, message.body, &ModelMessage::body);
      ASSERT_NE(known, model_.end()) << "a message that should be gone: " << message.body;
      ASSERT_LE(known->hidden_until, clock_.now());
      ASSERT_EQ(message.group, known->group);
      ASSERT_EQ(message.receive_count, ++known->receive_count);
      for (const ModelMessage& other : model_) {
        if (other.group != known->group || other.body == known->body) continue;
        const bool is_of_this_call = open.contains(other.body);
        const bool is_before = &other < &*known;
        ASSERT_FALSE(is_before && !is_of_this_call)
            << message.body << " came before " << other.body << " of its group " << known->group;
        ASSERT_FALSE(!is_of_this_call && other.hidden_until > clock_.now())
            << message.body << " came while " << other.body << " was in flight";
      }
      open.insert(known->body);
      if (!known->handle.empty()) stale_.push_back(known->handle);
      known->handle = message.receipt_handle;
    }
    for (ModelMessage& message : model_) {
      if (open.contains(message.body)) message.hidden_until = clock_.now() + visibility;
    }
    if (got->empty()) ASSERT_FALSE(must_find_one());
  }

  // Something is ready among the first messages, and there is room in flight.
  bool must_find_one() const {
    const auto is_hidden = [&](const auto& m) { return m.hidden_until > clock_.now(); };
    if (std::ranges::count_if(model_, is_hidden) >= 12) return false;
    std::set<std::string> blocked;
    for (const auto& m : model_) {
      if (is_hidden(m)) blocked.insert(m.group);
    }
    for (std::size_t i = 0; i < model_.size() && i < 10; ++i) {
      const auto& m = model_[i];
      if (blocked.contains(m.group)) continue;
      if (m.receive_count > 0 || m.sent_at + delay_ <= clock_.now()) return true;
      blocked.insert(m.group);
    }
    return false;
  }

  void erase_one() {
    if (!stale_.empty() && pick(4) == 0) {
      (void)remove(stale_[static_cast<std::size_t>(pick(static_cast<int>(stale_.size())))]);
      return;
    }
    const auto known = std::ranges::find_if(
        model_, [&](const auto& m) { return !m.handle.empty() && m.hidden_until > clock_.now(); });
    if (known == model_.end()) return;
    if (pick(8) == 0) {
      store_.fail_next(1);
      ASSERT_FALSE(remove(known->handle).ok());
      return;
    }
    ASSERT_TRUE(remove(known->handle).ok());
    stale_.push_back(known->handle);
    model_.erase(known);
  }

  Result<> remove(std::string handle) {
    std::vector<std::string> handles;
    handles.push_back(std::move(handle));
    auto out = run(queues_->erase(kScope, "q.fifo", std::move(handles)));
    if (!out.ok()) return out.error();
    return out->front();
  }

  void change_one() {
    const auto known =
        std::ranges::find_if(model_, [](const auto& m) { return !m.handle.empty(); });
    if (known == model_.end()) return;
    const std::chrono::seconds visibility(pick(30));
    std::vector<VisibilityChange> changes;
    changes.push_back({known->handle, visibility});
    const auto out = run(queues_->change_visibility(kScope, "q.fifo", std::move(changes)));
    ASSERT_TRUE(out.ok());
    const bool is_in_flight = known->hidden_until > clock_.now();
    ASSERT_EQ(out->front().ok(), is_in_flight);
    if (is_in_flight) known->hidden_until = clock_.now() + visibility;
  }

  void check_counts() {
    const auto counts = queues_->counts(kScope, "q.fifo");
    ASSERT_TRUE(counts.ok());
    const auto hidden =
        std::ranges::count_if(model_, [&](const auto& m) { return m.hidden_until > clock_.now(); });
    EXPECT_EQ(counts->in_flight, hidden);
    EXPECT_EQ(counts->visible + counts->delayed, std::int64_t(model_.size()) - hidden);
  }

  void purge() {
    if (pick(4) != 0 || !run(queues_->purge(kScope, "q.fifo")).ok()) return;
    model_.clear();
  }

  // In the end everything comes, each group in its order.
  void drain() {
    clock_.advance(40s);
    for (int round = 0; round < 1000 && !model_.empty() && !HasFailure(); ++round) {
      auto got =
          run(queues_->receive(kScope, "q.fifo", {.count_max = 10, .visibility = 30s, .wait = 0s}));
      ASSERT_TRUE(got.ok());
      ASSERT_FALSE(got->empty());
      for (const auto& message : *got) {
        const auto known = std::ranges::find(model_, message.group, &ModelMessage::group);
        ASSERT_NE(known, model_.end());
        ASSERT_EQ(known->body, message.body);
        ASSERT_TRUE(remove(message.receipt_handle).ok());
        model_.erase(known);
      }
    }
    EXPECT_EQ(*queues_->counts(kScope, "q.fifo"), Counts{});
    EXPECT_EQ(store_.size(store::Table::Message), 0U);
    EXPECT_EQ(store_.size(store::Table::MessageState), 0U);
  }

  std::mt19937_64 random_;
  std::vector<ModelMessage> model_;
  std::vector<std::string> stale_;
  std::optional<TimePoint> last_;
  std::chrono::seconds delay_{0};
  int sent_ = 0;
};

TEST_P(RandomFifo, BehavesLikeAListOfGroups) { play(static_cast<std::uint64_t>(GetParam()), 1500); }

INSTANTIATE_TEST_SUITE_P(Seeds, RandomFifo, ::testing::Range(1, 31));

}  // namespace
}  // namespace rialto::queue
