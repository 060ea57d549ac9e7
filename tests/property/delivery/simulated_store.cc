#include "simulated_store.h"

#include <utility>

#include "delivery/delivery.h"

namespace rialto::delivery {
namespace {

Error failed(const char* why) { return fail(Code::Unavailable, why); }

// What a batch does to the records of deliveries.
struct ChangeReader {
  std::map<Owed, TimePoint> come{};
  std::set<Owed> by_request{};
  std::set<Owed> erased{};
  std::size_t messages = 0;

  static Owed owed(std::string_view key) { return store::decode_due_key(key)->delivery; }
  void put(store::Table table, std::string_view key, std::string_view value) {
    messages += table == store::Table::Message;
    if (table != store::Table::Due) return;
    come[owed(key)] = store::decode_due_key(key)->due_at;
    if (decode_due(key, value)->is_due_by_request) by_request.insert(owed(key));
  }
  void insert(store::Table table, std::string_view key, std::string_view value) {
    put(table, key, value);
  }
  void erase(store::Table table, std::string_view key) {
    if (table == store::Table::Due) erased.insert(owed(key));
  }
  void erase_range(store::Table, std::string_view, std::string_view) {}
};

}  // namespace

void SimulatedDisk::apply(const store::Batch& batch) {
  ChangeReader reader;
  batch.visit(reader);
  Change change;
  change.messages = reader.messages;
  for (const auto& [owed, due_at] : reader.come) {
    (due_.contains(owed) ? change.moved : change.come).push_back(owed);
    due_[owed] = due_at;
    by_request_.erase(owed);
    if (reader.by_request.contains(owed)) by_request_.insert(owed);
  }
  for (const Owed& owed : reader.erased) {
    if (reader.come.contains(owed)) continue;
    if (due_.erase(owed) > 0) change.gone.push_back(owed);
    by_request_.erase(owed);
  }
  content_.submit(store::Batch::from_bytes(std::string(batch.bytes())), [](const Result<>&) {});
  if (on_change) on_change(change);
}

std::optional<TimePoint> SimulatedDisk::due_at(const Owed& owed) const {
  const auto found = due_.find(owed);
  if (found == due_.end()) return std::nullopt;
  return found->second;
}

bool SimulatedStore::fails_reading() const {
  if (failed_reads_ == 0) return false;
  --failed_reads_;
  return true;
}

Result<std::optional<std::string>> SimulatedStore::get(store::Table table,
                                                       std::string_view key) const {
  if (fails_reading()) return failed("the disk cannot be read");
  return disk_.content().get(table, key);
}

Result<> SimulatedStore::scan(store::Table table, const store::Range& range,
                              const store::Visitor& visitor) const {
  if (fails_reading()) return failed("the disk cannot be read");
  std::vector<std::pair<std::string, std::string>> found;
  RIALTO_TRY_VOID(disk_.content().scan(table, range, [&](auto key, auto value) {
    found.emplace_back(key, value);
    return true;
  }));
  if (table == store::Table::Due && while_reading) while_reading();
  for (const auto& [key, value] : found) {
    if (!visitor(key, value)) break;
  }
  return {};
}

void SimulatedStore::submit(store::Batch batch, store::Done done) {
  if (is_dead_) return done(fail(Code::Cancelled, "The process has ended."));
  waiting_.push_back({std::move(batch), std::move(done)});
  if (is_prompt_) answer(false);
}

void SimulatedStore::backup(std::string directory, store::Done done) {
  disk_.content().backup(std::move(directory), std::move(done));
}

void SimulatedStore::answer(bool is_refused) {
  Waiting oldest = std::move(waiting_.front());
  waiting_.pop_front();
  if (is_refused) return oldest.done(failed("the disk is full"));
  disk_.apply(oldest.batch);
  oldest.done({});
}

void SimulatedStore::crash(std::size_t count) {
  is_dead_ = true;
  for (std::size_t at = 0; at < waiting_.size(); ++at) {
    if (at < count) disk_.apply(waiting_[at].batch);
    waiting_[at].done(fail(Code::Cancelled, "The process has ended."));
  }
  waiting_.clear();
}

}  // namespace rialto::delivery
