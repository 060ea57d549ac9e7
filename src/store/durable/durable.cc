#include "store/durable/durable.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/snapshot.h"
#include "store/durable/write_failures.h"
#include "store/keys.h"
#include "store/overlay/merged_scan.h"

namespace rialto::store {
namespace {

// A group that is larger than this waits for the next write: bounds memory and the pause that one
// group can cause. Our figure: about 8,000 events of 1 KB.
constexpr std::size_t kGroupBytesMax = 8U << 20;

// Between two tries to absorb a layer that cannot be: the disk is full, or broken.
constexpr std::chrono::seconds kAbsorbAgain{1};

// With the layer itself the tables learn that they have it.
void mark_absorbed(Layer& layer) {
  Batch mark;
  mark.put(Table::Meta, kAbsorbedKey, encode_u64(layer.number()));
  layer.apply(std::move(mark));
}

DurableTuning with_metrics(DurableTuning tuning, Metrics& metrics) {
  tuning.journal.metrics = &metrics;
  return tuning;
}

class DurableStore final : public Store {
 public:
  DurableStore(DurableParts parts, DurableTuning tuning)
      : lock_(std::move(parts.lock)),
        ids_(std::move(parts.ids)),
        tables_(std::move(parts.tables)),
        metrics_(std::move(parts.metrics)),
        tuning_(with_metrics(tuning, *metrics_)),
        layers_(std::make_shared<const Layers>()) {}

  ~DurableStore() override {
    {
      const std::lock_guard guard(mutex_);
      is_closing_ = true;
    }
    has_work_.notify_all();
    if (committer_.joinable()) committer_.join();
    {
      const std::lock_guard guard(mutex_);
      has_committer_ended_ = true;
    }
    has_layers_.notify_all();
    if (absorber_.joinable()) absorber_.join();
    for (const Backup& each : backups_) each.done(fail(Code::Cancelled, "The store is closing."));
    if (!journal_ && active_) absorb_all();
  }

  Result<> open(JournalFiles journal);

  Result<std::optional<std::string>> get(Table table, std::string_view key) const override {
    const auto layers = layers_.get();
    for (const auto& layer : *layers) {
      const auto found = layer->find(table, key);
      if (!found) continue;
      if (found->is_erased) return std::optional<std::string>();
      return std::optional(std::string(found->value));
    }
    return tables_->get(table, key);
  }

  Result<> scan(Table table, const Range& range, const Visitor& visitor) const override {
    // The layers first: what is absorbed in between is then seen twice, never not at all.
    const auto layers = layers_.get();
    return scan_merged(*layers, tables_->scan(table, range), table, range, visitor);
  }

  void submit(Batch batch, Done done) override {
    bool is_refused = false;
    {
      const std::lock_guard guard(mutex_);
      is_refused = is_closing_;
      if (!is_refused) waiting_.push_back(Waiting{std::move(batch), std::move(done)});
    }
    if (is_refused) {
      done(fail(Code::Cancelled, "The store is closing."));
      return;
    }
    has_work_.notify_one();
  }

  void backup(std::string directory, Done done) override {
    bool is_refused = false;
    {
      const std::lock_guard guard(mutex_);
      is_refused = is_closing_;
      if (!is_refused) backups_.push_back(Backup{std::move(directory), std::move(done), {}});
    }
    if (is_refused) {
      done(fail(Code::Cancelled, "The store is closing."));
      return;
    }
    has_work_.notify_one();
  }

 private:
  struct Waiting {
    Batch batch;
    Done done;
  };

  struct Backup {
    std::string directory;
    Done done;
    std::optional<std::uint64_t> last;  // the layer that it must contain; not known yet
  };

  Result<std::uint64_t> read_absorbed() const;
  void recover(std::vector<RecoveredSegment> segments);

  // The committer's.
  void run_committer();
  std::deque<Waiting> take_group();
  Result<> write(std::deque<Waiting>& group);
  bool fits(std::size_t group_bytes) const;
  Result<> wait_for_room();
  Result<> begin_layer(std::size_t group_bytes);
  bool has_new_backup() const;
  void begin_backups();

  // The absorber's.
  void run_absorber();
  bool absorb(const Layer& layer);
  void make_spare();
  bool is_due(const Backup& backup) const;
  void make_backups();

  void absorb_all();

  const std::unique_ptr<DirectoryLock> lock_;
  const std::unique_ptr<Ids> ids_;
  const std::unique_ptr<Tables> tables_;
  const std::shared_ptr<Metrics> metrics_;
  const DurableTuning tuning_;
  std::unique_ptr<Journal> journal_;

  std::shared_ptr<Layer> active_;  // the committer's; also the first of layers_
  std::uint64_t last_number_ = 0;  // the committer's
  WriteFailures write_failures_;   // the committer's
  const Stopwatch watch_;
  Snapshot<Layers> layers_;  // written under mutex_

  std::mutex mutex_;  // before Snapshot::mutex_
  std::condition_variable has_work_;
  std::condition_variable has_layers_;         // for the absorber
  std::condition_variable has_room_;           // for the committer
  std::deque<Waiting> waiting_;                // guarded by mutex_
  std::deque<std::shared_ptr<Layer>> frozen_;  // guarded by mutex_; the oldest first
  std::vector<Backup> backups_;                // guarded by mutex_
  std::optional<Error> problem_;               // guarded by mutex_; why nothing is absorbed
  bool is_closing_ = false;                    // guarded by mutex_
  bool has_committer_ended_ = false;           // guarded by mutex_
  std::thread committer_;
  std::thread absorber_;
};

Result<> DurableStore::open(JournalFiles journal) {
  RIALTO_TRY(const std::uint64_t absorbed, read_absorbed());
  RIALTO_TRY(auto opened, Journal::open(std::move(journal), *ids_, absorbed, tuning_.journal));
  journal_ = std::move(opened.journal);
  last_number_ = opened.last_number;
  metrics_->damaged = opened.damaged;
  recover(std::move(opened.recovered));
  if (!tuning_.has_journal) {
    while (!frozen_.empty()) {
      if (!absorb(*std::shared_ptr(frozen_.front()))) return *problem_;
    }
    journal_.reset();
  }
  RIALTO_TRY_VOID(begin_layer(0));
  committer_ = std::thread([this] { run_committer(); });
  absorber_ = std::thread([this] { run_absorber(); });
  return {};
}

Result<std::uint64_t> DurableStore::read_absorbed() const {
  RIALTO_TRY(const auto found, tables_->get(Table::Meta, kAbsorbedKey));
  if (!found) return std::uint64_t{0};
  ByteReader reader(*found);
  const std::uint64_t out = reader.u64();
  if (!reader.is_at_end()) {
    return fail(Code::Corruption, "The store does not know which of its journal it has absorbed.");
  }
  return out;
}

void DurableStore::recover(std::vector<RecoveredSegment> segments) {
  auto layers = std::make_shared<Layers>();
  std::size_t records = 0;
  for (RecoveredSegment& segment : segments) {
    auto layer = std::make_shared<Layer>(segment.number);
    records += segment.records.size();
    for (std::string& record : segment.records) {
      layer->apply(Batch::from_bytes(std::move(record)));
    }
    mark_absorbed(*layer);
    layers->insert(layers->begin(), layer);
    frozen_.push_back(std::move(layer));
  }
  layers_.set(std::move(layers));
  metrics_->layers_waiting = frozen_.size();
  if (records > 0) log::info("store.recovered", {{"batches", records}});
}

std::deque<DurableStore::Waiting> DurableStore::take_group() {
  std::unique_lock guard(mutex_);
  has_work_.wait(guard, [this] { return is_closing_ || !waiting_.empty() || has_new_backup(); });
  std::deque<Waiting> group;
  std::size_t bytes = 0;
  while (!waiting_.empty() && (group.empty() || bytes < kGroupBytesMax)) {
    bytes += waiting_.front().batch.size_bytes();
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return group;
}

void DurableStore::run_committer() {
  while (true) {
    std::deque<Waiting> group = take_group();
    begin_backups();
    if (group.empty()) {
      const std::lock_guard guard(mutex_);
      if (is_closing_ && waiting_.empty()) return;
      continue;
    }
    metrics_->batches += group.size();
    metrics_->group_batches.observe(group.size());
    const Result<> outcome = write(group);
    metrics_->failures += outcome.ok() ? 0 : 1;
    write_failures_.note(outcome, watch_.elapsed());
    for (const Waiting& waiting : group) waiting.done(outcome);
  }
}

Result<> DurableStore::write(std::deque<Waiting>& group) {
  std::vector<std::string_view> records;
  records.reserve(group.size());
  for (const Waiting& waiting : group) records.push_back(waiting.batch.bytes());
  const std::size_t bytes = group_bytes(records);
  if (!fits(bytes)) {
    RIALTO_TRY_VOID(wait_for_room());
    RIALTO_TRY_VOID(begin_layer(bytes));
  }
  if (journal_) {
    RIALTO_TRY_VOID(journal_->append(records));
    if (journal_->wants_spare()) has_layers_.notify_one();
  }
  std::vector<Batch> batches;
  batches.reserve(group.size());
  for (Waiting& waiting : group) batches.push_back(std::move(waiting.batch));
  active_->apply(std::move(batches));
  return {};
}

bool DurableStore::fits(std::size_t group_bytes) const {
  if (journal_ && !journal_->fits(group_bytes)) return false;
  return active_->size_bytes() < tuning_.layer_bytes_max;
}

Result<> DurableStore::wait_for_room() {
  std::unique_lock guard(mutex_);
  if (frozen_.size() < tuning_.frozen_max) return {};
  const Stopwatch watch;
  ++metrics_->stalls;
  has_room_.wait(guard, [this] { return problem_ || frozen_.size() < tuning_.frozen_max; });
  metrics_->stall_nanos += static_cast<std::uint64_t>(watch.elapsed().count());
  if (frozen_.size() < tuning_.frozen_max) return {};
  return fail(Code::Unavailable, "The store has no room: " + problem_->message);
}

Result<> DurableStore::begin_layer(std::size_t group_bytes) {
  // A number is used once, even when the segment cannot be begun.
  const std::uint64_t number = ++last_number_;
  if (journal_) RIALTO_TRY_VOID(journal_->begin_segment(number, group_bytes));
  auto layer = std::make_shared<Layer>(number);
  if (active_) mark_absorbed(*active_);
  {
    const std::lock_guard guard(mutex_);
    auto layers = std::make_shared<Layers>(*layers_.get());
    layers->insert(layers->begin(), layer);
    layers_.set(std::move(layers));
    if (active_) frozen_.push_back(std::move(active_));
    metrics_->layers_waiting = frozen_.size();
  }
  active_ = std::move(layer);
  has_layers_.notify_one();
  return {};
}

// Guarded by mutex_.
bool DurableStore::has_new_backup() const {
  return std::ranges::any_of(backups_, [](const Backup& each) { return !each.last; });
}

// A copy holds what is absorbed: so the layer that is written must be, as it is now.
void DurableStore::begin_backups() {
  {
    const std::lock_guard guard(mutex_);
    if (!has_new_backup()) return;
  }
  const std::uint64_t last = active_->number();
  const Result<> outcome = begin_layer(0);
  std::vector<Backup> failed;
  {
    const std::lock_guard guard(mutex_);
    for (Backup& each : backups_) {
      if (!each.last) each.last = last;
    }
    if (!outcome.ok()) failed.swap(backups_);
  }
  has_layers_.notify_one();
  for (const Backup& each : failed) each.done(outcome);
}

// Guarded by mutex_.
bool DurableStore::is_due(const Backup& backup) const {
  if (!backup.last) return false;
  return problem_ || frozen_.empty() || frozen_.front()->number() > *backup.last;
}

void DurableStore::make_backups() {
  while (true) {
    std::optional<Backup> due;
    Result<> outcome;
    {
      const std::lock_guard guard(mutex_);
      const auto found =
          std::ranges::find_if(backups_, [this](auto& each) { return is_due(each); });
      if (found == backups_.end()) return;
      due = std::move(*found);
      backups_.erase(found);
      if (problem_) outcome = *problem_;
    }
    due->done(outcome.ok() ? tables_->copy_to(due->directory) : outcome);
  }
}

void DurableStore::run_absorber() {
  std::unique_lock guard(mutex_);
  while (true) {
    has_layers_.wait(guard, [this] {
      return has_committer_ended_ || !frozen_.empty() || (journal_ && journal_->wants_spare()) ||
             std::ranges::any_of(backups_, [this](auto& each) { return is_due(each); });
    });
    if (has_committer_ended_) return;
    const std::shared_ptr<Layer> layer = frozen_.empty() ? nullptr : frozen_.front();
    guard.unlock();
    const bool is_done = layer == nullptr || absorb(*layer);
    make_backups();
    if (journal_ && journal_->wants_spare()) make_spare();
    guard.lock();
    if (!is_done) has_layers_.wait_for(guard, kAbsorbAgain, [this] { return is_closing_; });
  }
}

bool DurableStore::absorb(const Layer& layer) {
  const Stopwatch watch;
  const Result<> outcome = tables_->absorb(layer);
  metrics_->absorb_nanos += static_cast<std::uint64_t>(watch.elapsed().count());
  metrics_->absorbed_layers += outcome.ok() ? 1 : 0;
  {
    const std::lock_guard guard(mutex_);
    problem_ = outcome.ok() ? std::nullopt : std::optional(outcome.error());
    if (outcome.ok()) {
      auto layers = std::make_shared<Layers>(*layers_.get());
      std::erase_if(*layers, [&](const auto& each) { return each.get() == &layer; });
      layers_.set(std::move(layers));
      frozen_.pop_front();
      metrics_->layers_waiting = frozen_.size();
    }
  }
  if (!outcome.ok()) log::error("store.absorb_failed", {{"error", outcome.error().message}});
  if (outcome.ok() && journal_) journal_->release(layer.number());
  has_room_.notify_one();
  return outcome.ok();
}

// What no journal keeps: at an orderly stop, when both threads are gone.
void DurableStore::absorb_all() {
  mark_absorbed(*active_);
  frozen_.push_back(std::move(active_));
  while (!frozen_.empty() && absorb(*std::shared_ptr(frozen_.front()))) {
  }
}

void DurableStore::make_spare() {
  if (const auto outcome = journal_->make_spare(); !outcome.ok()) {
    log::warn("journal.no_spare", {{"error", outcome.error().message}});
  }
}

}  // namespace

Result<std::unique_ptr<Store>> make_durable(DurableParts parts, DurableTuning tuning) {
  JournalFiles journal = std::move(parts.journal);
  auto store = std::make_unique<DurableStore>(std::move(parts), tuning);
  RIALTO_TRY_VOID(store->open(std::move(journal)));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace rialto::store
