// Resources of one kind, by scope and name. What a reader was given stays as it was; a change puts
// another one in its place.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "model/arn.h"

namespace rialto::connection {

// Safe to call from any thread. T has scope() and a name.
template <class T>
class Shelf {
 public:
  using Shared = std::shared_ptr<const T>;

  // nullptr when there is none.
  Shared find(const model::Scope& scope, std::string_view name) const {
    const std::lock_guard guard(mutex_);
    const auto names = resources_.find(scope);
    if (names == resources_.end()) return nullptr;
    const auto found = names->second.find(name);
    return found == names->second.end() ? nullptr : found->second;
  }

  // By name.
  std::vector<Shared> list(const model::Scope& scope) const {
    const std::lock_guard guard(mutex_);
    std::vector<Shared> out;
    const auto names = resources_.find(scope);
    if (names == resources_.end()) return out;
    for (const auto& [name, resource] : names->second) out.push_back(resource);
    return out;
  }

  std::vector<Shared> all() const {
    const std::lock_guard guard(mutex_);
    std::vector<Shared> out;
    for (const auto& [scope, names] : resources_) {
      for (const auto& [name, resource] : names) out.push_back(resource);
    }
    return out;
  }

  std::size_t count(const model::Scope& scope) const {
    const std::lock_guard guard(mutex_);
    const auto names = resources_.find(scope);
    return names == resources_.end() ? 0 : names->second.size();
  }

  void put(Shared resource) {
    const std::lock_guard guard(mutex_);
    const std::string& name = resource->name;
    resources_[resource->scope()].insert_or_assign(name, std::move(resource));
  }

  void erase(const model::Scope& scope, std::string_view name) {
    const std::lock_guard guard(mutex_);
    const auto names = resources_.find(scope);
    if (names == resources_.end()) return;
    if (const auto found = names->second.find(name); found != names->second.end()) {
      names->second.erase(found);
    }
  }

  void clear() {
    const std::lock_guard guard(mutex_);
    resources_.clear();
  }

 private:
  using ByName = std::map<std::string, Shared, std::less<>>;

  mutable std::mutex mutex_;                  // a leaf
  std::map<model::Scope, ByName> resources_;  // guarded by mutex_
};

}  // namespace rialto::connection
