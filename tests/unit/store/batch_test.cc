// Batch and the range of a prefix: plain bytes.
#include "store/batch.h"

#include <gtest/gtest.h>

#include <vector>

#include "store/store.h"

namespace rialto::store {
namespace {

// Writes down what it is shown.
struct Record {
  std::vector<std::string> lines;

  static std::string name(Table table) { return std::to_string(static_cast<int>(table)); }
  void put(Table table, std::string_view key, std::string_view value) {
    lines.push_back("put " + name(table) + " " + std::string(key) + "=" + std::string(value));
  }
  void insert(Table table, std::string_view key, std::string_view value) {
    lines.push_back("insert " + name(table) + " " + std::string(key) + "=" + std::string(value));
  }
  void erase(Table table, std::string_view key) {
    lines.push_back("erase " + name(table) + " " + std::string(key));
  }
  void erase_range(Table table, std::string_view from, std::string_view to) {
    lines.push_back("range " + name(table) + " " + std::string(from) + ".." + std::string(to));
  }
};

std::vector<std::string> record(const Batch& batch) {
  Record out;
  batch.visit(out);
  return out.lines;
}

TEST(Batch, ShowsItsChangesInTheOrderTheyWereMade) {
  Batch batch;
  batch.put(Table::Event, "k", "v");
  batch.erase(Table::Delivery, "k");
  batch.erase_range(Table::Meta, "a", "b");
  batch.put(Table::Event, "k", "w");
  EXPECT_EQ(record(batch),
            (std::vector<std::string>{"put 2 k=v", "erase 3 k", "range 0 a..b", "put 2 k=w"}));
}

TEST(Batch, KeepsEveryByteOfKeysAndValues) {
  const std::string every = [] {
    std::string out;
    for (int c = 0; c < 256; ++c) out += static_cast<char>(c);
    return out;
  }();
  Batch batch;
  batch.put(Table::MessageState, every, every + every);
  EXPECT_EQ(record(batch), std::vector<std::string>{"put 5 " + every + "=" + every + every});
}

TEST(Batch, TakesEmptyKeysAndValues) {
  Batch batch;
  batch.put(Table::Meta, "", "");
  batch.erase_range(Table::Event, {}, "z");
  EXPECT_EQ(record(batch), (std::vector<std::string>{"put 0 =", "range 2 ..z"}));
}

TEST(Batch, AppendsAfterWhatIsThere) {
  Batch first;
  first.put(Table::Meta, "a", "1");
  Batch second;
  second.erase(Table::Meta, "a");
  first.append(std::move(second));
  EXPECT_EQ(record(first), (std::vector<std::string>{"put 0 a=1", "erase 0 a"}));
  Batch empty;
  empty.append(std::move(first));
  EXPECT_EQ(record(empty), (std::vector<std::string>{"put 0 a=1", "erase 0 a"}));
  empty.append(Batch());
  EXPECT_EQ(record(empty).size(), 2U);
}

TEST(Batch, KnowsWhetherItIsEmptyAndHowLargeItIs) {
  Batch batch;
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.size_bytes(), 0U);
  batch.put(Table::Meta, "key", "value");
  EXPECT_FALSE(batch.empty());
  EXPECT_GE(batch.size_bytes(), 8U);
}

TEST(PrefixRange, EndsRightAfterTheLastKeyWithThePrefix) {
  EXPECT_EQ(prefix_range("ab").from, "ab");
  EXPECT_EQ(prefix_range("ab").to, "ac");
  EXPECT_EQ(prefix_range(std::string("a\xFF")).to, "b");
  EXPECT_EQ(prefix_range(std::string("\x7F")).to, "\x80");
}

TEST(PrefixRange, WithoutAnEndGoesToTheEndOfTheTable) {
  EXPECT_EQ(prefix_range("").to, "");
  EXPECT_EQ(prefix_range("\xFF\xFF").to, "");
}

}  // namespace
}  // namespace rialto::store
