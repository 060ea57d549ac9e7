// A layer: changes that the tables do not have yet, in memory and in order of their keys. It lies
// over the tables and over older layers, and holds what one segment of the journal holds.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "store/batch.h"
#include "store/store.h"

namespace rialto::store {

// One thread applies, any thread reads. Views stay valid as long as the layer.
class Layer {
 public:
  explicit Layer(std::uint64_t number) : number_(number) {}

  // Of the journal's segment.
  std::uint64_t number() const { return number_; }
  // Of the batches.
  std::size_t size_bytes() const { return size_bytes_; }

  void apply(Batch batch);
  // All or none of a group, to those who read.
  void apply(std::vector<Batch> group);

  struct Entry {
    std::string_view value{};
    bool is_erased = false;
    bool is_new = false;  // no table and no older layer has the key
  };
  using Item = std::pair<std::string_view, Entry>;

  // Nothing: ask what lies below.
  std::optional<Entry> find(Table table, std::string_view key) const;

  // Appends at most `count_max` entries of `range`, in order.
  void read(Table table, const Range& range, std::size_t count_max, std::vector<Item>& out) const;

  // Visits all entries of a table in order, until `visit(key, entry)` answers false. Readers may
  // come meanwhile, and nobody may apply.
  template <class Visit>
  void each(Table table, const Visit& visit) const;

  // Half-open; what lies below and is in one of them is gone.
  struct Gap {
    std::string_view from;
    std::string_view to;
    bool covers(std::string_view key) const { return from <= key && key < to; }
  };
  std::vector<Gap> gaps(Table table) const;

 private:
  struct Keys {
    std::map<std::string_view, Entry> entries;
    std::vector<Gap> gaps;
  };
  struct Applier;

  const Keys& keys(Table table) const { return tables_[static_cast<std::size_t>(table)]; }
  void apply_locked(Batch batch);

  const std::uint64_t number_;
  std::size_t size_bytes_ = 0;
  mutable std::shared_mutex mutex_;       // a leaf
  std::array<Keys, kTableCount> tables_;  // guarded by mutex_
  std::deque<Batch> batches_;             // guarded by mutex_; what all views point into
};

template <class Visit>
void Layer::each(Table table, const Visit& visit) const {
  const std::shared_lock guard(mutex_);
  for (const auto& [key, entry] : keys(table).entries) {
    if (!visit(key, entry)) return;
  }
}

}  // namespace rialto::store
