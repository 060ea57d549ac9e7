// The memory that all snapshots of one rule set share, and when a piece of it may be used again.
//
// Everything in it is plain bytes. The writer works on a version that nobody else sees yet; what
// was born in it may be changed in place, all else is replaced by a copy and retired. `publish`
// ends the version. A retired piece is free again when no snapshot is left that was published
// between its birth and its retirement: a snapshot's Lease tells when it has gone.
//
// One thread at a time, but for the end of a lease, which any thread may cause.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace rialto::ruler {

class Memory {
 public:
  using Version = std::uint64_t;

  // Held by a snapshot; its end makes the snapshot's memory reusable.
  class Lease {
   public:
    ~Lease() { has_ended_->store(true, std::memory_order_release); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

   private:
    friend class Memory;
    explicit Lease(std::shared_ptr<std::atomic<bool>> has_ended)
        : has_ended_(std::move(has_ended)) {}
    std::shared_ptr<std::atomic<bool>> has_ended_;
  };

  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory();

  Version version() const { return version_; }

  // Uninitialised, aligned to 8 bytes. Ends the process when there is none.
  void* allocate(std::size_t bytes);

  // Gives a piece back; at once if no snapshot can have seen it.
  void retire(void* piece, std::size_t bytes, Version born);

  // Ends the version and frees what can be freed.
  std::unique_ptr<Lease> publish();

 private:
  struct Retired {
    void* piece;
    std::size_t bytes;
    Version born;
    Version retired;
  };
  struct Live {
    Version version;
    std::shared_ptr<std::atomic<bool>> has_ended;
  };
  struct FreePiece {
    FreePiece* next;
  };
  // In front of every large piece, which is one allocation of its own.
  struct Large {
    Large* previous;
    Large* next;
  };

  static constexpr std::size_t kSmallMax = 1024;
  static constexpr std::size_t kClasses = kSmallMax / 8;

  static std::size_t class_of(std::size_t bytes) { return (bytes + 7) / 8 - 1; }
  void release(void* piece, std::size_t bytes);
  void* carve(std::size_t bytes);
  void reclaim();
  bool is_seen(const Retired& retired) const;

  Version version_ = 1;
  std::array<FreePiece*, kClasses> free_{};
  std::vector<void*> chunks_;
  Large large_{&large_, &large_};
  char* at_ = nullptr;
  std::size_t left_ = 0;
  std::size_t chunk_bytes_ = 0;
  std::vector<Retired> retired_;
  std::size_t sweep_at_ = 0;  // how many retired pieces make the next sweep worth its time
  std::vector<Live> live_;    // by version
};

}  // namespace rialto::ruler
