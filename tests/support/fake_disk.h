// A disk in memory that can be full or broken, and that forgets at a crash what was not synced: of
// each file that was written to since, any part of what was written may be there, sector by sector.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "store/disk/block_string.h"
#include "store/disk/disk.h"
#include "support/random.h"

namespace rialto::test {

class FakeDisk {
 public:
  static constexpr std::size_t kSector = 512;

  // What a journal is given; the files outlive it.
  std::unique_ptr<store::Disk> open() { return std::make_unique<Handle>(*this); }

  // Writes and syncs fail from now on, or do not any more.
  void set_broken(bool is_broken) {
    const std::lock_guard guard(mutex_);
    is_broken_ = is_broken;
  }

  void crash(Random& random) {
    const std::lock_guard guard(mutex_);
    for (auto at = files_.begin(); at != files_.end();) {
      Content& file = *at->second;
      if (!file.is_named && random.once_in(2)) {
        at = files_.erase(at);
        continue;
      }
      lose(file, random);
      ++at;
    }
  }

  void remove(const std::string& name) { files_.erase(name); }
  void cut(const std::string& name, std::size_t size) {
    Content& file = *files_.at(name);
    file.now.resize(size);
    file.durable = file.now;
  }
  // The block of the file that `offset` lies in cannot be read any more.
  void make_unreadable(const std::string& name, std::size_t offset) {
    files_.at(name)->unreadable = offset / store::kBlockBytes * store::kBlockBytes;
  }
  // The bytes of a file as they are; for tests that damage them.
  std::string& bytes(const std::string& name) { return files_.at(name)->now; }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& [name, content] : files_) out.push_back(name);
    return out;
  }

 private:
  struct Content {
    std::string now;
    std::string durable;
    bool is_named = false;
    std::optional<std::size_t> unreadable;  // where a block begins that cannot be read
  };

  static void lose(Content& file, Random& random) {
    std::string left = file.durable;
    left.resize(std::max(left.size(), file.now.size()), '\0');
    std::string now = file.now;
    now.resize(left.size(), '\0');
    for (std::size_t at = 0; at < left.size(); at += kSector) {
      const std::size_t size = std::min(kSector, left.size() - at);
      if (random.once_in(2)) left.replace(at, size, now, at, size);
    }
    file.now = left;
    file.durable = left;
  }

  Error broken() const { return fail(Code::Unavailable, "The disk is broken."); }

  class Handle final : public store::Disk {
   public:
    explicit Handle(FakeDisk& disk) : disk_(disk) {}
    Result<std::vector<std::string>> list() override {
      const std::lock_guard guard(disk_.mutex_);
      return disk_.names();
    }
    Result<std::unique_ptr<store::File>> open(const std::string& name) override {
      const std::lock_guard guard(disk_.mutex_);
      auto& content = disk_.files_[name];
      if (!content) content = std::make_shared<Content>();
      return std::unique_ptr<store::File>(std::make_unique<OpenFile>(disk_, content));
    }
    Result<> remove(const std::string& name) override {
      const std::lock_guard guard(disk_.mutex_);
      disk_.files_.erase(name);
      return {};
    }
    Result<> rename(const std::string& from, const std::string& to) override {
      const std::lock_guard guard(disk_.mutex_);
      disk_.files_[to] = std::move(disk_.files_.at(from));
      disk_.files_.erase(from);
      return {};
    }
    Result<> sync_names() override {
      const std::lock_guard guard(disk_.mutex_);
      if (disk_.is_broken_) return disk_.broken();
      for (auto& [name, content] : disk_.files_) content->is_named = true;
      return {};
    }

   private:
    FakeDisk& disk_;
  };

  class OpenFile final : public store::File {
   public:
    OpenFile(FakeDisk& disk, std::shared_ptr<Content> content)
        : disk_(disk), content_(std::move(content)) {}
    Result<> write(std::uint64_t offset, std::string_view bytes) override {
      const std::lock_guard guard(disk_.mutex_);
      // A write that fails may have got some of the way.
      if (disk_.is_broken_) bytes = bytes.substr(0, bytes.size() / 2);
      if (content_->now.size() < offset + bytes.size()) {
        content_->now.resize(offset + bytes.size(), '\0');
      }
      content_->now.replace(offset, bytes.size(), bytes);
      if (disk_.is_broken_) return disk_.broken();
      return {};
    }
    Result<std::string> read(std::uint64_t offset, std::size_t size) override {
      const std::lock_guard guard(disk_.mutex_);
      if (offset >= content_->now.size()) return std::string();
      if (const auto gap = content_->unreadable; gap && *gap + store::kBlockBytes > offset) {
        if (*gap <= offset) return disk_.broken();
        size = std::min(size, static_cast<std::size_t>(*gap - offset));
      }
      return content_->now.substr(offset, size);
    }
    Result<> sync() override {
      const std::lock_guard guard(disk_.mutex_);
      if (disk_.is_broken_) return disk_.broken();
      content_->durable = content_->now;
      return {};
    }
    Result<> reserve(std::uint64_t size) override {
      const std::lock_guard guard(disk_.mutex_);
      if (disk_.is_broken_) return disk_.broken();
      content_->now.resize(size, '\0');
      return {};
    }
    Result<std::uint64_t> size() const override {
      const std::lock_guard guard(disk_.mutex_);
      return content_->now.size();
    }

   private:
    FakeDisk& disk_;
    const std::shared_ptr<Content> content_;
  };

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Content>> files_;
  bool is_broken_ = false;
};

}  // namespace rialto::test
