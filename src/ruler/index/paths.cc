#include "ruler/index/paths.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "ruler/index/keys.h"

namespace rialto::ruler {
namespace {

// More keys below one path are looked up by hash.
constexpr std::size_t kListedMax = 16;

std::uint64_t far_hash(std::uint64_t set_seed, PathId parent, std::string_view key) {
  return KeySpace{set_seed, parent}.text_key({ProbeKind::Child, 0}, key).hash;
}

}  // namespace

std::uint64_t head_of(std::string_view key) {
  std::uint64_t out = 0;
  std::memcpy(&out, key.data(), std::min<std::size_t>(key.size(), sizeof out));
  return out;
}

PathId PathTree::find_far_child(PathId from, std::string_view key) const {
  PathId out = kNoPath;
  far_children_.each(far_hash(seed_, from, key), [&](Directory::Item item) {
    const auto* child = reinterpret_cast<const Path::Child*>(item);
    if (get(child->path).parent == from && child->key() == key) out = child->path;
  });
  return out;
}

std::string PathTree::name(PathId path) const {
  std::vector<std::string_view> keys;
  for (; path != kRoot; path = get(path).parent) keys.push_back(get(path).key());
  std::string out;
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    if (key != keys.rbegin()) out += '.';
    out += *key;
  }
  return out;
}

Paths::Paths(Memory& memory, std::uint64_t seed) : memory_(memory) {
  tree_.seed_ = seed;
  auto* root = new (memory_.allocate(sizeof(Path))) Path{};
  root->born = memory_.version();
  root->has_listed_children = true;
  tree_.paths_.push_back(memory_, root);
  uses_.emplace_back();
}

Paths::Draft Paths::draft(PathId path) {
  const Path& now = get(path);
  Draft out;
  out.header = now;
  out.children.assign(now.children(), now.children() + now.listed_count());
  out.probes.assign(now.probes().begin(), now.probes().end());
  return out;
}

void Paths::replace(PathId path, const Draft& draft) {
  Path header = draft.header;
  if (header.has_listed_children) {
    header.child_count = static_cast<std::uint32_t>(draft.children.size());
  }
  header.probe_count = static_cast<std::uint32_t>(draft.probes.size());
  header.born = memory_.version();
  auto* made = new (memory_.allocate(header.bytes())) Path(header);
  auto* children = reinterpret_cast<Path::Child*>(made + 1);
  std::copy(draft.children.begin(), draft.children.end(), children);
  std::copy(draft.probes.begin(), draft.probes.end(),
            reinterpret_cast<Probe*>(children + made->listed_count()));
  Path& old = get(path);
  memory_.retire(&old, old.bytes(), old.born);
  tree_.paths_.set(memory_, path, made);
}

void Paths::add_far_child(PathId parent, const Path::Child& child) {
  auto* kept = new (memory_.allocate(sizeof(Path::Child))) Path::Child(child);
  uses_[child.path].child_born = memory_.version();
  tree_.far_children_.add(memory_, far_hash(tree_.seed_, parent, child.key()),
                          reinterpret_cast<Directory::Item>(kept));
}

// A path with many children stays so until it has none.
void Paths::spread_children(PathId parent, Draft& draft) {
  for (const Path::Child& child : draft.children) add_far_child(parent, child);
  draft.header.child_count = static_cast<std::uint32_t>(draft.children.size());
  draft.header.has_listed_children = false;
  draft.children.clear();
}

void Paths::add_child(PathId parent, const Path::Child& child) {
  Draft next = draft(parent);
  if (next.header.has_listed_children && next.children.size() == kListedMax) {
    spread_children(parent, next);
  }
  if (next.header.has_listed_children) {
    next.children.push_back(child);
  } else {
    add_far_child(parent, child);
    ++next.header.child_count;
  }
  replace(parent, next);
}

void Paths::remove_child(PathId parent, PathId child) {
  Draft next = draft(parent);
  if (next.header.has_listed_children) {
    std::erase_if(next.children, [&](const Path::Child& each) { return each.path == child; });
  } else {
    const std::uint64_t hash = far_hash(tree_.seed_, parent, get(child).key());
    Directory::Item found = 0;
    tree_.far_children_.each(hash, [&](Directory::Item item) {
      if (reinterpret_cast<const Path::Child*>(item)->path == child) found = item;
    });
    tree_.far_children_.remove(memory_, hash, found);
    memory_.retire(reinterpret_cast<void*>(found), sizeof(Path::Child), uses_[child].child_born);
    if (--next.header.child_count == 0) next.header.has_listed_children = true;
  }
  replace(parent, next);
}

PathId Paths::make_child(PathId parent, std::string_view key) {
  const PathId found = tree_.find_child(parent, key);
  if (found != kNoPath) return found;
  auto* text = static_cast<char*>(memory_.allocate(std::max<std::size_t>(key.size(), 1)));
  std::copy(key.begin(), key.end(), text);
  auto* made = new (memory_.allocate(sizeof(Path))) Path{};
  made->born = memory_.version();
  made->parent = parent;
  made->depth = get(parent).depth + 1;
  made->has_listed_children = true;
  made->text = text;
  made->size = static_cast<std::uint32_t>(key.size());
  PathId id = static_cast<PathId>(uses_.size());
  if (free_.empty()) {
    tree_.paths_.push_back(memory_, made);
    uses_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
    tree_.paths_.set(memory_, id, made);
  }
  uses_[id].key_born = memory_.version();
  add_child(parent, {head_of(key), text, made->size, id});
  return id;
}

PathId Paths::make(std::string_view name) {
  PathId out = kRoot;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    out = make_child(out, name.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

void Paths::use(PathId path) {
  if (uses_[path].conditions++ > 0) return;
  Draft next = draft(path);
  next.header.is_field = true;
  replace(path, next);
}

void Paths::release(PathId path) {
  if (--uses_[path].conditions > 0) return;
  Draft next = draft(path);
  next.header.is_field = false;
  replace(path, next);
  drop_if_unused(path);
}

void Paths::drop_if_unused(PathId path) {
  while (path != kRoot && !get(path).is_field && get(path).child_count == 0) {
    Path& unused = get(path);
    const PathId parent = unused.parent;
    remove_child(parent, path);
    memory_.retire(const_cast<char*>(unused.text), std::max<std::size_t>(unused.size, 1),
                   uses_[path].key_born);
    memory_.retire(&unused, unused.bytes(), unused.born);
    tree_.paths_.set(memory_, path, nullptr);
    uses_[path] = Uses{};
    free_.push_back(path);
    path = parent;
  }
}

void Paths::add_probe(PathId path, Probe probe) {
  auto& probes = uses_[path].probes;
  const auto place = std::lower_bound(
      probes.begin(), probes.end(), probe,
      [](const Uses::Waiting& waiting, const Probe& wanted) { return waiting.probe < wanted; });
  if (place != probes.end() && place->probe == probe) {
    ++place->count;
    return;
  }
  probes.insert(place, {probe, 1});
  Draft next = draft(path);
  next.probes.insert(std::lower_bound(next.probes.begin(), next.probes.end(), probe), probe);
  replace(path, next);
}

void Paths::remove_probe(PathId path, Probe probe) {
  auto& probes = uses_[path].probes;
  const auto place = std::lower_bound(
      probes.begin(), probes.end(), probe,
      [](const Uses::Waiting& waiting, const Probe& wanted) { return waiting.probe < wanted; });
  if (--place->count > 0) return;
  probes.erase(place);
  Draft next = draft(path);
  std::erase(next.probes, probe);
  replace(path, next);
}

std::uint64_t Paths::count(PathId path, ProbeKind kind) const {
  std::uint64_t out = 0;
  for (const Uses::Waiting& waiting : uses_[path].probes) {
    if (waiting.probe.kind == kind) out += waiting.count;
  }
  return out;
}

}  // namespace rialto::ruler
