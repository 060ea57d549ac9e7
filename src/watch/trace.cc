#include "watch/trace.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace rialto::watch {
namespace {

// Small enough that dropping one costs little history, large enough to be rare.
constexpr std::size_t kBlockBytesMax = 1U << 20;
constexpr std::size_t kBlocksMin = 8;

TraceOptions settled(TraceOptions options) {
  if (options.keep.count() == 0 || options.bytes_max == 0) return {options.keep, 0};
  options.bytes_max = std::max(options.bytes_max, kTraceBytesMin);
  return options;
}

}  // namespace

Trace::Trace(TraceOptions options)
    : options_(settled(options)),
      block_bytes_(std::min(kBlockBytesMax, options_.bytes_max / kBlocksMin)) {}

void Trace::record(std::string_view steps, TimePoint now) {
  RIALTO_CHECK(is_on(), "the caller asks first");
  const std::lock_guard guard(mutex_);
  drop_old(now);
  while (!steps.empty()) {
    Block* block = blocks_.empty() ? &begin_block() : blocks_.back().get();
    if (block->used + step_size(steps) > block_bytes_) block = &begin_block();
    // As many whole steps as there is room for.
    std::size_t size = steps.size();
    if (block->used + size > block_bytes_) {
      size = 0;
      while (block->used + size + step_size(steps.substr(size)) <= block_bytes_) {
        size += step_size(steps.substr(size));
      }
    }
    std::memcpy(block->bytes.get() + block->used, steps.data(), size);
    block->used += size;
    block->last_at = now;
    steps.remove_prefix(size);
  }
}

void Trace::drop_old(TimePoint now) {
  while (!blocks_.empty() && blocks_.front()->last_at + options_.keep < now) blocks_.pop_front();
}

Trace::Block& Trace::begin_block() {
  std::shared_ptr<Block> block;
  if ((blocks_.size() + 1) * block_bytes_ > options_.bytes_max) {
    block = std::move(blocks_.front());
    blocks_.pop_front();
  }
  // New memory costs more than writing to it. One that somebody still reads stays as it is: whoever
  // reads lets go of it under the lock.
  if (block == nullptr || block.use_count() > 1) block = std::make_shared<Block>(block_bytes_);
  block->used = 0;
  return *blocks_.emplace_back(std::move(block));
}

Story Trace::find(std::string_view id, TimePoint now) {
  std::vector<Kept> kept;
  {
    const std::lock_guard guard(mutex_);
    drop_old(now);
    for (const auto& block : blocks_) kept.emplace_back(block, block->used);
  }
  Story story = read(kept, id, now - options_.keep);
  const std::lock_guard guard(mutex_);
  kept.clear();
  return story;
}

Story Trace::read(const std::vector<Kept>& blocks, std::string_view id, TimePoint since) {
  const std::uint64_t key = step_key(id);
  Story story;
  for (const auto& [block, used] : blocks) {
    std::string_view rest(block->bytes.get(), used);
    for (; !rest.empty(); rest.remove_prefix(step_size(rest))) {
      if (first_key(rest) != key) continue;
      const StoredStep stored = decode_step(rest);
      if (!stored.id.empty() && stored.id != id.substr(0, kStepTextMax)) continue;
      if (stored.step.at < since) continue;
      if (story.steps.size() == kStoryStepsMax) {
        story.is_cut = true;
        return story;
      }
      story.steps.emplace_back(rest.substr(0, step_size(rest)));
    }
  }
  return story;
}

void Trace::reset() {
  const std::lock_guard guard(mutex_);
  blocks_.clear();
}

}  // namespace rialto::watch
