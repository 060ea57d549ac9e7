// Random operations, checked against the plainest model of a queue: a list of messages. Time, ids
// and restarts included; a failing seed is in the trace.
#include <algorithm>
#include <random>

#include "fixture.h"

namespace rialto::queue {
namespace {

struct ModelMessage {
  std::string body;
  TimePoint sent_at;
  TimePoint visible_at;
  std::uint32_t receive_count = 0;
  std::string handle{};
};

class RandomQueue : public QueuesTest {
 protected:
  static constexpr std::chrono::seconds kRetention{300};

  // Small, so that bounds are met. Not delayed_max: beyond it the counts are approximate.
  RandomQueue()
      : QueuesTest({.window_max = 8,
                    .page_max = 3,
                    .in_flight_max = 15,
                    .row_bytes = 250,
                    .row_messages_min = 2}) {}

  void play(std::uint64_t seed, int steps) {
    random_.seed(seed);
    create("q", {.retention = kRetention});
    for (int step = 0; step < steps && !HasFailure(); ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " step " + std::to_string(step));
      expire();
      one_step();
    }
    clock_.advance(kRetention);
    for (int round = 0; round < 100; ++round) queues_->sweep();
    EXPECT_EQ(store_.size(store::Table::Message), 0U) << "seed " << seed;
    EXPECT_EQ(counts(), Counts{}) << "seed " << seed;
  }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }

  void one_step() {
    switch (pick(12)) {
      case 0:
      case 1:
      case 2: return send_some();
      case 3:
      case 4:
      case 5: return receive_some();
      case 6:
      case 7: return erase_one();
      case 8: return change_one();
      case 9: return clock_.advance(Millis(pick(15'000)));
      case 10: return check_counts();
      case 11: break;
    }
    switch (pick(6)) {
      case 0: return purge();
      case 1: return restart();
      case 2: return fail_a_send();
      default: return;
    }
  }

  void send_some() {
    const std::optional<std::chrono::seconds> delay =
        pick(3) == 0 ? std::optional<std::chrono::seconds>(pick(20)) : std::nullopt;
    std::vector<std::string> bodies;
    for (int i = pick(4); i >= 0; --i) {
      bodies.push_back(std::to_string(++sent_));
      model_.push_back({bodies.back(), clock_.now(), clock_.now() + delay.value_or(0s)});
    }
    ASSERT_TRUE(send(bodies, delay));
  }

  void receive_some() {
    const auto count_max = static_cast<std::size_t>(pick(10) + 1);
    const std::chrono::seconds visibility(pick(30));
    const std::size_t in_flight = count([](const auto& m) { return m.receive_count > 0; });
    const std::size_t visible = count_visible();
    auto got = run(queues_->receive(
        kScope, "q", {.count_max = count_max, .visibility = visibility, .wait = 0s}));
    if (in_flight >= 15) {
      ASSERT_FALSE(got.ok());
      return;
    }
    ASSERT_TRUE(got.ok());
    ASSERT_EQ(got->size(), std::min({count_max, visible, 15 - in_flight}));
    for (const ReceivedMessage& message : *got) {
      const auto known = std::ranges::find(model_, message.body, &ModelMessage::body);
      ASSERT_NE(known, model_.end()) << "a message that should be gone: " << message.body;
      ASSERT_LE(known->visible_at, clock_.now()) << message.body;
      ASSERT_EQ(message.receive_count, ++known->receive_count);
      ASSERT_EQ(message.sent_at, known->sent_at);
      known->visible_at = clock_.now() + visibility;
      if (!known->handle.empty()) stale_.push_back(known->handle);
      known->handle = message.receipt_handle;
    }
  }

  void erase_one() {
    if (!stale_.empty() && pick(4) == 0) {
      ASSERT_TRUE(
          erase(stale_[static_cast<std::size_t>(pick(static_cast<int>(stale_.size())))]).ok());
      return;
    }
    const auto known =
        std::ranges::find_if(model_, [](const auto& m) { return !m.handle.empty(); });
    if (known == model_.end()) return;
    if (pick(8) == 0) {
      store_.fail_next(1);
      ASSERT_FALSE(erase(known->handle).ok());
      return;
    }
    ASSERT_TRUE(erase(known->handle).ok());
    stale_.push_back(known->handle);
    model_.erase(known);
  }

  void change_one() {
    const auto known =
        std::ranges::find_if(model_, [](const auto& m) { return !m.handle.empty(); });
    if (known == model_.end()) return;
    const std::chrono::seconds visibility(pick(30));
    const bool is_in_flight = known->visible_at > clock_.now();
    ASSERT_EQ(change_visibility(known->handle, visibility).ok(), is_in_flight);
    if (is_in_flight) known->visible_at = clock_.now() + visibility;
  }

  void check_counts() {
    const Counts got = counts();
    EXPECT_EQ(got.in_flight + got.delayed, std::int64_t(model_.size() - count_visible()));
    EXPECT_EQ(got.visible, std::int64_t(count_visible()));
  }

  void purge() {
    if (run(queues_->purge(kScope, "q")).ok()) {
      for (const auto& message : model_) {
        if (!message.handle.empty()) stale_.push_back(message.handle);
      }
      model_.clear();
    }
  }

  void fail_a_send() {
    store_.fail_next(1);
    ASSERT_FALSE(send({"never"}));
  }

  void expire() {
    std::erase_if(model_, [&](const auto& m) { return m.sent_at + kRetention <= clock_.now(); });
  }
  std::size_t count(auto claim) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        model_, [&](const auto& m) { return m.visible_at > clock_.now() && claim(m); }));
  }
  std::size_t count_visible() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(model_, [&](const auto& m) { return m.visible_at <= clock_.now(); }));
  }

  std::mt19937_64 random_;
  std::vector<ModelMessage> model_;
  std::vector<std::string> stale_;
  int sent_ = 0;
};

class RandomQueues : public RandomQueue, public ::testing::WithParamInterface<int> {};

TEST_P(RandomQueues, BehaveLikeAList) { play(static_cast<std::uint64_t>(GetParam()), 1500); }

INSTANTIATE_TEST_SUITE_P(Seeds, RandomQueues, ::testing::Range(1, 21));

}  // namespace
}  // namespace rialto::queue
