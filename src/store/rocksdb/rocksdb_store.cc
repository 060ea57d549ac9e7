#include "store/rocksdb/rocksdb_store.h"

#include <rocksdb/db.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/check.h"
#include "base/log.h"
#include "store/rocksdb/directory_lock.h"

namespace rialto::store {
namespace {

// A group that is larger than this waits for the next write: bounds memory and the pause that one
// group can cause. Our figure: about 8,000 events of 1 KB.
constexpr std::size_t kGroupBytesMax = 8U << 20;

constexpr std::array<const char*, kTableCount> kTableNames = {
    "default", "resource", "event", "delivery", "message", "message_state", "archive"};

constexpr std::string_view kFormatKey = "format";

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

Error to_error(const rocksdb::Status& status) {
  return fail(status.IsCorruption() ? Code::Corruption : Code::Unavailable,
              "The store failed: " + status.ToString() + ".");
}

class RocksdbStore final : public Store {
 public:
  RocksdbStore(std::unique_ptr<DirectoryLock> lock, Durability durability)
      : lock_(std::move(lock)), durability_(durability) {}

  ~RocksdbStore() override {
    {
      const std::lock_guard guard(mutex_);
      is_closing_ = true;
    }
    has_work_.notify_one();
    if (committer_.joinable()) committer_.join();
    for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
    if (db_) db_->Close();
  }

  Result<> open(const std::string& directory);

  Result<std::optional<std::string>> get(Table table, std::string_view key) const override {
    std::string value;
    const auto status = db_->Get({}, handle(table), slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return to_error(status);
    return std::optional<std::string>(std::move(value));
  }

  Result<> scan(Table table, const Range& range, const Visitor& visitor) const override {
    rocksdb::ReadOptions options;
    const rocksdb::Slice upper = slice(range.to);
    if (!range.to.empty()) options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options, handle(table)));
    for (at->Seek(slice(range.from)); at->Valid(); at->Next()) {
      if (!visitor(view(at->key()), view(at->value()))) return {};
    }
    if (!at->status().ok()) return to_error(at->status());
    return {};
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

 private:
  struct Waiting {
    Batch batch;
    Done done;
  };

  // Writes the changes of a Batch into RocksDB's own batch.
  struct Writer {
    RocksdbStore& store;
    rocksdb::WriteBatch& out;
    rocksdb::Status status = rocksdb::Status::OK();

    void keep(const rocksdb::Status& next) {
      if (status.ok()) status = next;
    }
    void put(Table table, std::string_view key, std::string_view value) {
      keep(out.Put(store.handle(table), slice(key), slice(value)));
    }
    void erase(Table table, std::string_view key) {
      keep(out.Delete(store.handle(table), slice(key)));
    }
    void erase_range(Table table, std::string_view from, std::string_view to) {
      keep(out.DeleteRange(store.handle(table), slice(from), slice(to)));
    }
  };

  rocksdb::ColumnFamilyHandle* handle(Table table) const {
    return handles_[static_cast<std::size_t>(table)];
  }

  Result<> check_format();
  void run_committer();
  std::deque<Waiting> take_group();
  Result<> write(const std::deque<Waiting>& group);

  std::unique_ptr<DirectoryLock> lock_;
  const Durability durability_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;

  std::mutex mutex_;
  std::condition_variable has_work_;
  std::deque<Waiting> waiting_;  // guarded by mutex_
  bool is_closing_ = false;      // guarded by mutex_
  bool has_failed_ = false;      // the committer's own
  std::thread committer_;
};

rocksdb::ColumnFamilyOptions family_options() {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 64U << 20;
  options.max_write_buffer_number = 4;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = 16U << 10;
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kLZ4Compression;
  return options;
}

Result<> RocksdbStore::open(const std::string& directory) {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.max_total_wal_size = 512U << 20;
  options.keep_log_file_num = 4;
  options.max_background_jobs = 2;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : kTableNames) families.emplace_back(name, family_options());
  rocksdb::DB* opened = nullptr;
  const auto status =
      rocksdb::DB::Open(options, directory + "/store", families, &handles_, &opened);
  if (!status.ok()) return to_error(status);
  db_.reset(opened);
  RIALTO_TRY_VOID(check_format());
  committer_ = std::thread([this] { run_committer(); });
  return {};
}

Result<> RocksdbStore::check_format() {
  RIALTO_TRY(const auto found, get(Table::Meta, kFormatKey));
  const std::string expected = std::to_string(kFormatVersion);
  if (found && *found != expected) {
    return fail(Code::Unsupported,
                "The data directory is in format " + *found +
                    ", and this build of Rialto reads format " + expected +
                    " only. Use the build that wrote it, or another --data-dir.");
  }
  if (found) return {};
  rocksdb::WriteOptions options;
  options.sync = true;
  const auto status = db_->Put(options, handle(Table::Meta), slice(kFormatKey), slice(expected));
  if (!status.ok()) return to_error(status);
  return {};
}

std::deque<RocksdbStore::Waiting> RocksdbStore::take_group() {
  std::unique_lock guard(mutex_);
  has_work_.wait(guard, [this] { return is_closing_ || !waiting_.empty(); });
  std::deque<Waiting> group;
  std::size_t bytes = 0;
  while (!waiting_.empty() && (group.empty() || bytes < kGroupBytesMax)) {
    bytes += waiting_.front().batch.size_bytes();
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return group;
}

void RocksdbStore::run_committer() {
  while (true) {
    const std::deque<Waiting> group = take_group();
    if (group.empty()) return;  // closing, and nothing is left to write
    const Result<> outcome = write(group);
    for (const Waiting& waiting : group) waiting.done(outcome);
  }
}

Result<> RocksdbStore::write(const std::deque<Waiting>& group) {
  if (has_failed_) {
    // RocksDB refuses writes after a background error, such as a full disk, until it is resumed.
    const auto resumed = db_->Resume();
    if (!resumed.ok()) return to_error(resumed);
    has_failed_ = false;
    log::info("store.resumed");
  }
  rocksdb::WriteBatch merged;
  Writer writer{*this, merged};
  for (const Waiting& waiting : group) waiting.batch.visit(writer);
  RIALTO_CHECK(writer.status.ok(), "an in-memory batch takes every change");
  rocksdb::WriteOptions options;
  options.sync = durability_ == Durability::Fsync;
  const auto status = db_->Write(options, &merged);
  if (status.ok()) return {};
  has_failed_ = true;
  log::error("store.write_failed", {{"error", status.ToString()}});
  return to_error(status);
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb(RocksdbOptions options) {
  RIALTO_TRY(auto lock, DirectoryLock::take(options.directory));
  auto store = std::make_unique<RocksdbStore>(std::move(lock), options.durability);
  RIALTO_TRY_VOID(store->open(options.directory));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace rialto::store
