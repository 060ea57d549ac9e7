#include "property/ruler/families.h"

#include <functional>

#include "json/write.h"

namespace rialto::ruler::proof {
namespace {

using Texts = std::vector<std::string>;

// All values by their number of nodes.
class Values {
 public:
  Values(const Texts& keys, const Texts& scalars, std::size_t size_max) : keys_(keys) {
    of_size_.resize(size_max + 1);
    objects_.resize(size_max + 1);
    for (std::size_t size = 1; size <= size_max; ++size) {
      if (size == 1) of_size_[1] = scalars;
      add_objects(size - 1, "{", 0, objects_[size]);
      of_size_[size].insert(of_size_[size].end(), objects_[size].begin(), objects_[size].end());
      add_arrays(size - 1, "[", of_size_[size]);
    }
  }

  const Texts& objects(std::size_t size) const { return objects_[size]; }

 private:
  // Everything that goes on like `open` with `left` more nodes.
  void add_arrays(std::size_t left, const std::string& open, Texts& out) const {
    if (left == 0) return out.push_back(open + "]");
    for (std::size_t size = 1; size <= left; ++size) {
      for (const std::string& value : of_size_[size]) {
        add_arrays(left - size, open + (open.size() > 1 ? "," : "") + value, out);
      }
    }
  }

  // `used` has a bit for each key that is in.
  void add_objects(std::size_t left, const std::string& open, unsigned used, Texts& out) const {
    if (left == 0) return out.push_back(open + "}");
    for (std::size_t key = 0; key < keys_.size(); ++key) {
      if ((used >> key) & 1U) continue;
      const std::string name = (used == 0 ? "" : ",") + json::quoted(keys_[key]) + ":";
      for (std::size_t size = 1; size <= left; ++size) {
        for (const std::string& value : of_size_[size]) {
          add_objects(left - size, open + name + value, used | (1U << key), out);
        }
      }
    }
  }

  const Texts& keys_;
  std::vector<Texts> of_size_;
  std::vector<Texts> objects_;
};

}  // namespace

std::vector<std::string> words(const std::vector<std::string>& letters, std::size_t length_max) {
  Texts out = {""};
  std::size_t first = 0;
  for (std::size_t length = 1; length <= length_max; ++length) {
    const std::size_t end = out.size();
    for (std::size_t i = first; i < end; ++i) {
      for (const std::string& letter : letters) out.push_back(out[i] + letter);
    }
    first = end;
  }
  return out;
}

std::vector<std::string> arrays(const std::vector<std::string>& values, std::size_t length_max) {
  Texts out;
  const std::function<void(const std::string&, std::size_t)> go = [&](const std::string& open,
                                                                      std::size_t left) {
    out.push_back(open + "]");
    if (left == 0) return;
    for (const std::string& value : values) {
      go(open + (open.size() > 1 ? "," : "") + value, left - 1);
    }
  };
  go("[", length_max);
  return out;
}

std::vector<std::string> objects(const std::vector<std::string>& keys,
                                 const std::vector<std::string>& scalars, std::size_t size_max) {
  const Values values(keys, scalars, size_max);
  Texts out;
  for (std::size_t size = 1; size <= size_max; ++size) {
    out.insert(out.end(), values.objects(size).begin(), values.objects(size).end());
  }
  return out;
}

}  // namespace rialto::ruler::proof
