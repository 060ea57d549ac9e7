// A Table against a vector, with copies of both that must not change.
#include "ruler/index/table.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <vector>

#include "support/random.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

static_assert(std::is_trivially_copyable_v<Table>);

class TableModel {
 public:
  void push_back() {
    table_.push_back(memory_, next());
    model_.push_back(last_);
  }
  void set(std::size_t index) {
    table_.set(memory_, index, next());
    model_[index] = last_;
  }
  void clear() {
    table_.clear(memory_);
    model_.clear();
  }
  void publish(bool is_held) {
    const Table copy = table_;
    std::unique_ptr<Memory::Lease> lease = memory_.publish();
    if (is_held) held_.push_back({copy, model_, std::move(lease)});
  }
  void let_go(std::size_t index) {
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(index));
  }

  std::size_t size() const { return model_.size(); }
  std::size_t held() const { return held_.size(); }

  void check() const {
    expect_same(table_, model_);
    for (const Held& held : held_) expect_same(held.table, held.model);
  }

 private:
  struct Held {
    Table table;
    std::vector<void*> model;
    std::unique_ptr<Memory::Lease> lease;
  };

  static void expect_same(const Table& table, const std::vector<void*>& model) {
    ASSERT_EQ(table.size(), model.size());
    for (std::size_t i = 0; i < model.size(); ++i) ASSERT_EQ(table.get(i), model[i]) << i;
  }

  // Never followed, so any number will do.
  void* next() { return last_ = reinterpret_cast<void*>(++numbers_); }

  Memory memory_;
  Table table_;
  std::vector<void*> model_;
  std::vector<Held> held_;
  std::uintptr_t numbers_ = 0;
  void* last_ = nullptr;
};

TEST(RulerTable, GrowsByPages) {
  TableModel model;
  for (std::size_t i = 0; i < 5 * Table::kPageSize + 3; ++i) {
    model.push_back();
    if (i % Table::kPageSize < 2) {
      model.publish(true);
      model.check();
    }
  }
  model.clear();
  model.check();
  model.push_back();
  model.check();
}

TEST(RulerTable, IsAVectorWhoseCopiesStay) {
  TableModel model;
  test::Random random(1);
  for (std::size_t i = 0; i < test::scaled(40'000); ++i) {
    const std::size_t kind = random.below(100);
    if (kind < 50 || model.size() == 0) {
      model.push_back();
    } else if (kind < 90) {
      model.set(random.below(model.size()));
    } else if (kind < 98) {
      model.publish(kind < 94 && model.held() < 5);
    } else if (model.held() > 0) {
      model.let_go(random.below(model.held()));
    }
    if (random.once_in(5000)) model.clear();
    if (random.once_in(500)) model.check();
  }
  model.check();
}

}  // namespace
}  // namespace rialto::ruler
