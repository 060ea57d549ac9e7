// Memory keeps what a snapshot can see, and nothing else for long.
#include "ruler/index/memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "support/allocations.h"
#include "support/random.h"

namespace rialto::ruler {
namespace {

using LeasePtr = std::unique_ptr<Memory::Lease>;

struct Piece {
  char* data = nullptr;
  std::size_t bytes = 0;
  Memory::Version born = 0;
  char mark = 0;
};

Piece make(Memory& memory, std::size_t bytes, char mark = 'x') {
  auto* data = static_cast<char*>(memory.allocate(bytes));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data) % 8, 0U);
  std::memset(data, mark, bytes);
  return {data, bytes, memory.version(), mark};
}

void retire(Memory& memory, const Piece& piece) {
  memory.retire(piece.data, piece.bytes, piece.born);
}

// A freed small piece has a pointer written to it, a freed large one is the sanitizer's to find.
void expect_intact(const Piece& piece) {
  for (std::size_t i = 0; i < piece.bytes; ++i) {
    ASSERT_EQ(piece.data[i], piece.mark) << i << " of " << piece.bytes;
  }
}

std::vector<Piece> make_many(Memory& memory, std::size_t count, std::size_t bytes) {
  std::vector<Piece> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(make(memory, bytes));
  return out;
}

std::size_t count_common(const std::vector<Piece>& left, const std::vector<Piece>& right) {
  std::set<char*> known;
  for (const Piece& piece : left) known.insert(piece.data);
  std::size_t out = 0;
  for (const Piece& piece : right) out += known.count(piece.data);
  return out;
}

constexpr std::size_t kMany = 1000;
constexpr std::size_t kBytes = 48;

TEST(RulerMemory, ReusesAtOnceWhatNobodySaw) {
  Memory memory;
  const Piece piece = make(memory, kBytes);
  retire(memory, piece);
  EXPECT_EQ(make(memory, kBytes).data, piece.data);
}

TEST(RulerMemory, KeepsWhatASnapshotSeesAndReusesItAfterwards) {
  Memory memory;
  const std::vector<Piece> seen = make_many(memory, kMany, kBytes);
  LeasePtr lease = memory.publish();
  for (const Piece& piece : seen) retire(memory, piece);
  // More and more is retired; so these are looked at again and again.
  for (int i = 0; i < 8; ++i) {
    const std::vector<Piece> others = make_many(memory, kMany, kBytes);
    memory.publish();
    for (const Piece& piece : others) retire(memory, piece);
    memory.publish();
    EXPECT_EQ(count_common(seen, others), 0U);
  }
  for (const Piece& piece : seen) expect_intact(piece);
  lease.reset();
  for (int i = 0; i < 4; ++i) {
    const std::vector<Piece> others = make_many(memory, kMany, kBytes);
    memory.publish();
    for (const Piece& piece : others) retire(memory, piece);
    memory.publish();
  }
  EXPECT_EQ(count_common(seen, make_many(memory, 10 * kMany, kBytes)), kMany);
}

TEST(RulerMemory, ReusesWhatCameAndWentAfterAnOldSnapshot) {
  Memory memory;
  const Piece old = make(memory, kBytes);
  const LeasePtr lease = memory.publish();
  retire(memory, old);
  const std::vector<Piece> between = make_many(memory, kMany, kBytes);
  memory.publish();
  for (const Piece& piece : between) retire(memory, piece);
  memory.publish();
  EXPECT_EQ(count_common(between, make_many(memory, kMany, kBytes)), kMany);
  expect_intact(old);
}

// The lease of the version itself sees the piece that was retired while the next was made.
TEST(RulerMemory, KeepsWhatANewSnapshotSawWhileAnOldOneIsThere) {
  Memory memory;
  const LeasePtr older = memory.publish();
  const std::vector<Piece> seen = make_many(memory, kMany, kBytes);
  const LeasePtr newer = memory.publish();
  for (const Piece& piece : seen) retire(memory, piece);
  memory.publish();
  EXPECT_EQ(count_common(seen, make_many(memory, kMany, kBytes)), 0U);
}

TEST(RulerMemory, ServesEverySize) {
  Memory memory;
  std::vector<Piece> pieces;
  for (std::size_t bytes = 1; bytes < 1100; ++bytes) {
    pieces.push_back(make(memory, bytes, static_cast<char>(bytes)));
  }
  for (const std::size_t bytes : {4096U, 65537U, 3U << 20}) {
    pieces.push_back(make(memory, bytes, static_cast<char>(bytes / 3)));
  }
  for (const Piece& piece : pieces) expect_intact(piece);
  const LeasePtr lease = memory.publish();
  for (const Piece& piece : pieces) retire(memory, piece);
  memory.publish();
  for (const Piece& piece : pieces) expect_intact(piece);
}

TEST(RulerMemory, GivesLargePiecesBackToTheHeap) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "nothing is counted here";
  constexpr std::size_t kLarge = 1U << 20;
  Memory memory;
  const std::size_t before = test::live_bytes();
  retire(memory, make(memory, kLarge));
  EXPECT_LT(test::live_bytes(), before + kLarge);
  const Piece piece = make(memory, kLarge);
  memory.publish();
  retire(memory, piece);
  EXPECT_GT(test::live_bytes(), before + kLarge);
  // Until there is enough to be worth a sweep.
  for (std::size_t i = 0; i < kMany; ++i) {
    const Piece small = make(memory, kBytes);
    memory.publish();
    retire(memory, small);
  }
  EXPECT_LT(test::live_bytes(), before + kLarge);
}

TEST(RulerMemory, LetsLeasesEndAnywhere) {
  Memory memory;
  std::vector<Piece> seen = make_many(memory, kMany, kBytes);
  LeasePtr lease = memory.publish();
  for (const Piece& piece : seen) retire(memory, piece);
  std::thread([ended = std::move(lease)] {}).join();
  memory.publish();
  EXPECT_EQ(count_common(seen, make_many(memory, kMany, kBytes)), kMany);
}

TEST(RulerMemory, MayEndBeforeItsLeases) {
  std::vector<LeasePtr> leases;
  {
    Memory memory;
    std::vector<Piece> pieces = make_many(memory, kMany, kBytes);
    pieces.push_back(make(memory, 1U << 20));
    leases.push_back(memory.publish());
    for (const Piece& piece : pieces) retire(memory, piece);
    leases.push_back(memory.publish());
  }
  leases.clear();
}

TEST(RulerMemory, StaysSmallWhateverTheNumberOfVersions) {
  Memory memory;
  std::set<char*> places;
  LeasePtr lease;
  Piece now = make(memory, kBytes);
  for (std::size_t i = 0; i < 100'000; ++i) {
    const Piece next = make(memory, kBytes);
    retire(memory, now);
    lease = memory.publish();
    now = next;
    places.insert(now.data);
  }
  EXPECT_LT(places.size(), 1000U);
}

// Pieces come and go at random, and so do snapshots: each sees what it saw first.
class Churn {
 public:
  void step() {
    constexpr std::size_t kMost = 400;
    switch (random_.below(8)) {
      case 0:
      case 1:
      case 2: return now_.size() < kMost ? add() : drop();
      case 3:
      case 4: return drop();
      case 5: return publish(false);
      case 6: return publish(true);
      default: return let_go();
    }
  }

  void check() const {
    for (const Piece& piece : now_) expect_intact(piece);
    for (const Held& held : held_) {
      for (const Piece& piece : held.pieces) expect_intact(piece);
    }
  }

 private:
  struct Held {
    LeasePtr lease;
    std::vector<Piece> pieces;
  };

  void add() {
    const std::size_t bytes = random_.once_in(10) ? 1 + random_.below(3000) : 8 + random_.below(32);
    now_.push_back(make(memory_, bytes, static_cast<char>(++marks_)));
  }
  void drop() {
    if (now_.empty()) return;
    std::swap(now_[random_.below(now_.size())], now_.back());
    retire(memory_, now_.back());
    now_.pop_back();
  }
  void publish(bool is_held) {
    LeasePtr lease = memory_.publish();
    if (is_held && held_.size() < 6) held_.push_back({std::move(lease), now_});
  }
  void let_go() {
    if (held_.empty()) return;
    std::swap(held_[random_.below(held_.size())], held_.back());
    held_.pop_back();
  }

  test::Random random_{1};
  Memory memory_;
  std::vector<Piece> now_;
  std::vector<Held> held_;
  unsigned marks_ = 0;
};

TEST(RulerMemory, NeverTouchesWhatIsSeen) {
  Churn churn;
  for (std::size_t i = 0; i < test::scaled(100'000); ++i) {
    churn.step();
    if (i % 512 == 0) churn.check();
  }
  churn.check();
}

}  // namespace
}  // namespace rialto::ruler
