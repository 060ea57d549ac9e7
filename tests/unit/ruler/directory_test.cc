// A Directory against a multimap, with copies of both that must not change.
#include "ruler/index/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <type_traits>
#include <vector>

#include "ruler/index/hash.h"
#include "support/random.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

static_assert(std::is_trivially_copyable_v<Directory>);

using Hash = Directory::Hash;
using Item = Directory::Item;
using Items = std::vector<Item>;
using Model = std::map<Hash, Items>;  // the items in no order

Items ordered(Items items) {
  std::sort(items.begin(), items.end());
  return items;
}

Items all_of(const Directory& directory) {
  Items out;
  directory.each([&](Item item) { out.push_back(item); });
  return ordered(std::move(out));
}

void expect_same(const Directory& directory, const Model& model) {
  Items all;
  for (const auto& [hash, items] : model) {
    Items got;
    directory.each(hash, [&](Item item) { got.push_back(item); });
    ASSERT_EQ(ordered(std::move(got)), ordered(items)) << hash;
    const std::uint64_t count = directory.count(hash);
    ASSERT_GE(count, items.size());
    ASSERT_LT(count, items.size() + Posting::kChunkSize);
    ASSERT_EQ(directory.find(hash) == 0, items.empty());
    all.insert(all.end(), items.begin(), items.end());
  }
  ASSERT_EQ(all_of(directory), ordered(std::move(all)));
}

class DirectoryModel {
 public:
  void add(Hash hash) {
    // Never followed, so any number that is aligned will do.
    add(hash, 8 * ++numbers_);
  }
  void add(Hash hash, Item item) {
    directory_.add(memory_, hash, item);
    model_[hash].push_back(item);
    ++size_;
  }
  // Some item of the first hash from this one on.
  void remove(Hash from, std::size_t random) {
    auto place = model_.lower_bound(from);
    while (place == model_.end() || place->second.empty()) {
      place = place == model_.end() ? model_.begin() : std::next(place);
    }
    Items& items = place->second;
    std::swap(items[random % items.size()], items.back());
    directory_.remove(memory_, place->first, items.back());
    items.pop_back();
    --size_;
  }
  void publish(bool is_held) {
    const Directory copy = directory_;
    std::unique_ptr<Memory::Lease> lease = memory_.publish();
    if (is_held) held_.push_back({copy, model_, std::move(lease)});
    if (held_.size() > 3) held_.erase(held_.begin());
  }
  void check() const {
    expect_same(directory_, model_);
    for (const Held& held : held_) expect_same(held.directory, held.model);
  }
  std::size_t size() const { return size_; }
  const Directory& directory() const { return directory_; }

 private:
  struct Held {
    Directory directory;
    Model model;
    std::unique_ptr<Memory::Lease> lease;
  };

  Memory memory_;
  Directory directory_;
  Model model_;
  std::size_t size_ = 0;
  std::vector<Held> held_;
  Item numbers_ = 0;
};

TEST(RulerDirectory, IsEmptyAtFirst) {
  const Directory directory;
  directory.prefetch(7);
  EXPECT_EQ(directory.find(7), 0U);
  EXPECT_EQ(directory.count(7), 0U);
  EXPECT_EQ(all_of(directory), Items{});
}

TEST(RulerDirectory, GrowsAndShrinksToNothing) {
  const std::size_t most = test::scaled(20'000);
  DirectoryModel model;
  test::Random random(1);
  for (std::size_t i = 0; i < most; ++i) {
    model.add(hash_word(1, i));
    if (i % (most / 5) == 0) model.publish(true);
  }
  model.check();
  while (model.size() > 0) {
    model.remove(random.word(), random.word());
    if (model.size() % (most / 5) == 0) {
      model.publish(true);
      model.check();
    }
  }
  model.check();
  EXPECT_EQ(all_of(model.directory()), Items{});
  model.add(5);
  model.check();
}

TEST(RulerDirectory, KeepsThousandsUnderOneHash) {
  DirectoryModel model;
  const std::size_t most = test::scaled(6'000) + 1'000;
  const Hash hashes[] = {0, ~Hash{0}, hash_word(1, 1)};
  test::Random random(2);
  while (model.size() < most) model.add(random.one_of(hashes));
  model.publish(true);
  model.check();
  while (model.size() > 10) model.remove(random.one_of(hashes), random.word());
  model.check();
  while (model.size() < most) model.add(random.one_of(hashes));
  model.check();
}

// A rule that waits under several keys is met under each.
TEST(RulerDirectory, VisitsAnItemAsOftenAsItWasAdded) {
  DirectoryModel model;
  for (std::size_t i = 0; i < 500; ++i) {
    for (Item item = 8; item <= 64; item += 8) model.add(hash_word(2, i), item);
  }
  model.check();
}

// Hashes of which the last bits, which are the places in a bucket, are all the same; and others
// that begin in the last places of a bucket and go on in its first.
TEST(RulerDirectory, FindsWhatIsCrowded) {
  for (const Hash low : {Hash{0}, Hash{29}, Hash{31}}) {
    DirectoryModel model;
    test::Random random(3 + low);
    for (std::size_t i = 0; i < test::scaled(20'000); ++i) {
      const Hash hash =
          (hash_word(3, random.below(400)) & ~Hash{31}) | (low + random.below(2)) % 32;
      if (model.size() < 20 || random.below(9) < 4) {
        model.add(hash);
      } else {
        model.remove(hash, random.word());
      }
      if (random.once_in(2'000)) model.check();
    }
    model.check();
  }
}

TEST(RulerDirectory, IsAMultimapWhoseCopiesStay) {
  DirectoryModel model;
  test::Random random(4);
  bool is_growing = true;
  for (std::size_t i = 0; i < test::scaled(60'000); ++i) {
    if (model.size() > 3'000) is_growing = false;
    if (model.size() < 3) is_growing = true;
    // Few of many hashes have several items, one has many.
    const Hash hash = hash_word(4, random.once_in(10) ? 0 : random.below(2'500));
    if (model.size() == 0 || random.below(10) < (is_growing ? 6U : 3U)) {
      model.add(hash);
    } else {
      model.remove(hash, random.word());
    }
    if (random.once_in(20)) model.publish(random.once_in(20));
    if (random.once_in(2'000)) model.check();
  }
  model.check();
}

}  // namespace
}  // namespace rialto::ruler
