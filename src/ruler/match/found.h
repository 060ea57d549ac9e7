// What a scan finds in an event: the leaves at paths that rules name, and the elements of arrays
// that they lie in (docs/spec/01 §3.1). Memory that is kept from event to event.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "json/value.h"
#include "ruler/index/leaf.h"
#include "ruler/index/paths.h"

namespace rialto::ruler {

// An object or an array that is an element of an array. Scalars of one array do not exclude each
// other, so they are none.
struct Element {
  std::uint32_t parent;  // the element around it; 0: none
  std::uint32_t array;   // a number of the array
  std::uint32_t index;
  std::uint32_t depth;  // of the array's path
  // The leaves inside are those from `begin` up to `end`.
  std::uint32_t begin;
  std::uint32_t end;
};

class Found {
 public:
  // Forgets the event before. `path_limit`: PathTree::limit.
  void begin(std::size_t path_limit);

  // Leaves and elements count from 1; what has the number 0 is none (of elements: the event).
  const std::vector<Leaf>& leaves() const { return leaves_; }
  const std::vector<Element>& elements() const { return elements_; }
  std::uint32_t first_leaf(PathId path) const {
    return fields_[path].epoch == epoch_ ? fields_[path].first : 0;
  }

  // The paths with leaves, in the order of the event.
  const std::vector<PathId>& fields() const { return touched_; }

  // Whether two ways led to one path, which only keys with dots make possible.
  bool has_aliases() const { return has_aliases_; }
  void set_has_aliases() { has_aliases_ = true; }

  void add(PathId path, Leaf::Kind kind, const char* data, std::size_t size) {
    FieldState& field = fields_[path];
    const auto place = static_cast<std::uint32_t>(leaves_.size());
    Leaf& leaf = leaves_.emplace_back();
    leaf.data = data;
    leaf.size = static_cast<std::uint32_t>(size);
    leaf.path = path;
    leaf.element = element_;
    leaf.kind = kind;
    if (field.epoch == epoch_) {
      leaves_[field.last].next = place;
      field.last = place;
    } else {
      field = {epoch_, place, place};
      touched_.push_back(path);
    }
  }

  std::uint32_t open_array() { return ++arrays_; }

  // Leaves belong to the element until it is closed.
  void open_element(std::uint32_t array, std::uint32_t index, std::uint32_t depth) {
    elements_.push_back(
        {element_, array, index, depth, static_cast<std::uint32_t>(leaves_.size()), 0});
    element_ = static_cast<std::uint32_t>(elements_.size() - 1);
  }
  void close_element() {
    Element& element = elements_[element_];
    element.end = static_cast<std::uint32_t>(leaves_.size());
    element_ = element.parent;
  }

  // Whether the path was seen already in the object that has this number; it is from now on. Also
  // when an object inside led to it, by a key with dots: then nobody knows any more.
  bool is_repeated(PathId child, std::uint64_t object) {
    if (seen_in_[child] >= object) return true;
    seen_in_[child] = object;
    return false;
  }

  std::uint64_t open_object() { return ++objects_; }

  // Memory for strings without their escapes, of which an event has no more bytes than itself.
  std::string& unescaped() { return unescaped_; }

 private:
  struct FieldState {
    std::uint32_t epoch = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };

  std::uint32_t epoch_ = 0;
  std::uint32_t arrays_ = 0;
  std::uint32_t element_ = 0;
  std::uint64_t objects_ = 0;  // of all events; one inside another has the greater number
  bool has_aliases_ = false;
  std::vector<Leaf> leaves_;
  std::vector<Element> elements_;
  std::vector<FieldState> fields_;      // by path
  std::vector<std::uint64_t> seen_in_;  // by path
  std::vector<PathId> touched_;
  std::string unescaped_;
};

// Finds the leaves of a document. Requires `found` begun; keys of an object each once.
void find_leaves(const json::Value& event, const PathTree& paths, Found& found);

}  // namespace rialto::ruler
