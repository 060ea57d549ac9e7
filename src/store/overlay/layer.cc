#include "store/overlay/layer.h"

#include <algorithm>
#include <mutex>

namespace rialto::store {

struct Layer::Applier {
  std::array<Keys, kTableCount>& tables;

  Keys& of(Table table) { return tables[static_cast<std::size_t>(table)]; }

  void put(Table table, std::string_view key, std::string_view value) {
    auto& entries = of(table).entries;
    const auto [at, is_first] = entries.try_emplace(key);
    at->second.value = value;
    at->second.is_erased = false;
  }

  void insert(Table table, std::string_view key, std::string_view value) {
    // Most keys come after all that are there: sequence numbers rise.
    auto& entries = of(table).entries;
    entries.insert_or_assign(entries.end(), key, Entry{.value = value, .is_new = true});
  }

  void erase(Table table, std::string_view key) {
    auto& entries = of(table).entries;
    const auto [at, is_first] = entries.try_emplace(key);
    if (at->second.is_new) {
      entries.erase(at);
    } else {
      at->second = Entry{.is_erased = true};
    }
  }

  void erase_range(Table table, std::string_view from, std::string_view to) {
    Keys& keys = of(table);
    keys.entries.erase(keys.entries.lower_bound(from), keys.entries.lower_bound(to));
    keys.gaps.push_back({from, to});
  }
};

void Layer::apply(Batch batch) {
  const std::lock_guard guard(mutex_);
  apply_locked(std::move(batch));
}

void Layer::apply(std::vector<Batch> group) {
  const std::lock_guard guard(mutex_);
  for (Batch& batch : group) apply_locked(std::move(batch));
}

void Layer::apply_locked(Batch batch) {
  size_bytes_ += batch.size_bytes();
  batches_.push_back(std::move(batch));
  Applier applier{tables_};
  batches_.back().visit(applier);
}

std::optional<Layer::Entry> Layer::find(Table table, std::string_view key) const {
  const std::shared_lock guard(mutex_);
  const Keys& all = keys(table);
  if (const auto found = all.entries.find(key); found != all.entries.end()) return found->second;
  for (const Gap& gap : all.gaps) {
    if (gap.covers(key)) return Entry{.is_erased = true};
  }
  return std::nullopt;
}

void Layer::read(Table table, const Range& range, std::size_t count_max,
                 std::vector<Item>& out) const {
  const std::shared_lock guard(mutex_);
  const auto& entries = keys(table).entries;
  for (auto at = entries.lower_bound(range.from); at != entries.end(); ++at) {
    if (count_max-- == 0 || (!range.to.empty() && at->first >= range.to)) return;
    out.push_back(*at);
  }
}

std::vector<Layer::Gap> Layer::gaps(Table table) const {
  const std::shared_lock guard(mutex_);
  return keys(table).gaps;
}

}  // namespace rialto::store
