// The durable store against a plain map, over random batches, disks that break, crashes at random
// moments that lose what was not synced, and files of the journal that are gone or cut off at a
// start: of which the store tells whenever something that it answered for is missing, and never
// otherwise.
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <map>

#include "base/log.h"
#include "store/durable/durable.h"
#include "store/keys.h"
#include "support/fake_journal.h"
#include "support/memory_tables.h"
#include "support/random.h"
#include "support/seeded_ids.h"

namespace rialto::store {
namespace {

using test::Random;

constexpr std::array kTables = {Table::Meta, Table::Event, Table::Message};
using Model = std::map<std::pair<Table, std::string>, std::string>;

// Applies a batch to the model.
struct ModelWriter {
  Model& model;
  void put(Table table, std::string_view key, std::string_view value) {
    model[{table, std::string(key)}] = value;
  }
  void insert(Table table, std::string_view key, std::string_view value) { put(table, key, value); }
  void erase(Table table, std::string_view key) { model.erase({table, std::string(key)}); }
  void erase_range(Table table, std::string_view from, std::string_view to) {
    model.erase(model.lower_bound({table, std::string(from)}),
                model.lower_bound({table, std::string(to)}));
  }
};

// The tables, keys and values, without the blanks that make values long.
std::string show(const Model& model) {
  std::string out;
  for (const auto& [key, value] : model) {
    out += std::to_string(static_cast<int>(key.first)) + key.second + "=" +
           value.substr(0, value.find(' ')) + " ";
  }
  return out;
}

// One run: a world that goes through crashes, and what must be in it.
class World {
 public:
  explicit World(std::uint64_t seed)
      : random_(seed), ids_seed_(seed), may_damage_(random_.once_in(2)) {
    start();
  }

  void step() {
    switch (random_.below(40)) {
      case 0: return crash();
      case 1: return restart();
      case 2: return disk_.set_broken(is_broken_ = !is_broken_);
      case 3: {
        const std::lock_guard guard(content_->mutex);
        content_->is_full = !content_->is_full;
        return;
      }
      case 4:
      case 5:
      case 6: return compare();
      default: return commit();
    }
  }

  void compare() {
    for (const Table table : kTables) {
      std::string from = key();
      std::string to = random_.once_in(3) ? "" : key();
      if (!to.empty() && to < from) std::swap(from, to);
      Model found;
      const auto outcome = store_->scan(table, {from, to}, [&](auto each, auto value) {
        if (each != kAbsorbedKey) found[{table, std::string(each)}] = value;
        return true;
      });
      ASSERT_TRUE(outcome.ok());
      const auto end =
          to.empty() ? model_.upper_bound({table, "\xFF"}) : model_.lower_bound({table, to});
      const Model expected(model_.lower_bound({table, from}), end);
      ASSERT_EQ(show(found), show(expected));
      const std::string one = key();
      const auto value = store_->get(table, one);
      ASSERT_TRUE(value.ok());
      const auto known = model_.find({table, one});
      ASSERT_EQ(value->value_or("nothing"), known == model_.end() ? "nothing" : known->second);
    }
  }

 private:
  void start() {
    DurableParts parts;
    parts.tables = std::make_unique<test::MemoryTables>(content_);
    parts.journal = disk_.open();
    parts.ids = std::make_unique<test::SeededIds>(++ids_seed_);
    parts.metrics = metrics_ = std::make_shared<Metrics>();
    DurableTuning tuning;
    tuning.journal.segment_bytes = 16 * kBlockBytes;
    tuning.journal.filled_bytes_min = 6 * kBlockBytes;
    tuning.frozen_max = 2;
    auto made = make_durable(std::move(parts), tuning);
    ASSERT_TRUE(made.ok()) << made.error().message;
    store_ = std::move(made).value();
  }

  void heal() {
    disk_.set_broken(is_broken_ = false);
    const std::lock_guard guard(content_->mutex);
    content_->is_full = false;
  }

  void restart() {
    store_.reset();
    come_back();
  }

  void crash() {
    store_.reset();
    disk_.crash(random_);
    come_back();
  }

  void come_back() {
    heal();
    if (may_damage_ && random_.once_in(6)) damage();
    start();
    settle_refused();
    accept_told_loss();
    compare();
  }

  // What becomes of files while no server looks.
  void damage() {
    const std::vector<std::string> names = disk_.segments.names();
    if (names.empty()) return;
    is_damaged_ = true;
    const bool is_for_all = random_.once_in(5);
    const std::string& one = random_.one_of(names);
    for (const std::string& name : names) {
      if (!is_for_all && name != one) continue;
      const std::size_t size = disk_.segments.bytes(name).size();
      switch (random_.below(4)) {
        case 0: disk_.segments.cut(name, 0); break;
        case 1:
        case 2: disk_.segments.cut(name, random_.below(size + 1)); break;
        default: disk_.segments.remove(name);
      }
    }
  }

  void accept_told_loss() {
    if (metrics_->damaged == 0) return;
    ASSERT_TRUE(is_damaged_) << "it tells of damage that nobody did";
    model_ = read_all();
  }

  // A group that the disk refused may be on it all the same, as long as the process could not take
  // it back: then all of it. Others were refused before the disk was asked.
  void settle_refused() {
    const std::string found = show(read_all());
    bool is_settled = show(model_) == found;
    for (std::size_t from = 0; from < refused_.size() && !is_settled; ++from) {
      Model with_group = model_;
      for (std::size_t at = from; at < refused_.size() && !is_settled; ++at) {
        ModelWriter writer{with_group};
        refused_[at].visit(writer);
        is_settled = show(with_group) == found;
      }
      if (is_settled) model_ = std::move(with_group);
    }
    refused_.clear();
  }

  Model read_all() {
    Model found;
    for (const Table table : kTables) {
      const auto outcome = store_->scan(table, {}, [&](auto each, auto value) {
        if (each != kAbsorbedKey) found[{table, std::string(each)}] = value;
        return true;
      });
      EXPECT_TRUE(outcome.ok());
    }
    return found;
  }

  std::string key() { return std::string(1, static_cast<char>('a' + random_.below(20))); }

  Batch batch() {
    Batch out;
    for (std::size_t i = 1 + random_.below(4); i > 0; --i) {
      const Table table = random_.one_of(kTables);
      switch (random_.below(6)) {
        case 0: out.erase(table, key()); break;
        case 1: {
          std::string from = key();
          std::string to = key();
          if (from < to && random_.once_in(3)) out.erase_range(table, from, to);
          break;
        }
        case 2:
          fresh_.emplace_back(table, "n" + std::to_string(++last_fresh_));
          out.insert(table, fresh_.back().second, "new");
          break;
        case 3:
          if (!fresh_.empty()) out.erase(fresh_.back().first, fresh_.back().second);
          break;
        default:
          out.put(table, key(),
                  std::to_string(++last_value_) + std::string(random_.below(3000), ' '));
      }
    }
    return out;
  }

  void commit() {
    std::vector<Batch> copies;
    std::vector<std::future<bool>> answers;
    for (std::size_t i = 1 + random_.below(4); i > 0; --i) {
      Batch made = batch();
      if (made.empty()) continue;
      copies.push_back(Batch::from_bytes(std::string(made.bytes())));
      auto answer = std::make_shared<std::promise<bool>>();
      answers.push_back(answer->get_future());
      store_->submit(std::move(made),
                     [answer](const Result<>& outcome) { answer->set_value(outcome.ok()); });
    }
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (answers[i].get()) {
        refused_.clear();
        ModelWriter writer{model_};
        copies[i].visit(writer);
      } else {
        refused_.push_back(std::move(copies[i]));
      }
    }
  }

  Random random_;
  std::uint64_t ids_seed_;
  const bool may_damage_;  // files of the journal
  test::FakeJournal disk_;
  std::shared_ptr<test::MemoryTables::Content> content_ =
      std::make_shared<test::MemoryTables::Content>();
  std::unique_ptr<Store> store_;
  Model model_;
  std::vector<Batch> refused_;  // since the last that was answered for
  bool is_broken_ = false;
  bool is_damaged_ = false;           // a file of the journal was, once
  std::shared_ptr<Metrics> metrics_;  // of the store that is open
  std::uint64_t last_fresh_ = 0;
  std::uint64_t last_value_ = 0;
  std::vector<std::pair<Table, std::string>> fresh_;
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoull(text);
}

TEST(DurableStoreProperty, KeepsWhatItAnsweredForAndNothingElse) {
  log::configure(log::Level::Off, log::Format::Text);  // disks break all the time here
  const std::uint64_t first = from_environment("RIALTO_STORE_SEED", 1);
  const std::uint64_t seeds = from_environment("RIALTO_STORE_SEEDS", 60);
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    World world(seed);
    for (int step = 0; step < 200; ++step) {
      world.step();
      ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed << ", step " << step;
    }
    world.compare();
  }
}

}  // namespace
}  // namespace rialto::store
