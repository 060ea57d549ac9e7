// Snapshot<T>: an immutable value that one writer replaces and many readers share.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace rialto {

// Safe to call from any thread. The lock is a leaf and is held for the copy of one pointer only.
template <class T>
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const T> value) : value_(std::move(value)) {}

  std::shared_ptr<const T> get() const {
    const std::lock_guard guard(mutex_);
    return value_;
  }

  void set(std::shared_ptr<const T> value) {
    {
      const std::lock_guard guard(mutex_);
      value_.swap(value);
    }
    // The old value goes here, outside the lock: freeing a large one takes long.
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;  // guarded by mutex_
};

}  // namespace rialto
