#include "store/overlay/merged_scan.h"

#include <algorithm>

namespace rialto::store {
namespace {

// Entries of a layer are copied so many at a time, so that its lock is held for a short while.
constexpr std::size_t kChunk = 128;

class LayerCursor {
 public:
  LayerCursor(const Layer& layer, Table table, Range range)
      : layer_(layer), table_(table), range_(std::move(range)), gaps_(layer.gaps(table)) {
    fill();
  }

  bool is_valid() const { return at_ < items_.size(); }
  std::string_view key() const { return items_[at_].first; }
  const Layer::Entry& entry() const { return items_[at_].second; }

  void next() {
    if (++at_ < items_.size() || items_.size() < kChunk) return;
    range_.from = std::string(items_.back().first) + '\0';
    fill();
  }

  // Whether what lies below at `key` is gone.
  bool hides(std::string_view key) const {
    return std::ranges::any_of(gaps_, [&](const Layer::Gap& gap) { return gap.covers(key); });
  }

 private:
  void fill() {
    items_.clear();
    at_ = 0;
    layer_.read(table_, range_, kChunk, items_);
  }

  const Layer& layer_;
  const Table table_;
  Range range_;
  const std::vector<Layer::Gap> gaps_;
  std::vector<Layer::Item> items_;
  std::size_t at_ = 0;
};

struct Step {
  std::string_view key;
  std::string_view value;
  bool is_there = false;
};

class MergedCursor {
 public:
  MergedCursor(const Layers& layers, Tables::Cursor& below, Table table, const Range& range)
      : below_(below) {
    cursors_.reserve(layers.size());
    for (const auto& layer : layers) cursors_.emplace_back(*layer, table, range);
  }

  // The next key that anybody knows.
  std::optional<Step> step() const {
    const LayerCursor* newest = nullptr;
    for (const LayerCursor& each : cursors_) {
      if (each.is_valid() && (newest == nullptr || each.key() < newest->key())) newest = &each;
    }
    if (below_.is_valid() && (newest == nullptr || below_.key() < newest->key())) {
      return Step{below_.key(), below_.value(), !is_hidden(below_.key(), cursors_.size())};
    }
    if (newest == nullptr) return std::nullopt;
    const auto depth = static_cast<std::size_t>(newest - cursors_.data());
    const bool is_there = !newest->entry().is_erased && !is_hidden(newest->key(), depth);
    return Step{newest->key(), newest->entry().value, is_there};
  }

  void pass(std::string_view key) {
    const std::string passed(key);  // it may lie in what moves on
    for (LayerCursor& each : cursors_) {
      if (each.is_valid() && each.key() == passed) each.next();
    }
    if (below_.is_valid() && below_.key() == passed) below_.next();
  }

 private:
  bool is_hidden(std::string_view key, std::size_t depth) const {
    return std::any_of(cursors_.begin(), cursors_.begin() + static_cast<std::ptrdiff_t>(depth),
                       [&](const LayerCursor& above) { return above.hides(key); });
  }

  std::vector<LayerCursor> cursors_;
  Tables::Cursor& below_;
};

}  // namespace

Result<> scan_merged(const Layers& layers, std::unique_ptr<Tables::Cursor> below, Table table,
                     const Range& range, const Visitor& visitor) {
  MergedCursor merged(layers, *below, table, range);
  while (const auto step = merged.step()) {
    if (step->is_there && !visitor(step->key, step->value)) return {};
    merged.pass(step->key);
  }
  return below->outcome();
}

}  // namespace rialto::store
