#include "store/rocksdb/rocksdb_tables.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/bytes.h"
#include "base/log.h"
#include "store/durable_store.h"
#include "store/keys.h"

namespace rialto::store {
namespace {

struct Family {
  const char* name;
  // Short-lived data is not worth the time to compress it.
  rocksdb::CompressionType compression;
};
constexpr std::array<Family, kTableCount> kFamilies = {{{"default", rocksdb::kNoCompression},
                                                        {"resource", rocksdb::kLZ4Compression},
                                                        {"event", rocksdb::kNoCompression},
                                                        {"delivery", rocksdb::kNoCompression},
                                                        {"message", rocksdb::kNoCompression},
                                                        {"message_state", rocksdb::kNoCompression},
                                                        {"archive", rocksdb::kLZ4Compression},
                                                        {"deduplication", rocksdb::kNoCompression},
                                                        {"due", rocksdb::kNoCompression}}};

// A check reads one key: not all files need to be opened for it.
constexpr int kFilesOfACheck = 64;

constexpr std::string_view kFormatKey = "format";
// 1 had no journal of ours, 2 no table of what is due: read as they are (delivery/upgrade.h).
constexpr std::array<std::string_view, 2> kFormatsBefore = {"1", "2"};

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

Error to_error(const rocksdb::Status& status) {
  return fail(status.IsCorruption() ? Code::Corruption : Code::Unavailable,
              "The store failed: " + status.ToString() + ".");
}

Error to_open_error(const rocksdb::Status& status, const std::string& store) {
  Error error = to_error(status);
  if (status.IsCorruption() || status.IsPathNotFound()) {
    error.message += " A file in " + store +
                     " is missing or damaged: bring back a backup with `rialto restore`, or name "
                     "another --data-dir.";
  }
  return error;
}

Result<> to_result(const rocksdb::Status& status) {
  if (!status.ok()) return to_error(status);
  return {};
}

// Without a cache, for files that are only written.
rocksdb::ColumnFamilyOptions family_options(const Family& family,
                                            std::shared_ptr<rocksdb::Cache> cache = nullptr) {
  rocksdb::ColumnFamilyOptions options;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = 16U << 10;
  table.format_version = 5;
  // Indexes of tables are in the cache, too: so memory does not grow with what archives hold.
  table.cache_index_and_filter_blocks = cache != nullptr;
  table.no_block_cache = cache == nullptr;
  table.block_cache = std::move(cache);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = family.compression;
  return options;
}

// RocksDB's own log, of which warnings and errors go to ours. A file of its own would be the end of
// the process on a full disk: Debian's build aborts when it cannot write to it twice.
class Log final : public rocksdb::Logger {
 public:
  Log() : Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  void Logv(const char* format, va_list arguments) override {
    Logv(rocksdb::InfoLogLevel::INFO_LEVEL, format, arguments);
  }

  void Logv(rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    const bool is_wanted = level == rocksdb::InfoLogLevel::WARN_LEVEL ||
                           level == rocksdb::InfoLogLevel::ERROR_LEVEL ||
                           level == rocksdb::InfoLogLevel::FATAL_LEVEL;
    if (!is_wanted) return;
    char text[1024];
    std::vsnprintf(text, sizeof text, format, arguments);
    // True of every file that we made and RocksDB took over: nothing is wrong.
    if (std::strstr(text, "opened without unique ID to verify") != nullptr) return;
    log::warn("store.rocksdb", {{"message", std::string_view(text)}});
  }
};

class RocksdbCursor final : public Tables::Cursor {
 public:
  RocksdbCursor(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* handle, const Range& range)
      : to_(range.to), upper_(slice(to_)) {
    rocksdb::ReadOptions options;
    if (!to_.empty()) options.iterate_upper_bound = &upper_;
    at_.reset(db.NewIterator(options, handle));
    at_->Seek(slice(range.from));
  }

  bool is_valid() const override { return at_->Valid(); }
  std::string_view key() const override { return view(at_->key()); }
  std::string_view value() const override { return view(at_->value()); }
  void next() override { at_->Next(); }
  Result<> outcome() const override { return to_result(at_->status()); }

 private:
  const std::string to_;
  const rocksdb::Slice upper_;
  std::unique_ptr<rocksdb::Iterator> at_;
};

class RocksdbTables final : public Tables {
 public:
  explicit RocksdbTables(const std::string& directory)
      : store_(directory + "/store"), incoming_(directory + "/incoming") {}

  ~RocksdbTables() override {
    for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
    if (db_) db_->Close();
  }

  Result<> open(const Limits& limits, std::uint64_t absorbed_min);

  Result<std::optional<std::string>> get(Table table, std::string_view key) const override {
    std::string value;
    const auto status = db_->Get({}, handle(table), slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return to_error(status);
    return std::optional<std::string>(std::move(value));
  }

  std::unique_ptr<Cursor> scan(Table table, const Range& range) const override {
    return std::make_unique<RocksdbCursor>(*db_, handle(table), range);
  }

  Result<> absorb(const Layer& layer) override;
  Result<> copy_to(const std::string& directory) const override;

 private:
  rocksdb::ColumnFamilyHandle* handle(Table table) const {
    return handles_[static_cast<std::size_t>(table)];
  }
  Result<> clear_incoming() const;
  Result<> check_absorbed(std::uint64_t absorbed_min) const;
  Result<> check_format();
  Result<bool> write_file(const Layer& layer, Table table, const std::string& path) const;

  const std::string store_;
  const std::string incoming_;  // files on their way into RocksDB
  rocksdb::Options options_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

// RocksDB takes a MANIFEST whose end is gone for one that never had it, and removes the files that
// only the end names. So this is seen before it may write.
Result<> RocksdbTables::check_absorbed(std::uint64_t absorbed_min) const {
  if (absorbed_min == 0) return {};
  rocksdb::Options options({}, family_options(kFamilies[0]));
  options.info_log = std::make_shared<Log>();
  options.max_open_files = kFilesOfACheck;
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(options, store_, &opened);
  if (!status.ok()) return to_open_error(status, store_);
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::string value;
  const auto read = db->Get({}, slice(kAbsorbedKey), &value);
  if (!read.ok() && !read.IsNotFound()) return to_open_error(read, store_);
  if (read.ok() && ByteReader(value).u64() >= absorbed_min) return {};
  return to_open_error(rocksdb::Status::Corruption("The tables are older than the journal"),
                       store_);
}

Result<> RocksdbTables::open(const Limits& limits, std::uint64_t absorbed_min) {
  RIALTO_TRY_VOID(check_absorbed(absorbed_min));
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.info_log = std::make_shared<Log>();
  options.max_background_jobs = 2;
  options.max_open_files = limits.open_files;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  const auto cache = rocksdb::NewLRUCache(limits.cache_bytes);
  for (const Family& family : kFamilies) {
    families.emplace_back(family.name, family_options(family, cache));
  }
  std::error_code ignored;  // RocksDB tells; but it warns of a directory that it has to make
  std::filesystem::create_directories(store_, ignored);
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::Open(options, store_, families, &handles_, &opened);
  if (!status.ok()) return to_open_error(status, store_);
  db_.reset(opened);
  RIALTO_TRY_VOID(clear_incoming());
  return check_format();
}

// What is there was never taken over: the journal still has it.
Result<> RocksdbTables::clear_incoming() const {
  std::error_code problem;
  std::filesystem::remove_all(incoming_, problem);
  if (!problem) std::filesystem::create_directories(incoming_, problem);
  if (!problem) return {};
  return fail(Code::Unavailable, "Cannot clear " + incoming_ + ": " + problem.message() + ".");
}

Result<> RocksdbTables::check_format() {
  RIALTO_TRY(const auto found, get(Table::Meta, kFormatKey));
  const std::string expected = std::to_string(kFormatVersion);
  if (found && *found == expected) return {};
  if (found && std::ranges::find(kFormatsBefore, *found) == kFormatsBefore.end()) {
    return fail(Code::Unsupported,
                "The data directory is in format " + *found +
                    ", and this build of Rialto reads formats " +
                    std::string(kFormatsBefore.front()) + " to " + expected +
                    " only. Use the build that wrote it, or another --data-dir.");
  }
  rocksdb::WriteOptions options;
  options.sync = true;
  return to_result(db_->Put(options, handle(Table::Meta), slice(kFormatKey), slice(expected)));
}

// Answers whether there was anything to write.
Result<bool> RocksdbTables::write_file(const Layer& layer, Table table,
                                       const std::string& path) const {
  const auto family = static_cast<std::size_t>(table);
  const rocksdb::Options options({}, family_options(kFamilies[family]));
  rocksdb::SstFileWriter writer({}, options, handle(table));
  bool is_open = false;
  rocksdb::Status status;
  const auto add = [&](const auto& change) {
    if (!is_open) status = writer.Open(path);
    is_open = true;
    if (status.ok()) status = change();
  };
  // What such a gap hides lies below this file; its own keys stay.
  for (const Layer::Gap& gap : layer.gaps(table)) {
    add([&] { return writer.DeleteRange(slice(gap.from), slice(gap.to)); });
  }
  layer.each(table, [&](std::string_view key, const Layer::Entry& entry) {
    add([&] {
      return entry.is_erased ? writer.Delete(slice(key))
                             : writer.Put(slice(key), slice(entry.value));
    });
    return status.ok();
  });
  if (is_open && status.ok()) status = writer.Finish();
  if (!status.ok()) return to_error(status);
  return is_open;
}

Result<> RocksdbTables::absorb(const Layer& layer) {
  std::vector<rocksdb::IngestExternalFileArg> files;
  for (std::size_t i = 0; i < kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    const std::string path = incoming_ + "/" + kFamilies[i].name + ".sst";
    RIALTO_TRY(const bool is_written, write_file(layer, table, path));
    if (!is_written) continue;
    rocksdb::IngestExternalFileArg file;
    file.column_family = handle(table);
    file.external_files = {path};
    file.options.move_files = true;
    file.options.write_global_seqno = false;
    files.push_back(std::move(file));
  }
  if (files.empty()) return {};
  const auto status = db_->IngestExternalFiles(files);
  if (!status.ok()) {
    // RocksDB refuses writes after some errors, such as a full disk, until it is resumed.
    db_->Resume().PermitUncheckedError();
  }
  return to_result(status);
}

Result<> RocksdbTables::copy_to(const std::string& directory) const {
  std::error_code problem;
  const bool is_new = std::filesystem::create_directories(directory, problem);
  if (!problem && !is_new && !std::filesystem::is_empty(directory, problem)) {
    return fail(Code::AlreadyExists, "There is something at " + directory +
                                         " already. Name a directory that is empty, "
                                         "or not there.");
  }
  if (problem) {
    return fail(Code::Unavailable, "Cannot create " + directory + ": " + problem.message() + ".");
  }
  rocksdb::Checkpoint* made = nullptr;
  if (const auto status = rocksdb::Checkpoint::Create(db_.get(), &made); !status.ok()) {
    return to_error(status);
  }
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  return to_result(checkpoint->CreateCheckpoint(directory + "/store"));
}

}  // namespace

Result<std::unique_ptr<Tables>> open_rocksdb(const std::string& directory, const Limits& limits,
                                             std::uint64_t absorbed_min) {
  auto tables = std::make_unique<RocksdbTables>(directory);
  RIALTO_TRY_VOID(tables->open(limits, absorbed_min));
  return std::unique_ptr<Tables>(std::move(tables));
}

}  // namespace rialto::store
