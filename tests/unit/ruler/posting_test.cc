// A Posting against a multiset, flat and tall, with copies of both that must not change.
#include "ruler/index/posting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "support/random.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

using Items = std::vector<Posting::Item>;

Items items_of(const Posting* posting) {
  Items out;
  if (posting != nullptr) posting->each([&](Posting::Item item) { out.push_back(item); });
  std::sort(out.begin(), out.end());
  return out;
}

Items ordered(Items items) {
  std::sort(items.begin(), items.end());
  return items;
}

class PostingModel {
 public:
  explicit PostingModel(std::uint64_t seed) : random_(seed) {
    posting_ = Posting::make(memory_, Posting::Item{8}, Posting::Item{16});
    model_ = {8, 16};
  }

  void add() {
    // Now and then one that is there already: a rule may be there twice.
    const Posting::Item item = random_.once_in(50) ? random_.one_of(model_) : 8 * ++numbers_ + 16;
    posting_ = Posting::add(memory_, posting_, item);
    model_.push_back(item);
  }
  void remove(std::size_t place) {
    posting_ = Posting::remove(memory_, posting_, model_[place]);
    std::swap(model_[place], model_.back());
    model_.pop_back();
  }
  void remove() { remove(random_.below(model_.size())); }

  void publish(bool is_held) {
    std::unique_ptr<Memory::Lease> lease = memory_.publish();
    if (is_held) held_.push_back({posting_, ordered(model_), std::move(lease)});
    if (held_.size() > 4) held_.erase(held_.begin());
  }

  void check() const {
    ASSERT_EQ(items_of(posting_), ordered(model_));
    for (const Held& held : held_) ASSERT_EQ(items_of(held.posting), held.model);
    if (posting_ == nullptr) return;
    const std::uint64_t size = posting_->size();
    EXPECT_GE(size, model_.size());
    EXPECT_LT(size, model_.size() + Posting::kChunkSize);
  }

  const Posting* posting() const { return posting_; }
  std::size_t size() const { return model_.size(); }

 private:
  struct Held {
    const Posting* posting;
    Items model;
    std::unique_ptr<Memory::Lease> lease;
  };

  test::Random random_;
  Memory memory_;
  Posting* posting_ = nullptr;
  Items model_;
  std::vector<Held> held_;
  Posting::Item numbers_ = 0;
};

TEST(RulerPosting, GrowsTallAndShrinksToNothing) {
  PostingModel model(1);
  const std::size_t most = test::scaled(20 * Posting::kChunkSize) + 3 * Posting::kChunkSize;
  while (model.size() < most) {
    model.add();
    if (model.size() % 61 == 0) model.publish(model.size() % 7 == 0);
    if (model.size() % 301 == 0) model.check();
  }
  EXPECT_TRUE(model.posting()->is_tall);
  model.check();
  while (model.size() > 0) {
    model.remove();
    if (model.size() % 61 == 0) model.publish(model.size() % 7 == 0);
    if (model.size() % 301 == 0) model.check();
  }
  EXPECT_EQ(model.posting(), nullptr);
  model.check();
}

TEST(RulerPosting, IsFlatAgainWhereItWasTall) {
  PostingModel model(2);
  for (int round = 0; round < 3; ++round) {
    while (model.size() < Posting::kChunkSize + 1) model.add();
    EXPECT_TRUE(model.posting()->is_tall);
    model.publish(true);
    model.remove();
    EXPECT_FALSE(model.posting()->is_tall);
    model.check();
  }
}

TEST(RulerPosting, RemovesFirstAndLastOfEachChunk) {
  for (const std::size_t place : {0U, 1U, 255U, 256U, 511U, 512U, 515U}) {
    PostingModel model(3);
    while (model.size() < 2 * Posting::kChunkSize + 4) model.add();
    model.publish(true);
    model.remove(place);
    model.check();
  }
}

TEST(RulerPosting, IsAMultisetWhoseCopiesStay) {
  test::Random random(4);
  PostingModel model(5);
  bool is_growing = true;
  for (std::size_t i = 0; i < test::scaled(60'000); ++i) {
    if (model.size() > 1500) is_growing = false;
    if (model.size() < 3) is_growing = true;
    if (random.below(10) < (is_growing ? 6U : 4U) || model.size() < 2) {
      model.add();
    } else {
      model.remove();
    }
    if (random.once_in(20)) model.publish(random.once_in(20));
    if (random.once_in(500)) model.check();
  }
  model.check();
}

}  // namespace
}  // namespace rialto::ruler
