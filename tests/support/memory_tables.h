// Tables in memory under a durable store; what they absorbed outlives it, as if on a disk.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "store/overlay/tables.h"

namespace rialto::test {

class MemoryTables final : public store::Tables {
 public:
  struct Content {
    std::mutex mutex;
    std::array<std::map<std::string, std::string, std::less<>>, store::kTableCount> tables;
    bool is_full = false;  // nothing can be absorbed
  };

  explicit MemoryTables(std::shared_ptr<Content> content) : content_(std::move(content)) {}

  Result<std::optional<std::string>> get(store::Table table, std::string_view key) const override {
    const std::lock_guard guard(content_->mutex);
    const auto& keys = of(table);
    const auto found = keys.find(key);
    if (found == keys.end()) return std::optional<std::string>();
    return std::optional(found->second);
  }

  std::unique_ptr<Cursor> scan(store::Table table, const store::Range& range) const override {
    const std::lock_guard guard(content_->mutex);
    const auto& keys = of(table);
    const auto end = range.to.empty() ? keys.end() : keys.lower_bound(range.to);
    return std::make_unique<Copy>(Items(keys.lower_bound(range.from), end));
  }

  Result<> absorb(const store::Layer& layer) override {
    const std::lock_guard guard(content_->mutex);
    if (content_->is_full) return fail(Code::Unavailable, "The tables are full.");
    for (std::size_t i = 0; i < store::kTableCount; ++i) {
      const auto table = static_cast<store::Table>(i);
      auto& keys = content_->tables[i];
      for (const store::Layer::Gap& gap : layer.gaps(table)) {
        keys.erase(keys.lower_bound(gap.from), keys.lower_bound(gap.to));
      }
      layer.each(table, [&](std::string_view key, const store::Layer::Entry& entry) {
        if (entry.is_erased) {
          if (const auto at = keys.find(key); at != keys.end()) keys.erase(at);
        } else {
          keys.insert_or_assign(std::string(key), std::string(entry.value));
        }
        return true;
      });
    }
    return {};
  }

  Result<> copy_to(const std::string& directory) const override {
    return fail(Code::Unsupported, "There is nothing to copy to " + directory + ".");
  }

 private:
  using Items = std::vector<std::pair<std::string, std::string>>;

  class Copy final : public Cursor {
   public:
    explicit Copy(Items items) : items_(std::move(items)) {}
    bool is_valid() const override { return at_ < items_.size(); }
    std::string_view key() const override { return items_[at_].first; }
    std::string_view value() const override { return items_[at_].second; }
    void next() override { ++at_; }
    Result<> outcome() const override { return {}; }

   private:
    const Items items_;
    std::size_t at_ = 0;
  };

  const std::map<std::string, std::string, std::less<>>& of(store::Table table) const {
    return content_->tables[static_cast<std::size_t>(table)];
  }

  const std::shared_ptr<Content> content_;
};

}  // namespace rialto::test
