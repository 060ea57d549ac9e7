// A store in memory, for tests: every batch is "durable" before `submit` returns, unless the test
// holds commits back or makes them fail.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "store/store.h"

namespace rialto::store {

class MemoryStore final : public Store {
 public:
  Result<std::optional<std::string>> get(Table table, std::string_view key) const override;
  Result<> scan(Table table, const Range& range, const Visitor& visitor) const override;
  void submit(Batch batch, Done done) override;
  void backup(std::string directory, Done done) override;

  // From now on commits wait until `release` is called.
  void hold();
  void release();
  // The next `count` commits fail with Unavailable and store nothing.
  void fail_next(int count);
  // The same for `get` and `scan`.
  void fail_reads(int count);
  // Whether the next commit is one of those.
  bool will_fail() const;

  std::size_t size(Table table) const;

 private:
  void apply(const Batch& batch);
  bool fails_reading() const;

  mutable std::mutex mutex_;
  std::array<std::map<std::string, std::string, std::less<>>, kTableCount> tables_;
  std::vector<std::pair<Batch, Done>> held_;
  bool is_held_ = false;
  int failures_left_ = 0;
  mutable int failed_reads_left_ = 0;
};

}  // namespace rialto::store
