// malloc and its kin, counted. What a program defines itself goes before glibc's, for operator new
// and for all libraries too; glibc has the real ones under a second name.
#include "support/allocations.h"

#include <malloc.h>

#include <atomic>
#include <cerrno>

namespace {

std::atomic<std::size_t> taken{0};
std::atomic<std::size_t> live{0};

}  // namespace

namespace rialto::test {

std::size_t allocations() { return taken.load(std::memory_order_relaxed); }
std::size_t live_bytes() { return live.load(std::memory_order_relaxed); }

}  // namespace rialto::test

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

namespace {

void* count(void* piece) {
  if (piece == nullptr) return nullptr;
  taken.fetch_add(1, std::memory_order_relaxed);
  live.fetch_add(malloc_usable_size(piece), std::memory_order_relaxed);
  return piece;
}

void forget(void* piece) {
  if (piece != nullptr) live.fetch_sub(malloc_usable_size(piece), std::memory_order_relaxed);
}

}  // namespace

extern "C" {

void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* piece, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
void __libc_free(void* piece);

void* malloc(std::size_t bytes) { return count(__libc_malloc(bytes)); }
void* calloc(std::size_t many, std::size_t bytes) { return count(__libc_calloc(many, bytes)); }
void* memalign(std::size_t alignment, std::size_t bytes) {
  return count(__libc_memalign(alignment, bytes));
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) { return memalign(alignment, bytes); }

int posix_memalign(void** out, std::size_t alignment, std::size_t bytes) {
  void* piece = memalign(alignment, bytes);
  if (piece == nullptr) return ENOMEM;
  *out = piece;
  return 0;
}

void* realloc(void* piece, std::size_t bytes) {
  forget(piece);
  return count(__libc_realloc(piece, bytes));
}

void free(void* piece) {
  forget(piece);
  __libc_free(piece);
}

}  // extern "C"

#endif
