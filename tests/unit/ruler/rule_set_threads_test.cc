// Many threads match while one changes the set (rule_set.h: without locks, with no version ever
// half seen). Bounded by counts; the thread sanitizer is the judge that matters.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "json/read.h"
#include "ruler/rule_set.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

constexpr std::size_t kReaders = 3;
constexpr RuleId kPairs = 40;

// Rules come in pairs `2n` and `2n + 1` that ask for different things, yet match the same events.
// They are put and removed together; so of every version both match or none.
constexpr const char* kFirst[] = {R"({"a":["x"]})",
                                  R"({"a":[{"prefix":"x"}]})",
                                  R"({"b":{"c":[{"numeric":[">",0]}]}})",
                                  R"({"a":[{"wildcard":"*x*"}]})",
                                  R"({"d":[{"exists":false}]})",
                                  R"({"$or":[{"a":["x"]},{"a":["y"]}]})",
                                  R"({"e":{"f":["1"],"g":["1"]}})"};
constexpr const char* kSecond[] = {R"({"a":[{"equals-ignore-case":"X"}]})",
                                   R"({"a":[{"suffix":"x"}]})",
                                   R"({"b":{"c":[{"numeric":[">=",1]}]}})",
                                   R"({"a":[{"anything-but":["y","z"]}]})",
                                   R"({"a":[{"exists":true}]})",
                                   R"({"a":["x","y"]})",
                                   R"({"e":{"g":["1"],"f":["1"]}})"};

constexpr std::string_view kEvent = R"({"a":"x","b":{"c":1},"e":[{"f":"1"},{"f":"1","g":"1"}]})";
constexpr std::string_view kOther = R"({"a":"y","b":{"c":0},"d":null,"e":[{"f":"1"},{"g":"1"}]})";

// Where the writer leaves its newest snapshot, with what it knows of it.
class Board {
 public:
  struct Version {
    Snapshot snapshot;
    std::size_t rules = 0;
    std::size_t number = 0;
  };

  void publish(Version version) {
    const std::scoped_lock lock(mutex_);
    newest_ = std::move(version);
  }
  Version newest() const {
    const std::scoped_lock lock(mutex_);
    return newest_;
  }

 private:
  mutable std::mutex mutex_;
  Version newest_;
};

// Whether the ids are whole pairs. Orders them.
bool are_pairs(std::vector<RuleId>& ids) {
  std::sort(ids.begin(), ids.end());
  if (ids.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < ids.size(); i += 2) {
    if (ids[i] % 2 != 0 || ids[i + 1] != ids[i] + 1) return false;
  }
  return true;
}

// One look at the newest version. Returns what is wrong with it.
std::string look(const Board& board, const json::Value& document, Scratch& scratch) {
  const Board::Version version = board.newest();
  const Snapshot& snapshot = version.snapshot;
  if (snapshot.size() != version.rules) return "the size is another one's";
  const auto checked = snapshot.match(kEvent, scratch);
  if (!checked.ok()) return checked.error().message;
  std::vector<RuleId> ids(checked->begin(), checked->end());
  if (!are_pairs(ids)) return "half a pair matches";
  // All rules match this event.
  if (ids.size() != version.rules) return "not all match";
  const auto trusted = snapshot.match_trusted(kEvent, scratch);
  std::vector<RuleId> again(trusted.begin(), trusted.end());
  if (!are_pairs(again) || again != ids) return "the trusted entry differs";
  const auto other = snapshot.match_document(document, scratch);
  std::vector<RuleId> others(other.begin(), other.end());
  for (const RuleId id : others) {
    if (!std::binary_search(ids.begin(), ids.end(), id)) return "a rule that is not there matches";
  }
  return {};
}

void put_pair(RuleSet& set, RuleId pair, std::size_t kind) {
  EXPECT_TRUE(set.put(2 * pair, kFirst[kind % std::size(kFirst)]).ok());
  EXPECT_TRUE(set.put(2 * pair + 1, kSecond[kind % std::size(kSecond)]).ok());
}

// Changes the set so many times, and publishes every version. `looked` is how far the readers are:
// the writer waits for them now and then, so that they see many versions.
void write(Board& board, std::size_t changes, const std::atomic<std::size_t>& looked) {
  RuleSet set;
  std::uint64_t state = 1;
  for (std::size_t i = 0; i < changes; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    const RuleId pair = (state >> 33U) % kPairs;
    if (set.contains(2 * pair) && (state >> 20U) % 3 != 0) {
      EXPECT_TRUE(set.remove(2 * pair));
      EXPECT_TRUE(set.remove(2 * pair + 1));
    } else {
      put_pair(set, pair, state >> 40U);
    }
    board.publish({set.snapshot(), set.size(), i});
    while (looked.load() < i) std::this_thread::yield();
  }
}

TEST(RuleSetThreads, SeeWholeVersionsOnly) {
  const Result<json::Value> document = json::parse(kOther);
  ASSERT_TRUE(document.ok());
  const std::size_t changes = test::kIsSanitized ? 2'000 : 20'000;
  Board board;
  std::atomic<std::size_t> looked = 0;
  std::atomic<bool> is_over = false;
  std::vector<std::string> problems(kReaders);
  std::vector<std::thread> readers;
  for (std::size_t reader = 0; reader < kReaders; ++reader) {
    readers.emplace_back([&, reader] {
      Scratch scratch;
      while (!is_over.load() && problems[reader].empty()) {
        problems[reader] = look(board, *document, scratch);
        looked.fetch_add(1);
      }
      // So that the writer does not wait for one who has given up.
      if (!problems[reader].empty()) looked.fetch_add(changes);
    });
  }
  write(board, changes, looked);
  is_over = true;
  for (std::thread& reader : readers) reader.join();
  for (const std::string& problem : problems) EXPECT_EQ(problem, "");
  EXPECT_GE(looked.load() + 1, changes);
}

// Old snapshots are let go by whoever holds them last, on whatever thread, after the set itself.
TEST(RuleSetThreads, LetGoOfSnapshotsAnywhere) {
  const std::size_t rounds = test::kIsSanitized ? 100 : 1'000;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<std::thread> threads;
    {
      RuleSet set;
      for (RuleId pair = 0; pair < 4; ++pair) {
        put_pair(set, pair, pair + round);
        threads.emplace_back([snapshot = set.snapshot(), size = set.size()]() mutable {
          Scratch scratch;
          const Snapshot copy = snapshot;
          snapshot = Snapshot();
          const auto got = copy.match(kEvent, scratch);
          EXPECT_TRUE(got.ok() && got->size() == size);
        });
        if (pair > 0) set.remove(2 * (pair - 1));
        if (pair > 0) set.remove(2 * (pair - 1) + 1);
      }
    }
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace rialto::ruler
