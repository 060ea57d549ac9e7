#include "store/memory/memory_store.h"

#include "base/check.h"

namespace rialto::store {
namespace {

using Tables = std::array<std::map<std::string, std::string, std::less<>>, kTableCount>;

struct Applier {
  Tables& tables;

  auto& of(Table table) { return tables[static_cast<std::size_t>(table)]; }
  void put(Table table, std::string_view key, std::string_view value) {
    of(table).insert_or_assign(std::string(key), std::string(value));
  }
  void insert(Table table, std::string_view key, std::string_view value) {
    RIALTO_CHECK(of(table).find(key) == of(table).end(), "what is inserted was never there");
    put(table, key, value);
  }
  void erase(Table table, std::string_view key) {
    if (auto found = of(table).find(key); found != of(table).end()) of(table).erase(found);
  }
  void erase_range(Table table, std::string_view from, std::string_view to) {
    of(table).erase(of(table).lower_bound(from), of(table).lower_bound(to));
  }
};

Error as_asked() { return fail(Code::Unavailable, "The store failed: as the test asked."); }

}  // namespace

// While the lock is held.
bool MemoryStore::fails_reading() const {
  if (failed_reads_left_ == 0) return false;
  --failed_reads_left_;
  return true;
}

Result<std::optional<std::string>> MemoryStore::get(Table table, std::string_view key) const {
  const std::lock_guard guard(mutex_);
  if (fails_reading()) return as_asked();
  const auto& keys = tables_[static_cast<std::size_t>(table)];
  const auto found = keys.find(key);
  if (found == keys.end()) return std::optional<std::string>();
  return std::optional<std::string>(found->second);
}

Result<> MemoryStore::scan(Table table, const Range& range, const Visitor& visitor) const {
  std::vector<std::pair<std::string, std::string>> copies;
  {
    const std::lock_guard guard(mutex_);
    if (fails_reading()) return as_asked();
    const auto& keys = tables_[static_cast<std::size_t>(table)];
    auto end = range.to.empty() ? keys.end() : keys.lower_bound(range.to);
    copies.assign(keys.lower_bound(range.from), end);
  }
  for (const auto& [key, value] : copies) {
    if (!visitor(key, value)) break;
  }
  return {};
}

void MemoryStore::submit(Batch batch, Done done) {
  bool has_failed = false;
  {
    const std::lock_guard guard(mutex_);
    if (is_held_) {
      held_.emplace_back(std::move(batch), std::move(done));
      return;
    }
    has_failed = failures_left_ > 0;
    if (has_failed) {
      --failures_left_;
    } else {
      apply(batch);
    }
  }
  if (has_failed) {
    done(as_asked());
  } else {
    done({});
  }
}

void MemoryStore::backup(std::string directory, Done done) {
  done(fail(Code::Unsupported, "A store in memory has no files to copy to " + directory + "."));
}

void MemoryStore::hold() {
  const std::lock_guard guard(mutex_);
  is_held_ = true;
}

void MemoryStore::release() {
  std::vector<std::pair<Batch, Done>> released;
  {
    const std::lock_guard guard(mutex_);
    is_held_ = false;
    released.swap(held_);
  }
  for (auto& [batch, done] : released) submit(std::move(batch), std::move(done));
}

void MemoryStore::fail_next(int count) {
  const std::lock_guard guard(mutex_);
  failures_left_ = count;
}

void MemoryStore::fail_reads(int count) {
  const std::lock_guard guard(mutex_);
  failed_reads_left_ = count;
}

bool MemoryStore::will_fail() const {
  const std::lock_guard guard(mutex_);
  return failures_left_ > 0;
}

std::size_t MemoryStore::size(Table table) const {
  const std::lock_guard guard(mutex_);
  return tables_[static_cast<std::size_t>(table)].size();
}

void MemoryStore::apply(const Batch& batch) {
  Applier applier{tables_};
  batch.visit(applier);
}

}  // namespace rialto::store
