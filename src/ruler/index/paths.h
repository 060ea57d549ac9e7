// The paths that rules name, as a tree of keys: how an event's keys lead to fields, and which
// probes are worth asking of a field's values. In versions (memory.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ruler/index/directory.h"
#include "ruler/index/memory.h"
#include "ruler/index/probe.h"
#include "ruler/index/table.h"

namespace rialto::ruler {

using PathId = std::uint32_t;

// Of the event itself; the parent of its keys.
inline constexpr PathId kRoot = 0;
inline constexpr PathId kNoPath = ~PathId{0};

// The first bytes of a key, zeros behind the end of a short one.
std::uint64_t head_of(std::string_view key);

struct Path {
  // A key that leads on from here.
  struct Child {
    std::uint64_t head;
    const char* text;
    std::uint32_t size;
    PathId path;

    std::string_view key() const { return {text, size}; }
  };

  Memory::Version born;
  PathId parent;
  std::uint32_t depth;        // keys from the root on
  std::uint32_t child_count;  // of all
  std::uint32_t probe_count;
  bool is_field;             // some rule wants to know its values
  bool has_listed_children;  // they are below; else in the directory (Child)
  const char* text;          // its own key
  std::uint32_t size;

  // Behind it: the listed children, then the probes, ordered.
  const Child* children() const { return reinterpret_cast<const Child*>(this + 1); }
  std::uint32_t listed_count() const { return has_listed_children ? child_count : 0; }
  std::span<const Probe> probes() const {
    return {reinterpret_cast<const Probe*>(children() + listed_count()), probe_count};
  }
  std::string_view key() const { return {text, size}; }
  std::size_t bytes() const {
    return sizeof(Path) + listed_count() * sizeof(Child) + probe_count * sizeof(Probe);
  }
};

// Paths as a snapshot sees them. Trivially copyable.
class PathTree {
 public:
  const Path& get(PathId path) const { return *static_cast<const Path*>(paths_.get(path)); }

  // How far the numbers of paths reach.
  std::size_t limit() const { return paths_.size(); }

  // The path that `key`, which has no dot, leads to from `from`; kNoPath. `head` is head_of(key).
  PathId find_child(const Path& from, PathId from_id, std::string_view key,
                    std::uint64_t head) const {
    if (!from.has_listed_children) return find_far_child(from_id, key);
    const Path::Child* child = from.children();
    for (std::uint32_t i = 0; i < from.child_count; ++i, ++child) {
      if (child->head != head || child->size != key.size()) continue;
      if (key.size() <= 8 || child->key().substr(8) == key.substr(8)) return child->path;
    }
    return kNoPath;
  }
  PathId find_child(PathId from, std::string_view key) const {
    return find_child(get(from), from, key, head_of(key));
  }

  // The keys from the root, joined by dots.
  std::string name(PathId path) const;

 private:
  friend class Paths;
  PathId find_far_child(PathId from, std::string_view key) const;

  Table paths_;
  Directory far_children_;
  std::uint64_t seed_ = 0;
};

// The writer's side: paths appear with the first rule that names them and go with the last.
class Paths {
 public:
  Paths(Memory& memory, std::uint64_t seed);

  const PathTree& tree() const { return tree_; }

  // The path of these keys, joined by dots, made where it is new.
  PathId make(std::string_view name);

  // One more (or one less) condition names the path. Without any, it is gone with the next call.
  void use(PathId path);
  void release(PathId path);

  // One more (or one less) key waits under the probe.
  void add_probe(PathId path, Probe probe);
  void remove_probe(PathId path, Probe probe);

  // How many keys wait under probes of that kind.
  std::uint64_t count(PathId path, ProbeKind kind) const;

 private:
  struct Uses {
    Memory::Version key_born = 0;    // of the text
    Memory::Version child_born = 0;  // of its place among the far children, if it has one
    std::uint32_t conditions = 0;
    struct Waiting {
      Probe probe;
      std::uint32_t count = 0;
    };
    std::vector<Waiting> probes;  // ordered
  };
  // What the path should become.
  struct Draft {
    std::vector<Path::Child> children;
    std::vector<Probe> probes;
    Path header;
  };

  Path& get(PathId path) { return *static_cast<Path*>(tree_.paths_.get(path)); }
  Draft draft(PathId path);
  void replace(PathId path, const Draft& draft);
  PathId make_child(PathId parent, std::string_view key);
  void add_child(PathId parent, const Path::Child& child);
  void remove_child(PathId parent, PathId child);
  void spread_children(PathId parent, Draft& draft);
  void add_far_child(PathId parent, const Path::Child& child);
  void drop_if_unused(PathId path);

  Memory& memory_;
  PathTree tree_;
  std::vector<Uses> uses_;
  std::vector<PathId> free_;
};

}  // namespace rialto::ruler
