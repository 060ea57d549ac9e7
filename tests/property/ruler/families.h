// Families of patterns and events. Each is meant to be tried whole, every pattern with every event:
// all there is of one kind up to a size, over an alphabet as small as shows all differences.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rialto::ruler::proof {

struct Case {
  std::string_view operation;  // what it is counted under
  std::string pattern;
};

struct Family {
  const char* name = "";
  // Every so manieth event is tried in a quick run. A prime, so that no rhythm of the events' order
  // keeps a kind of them out.
  std::size_t slice_stride = 1;
  std::vector<Case> cases;
  std::vector<std::string> events;
};

// One field, one value (or an array of values).
Family strings();
Family letters();
Family numbers();
Family addresses();
Family lists();

// Few values, many shapes.
Family shapes();
Family elements();
Family nested_elements();
Family alternatives();
Family dotted_keys();

// What the families are made of.

// All strings of at most `length_max` letters, the shortest first.
std::vector<std::string> words(const std::vector<std::string>& letters, std::size_t length_max);

// All arrays of at most `length_max` of these values, as JSON.
std::vector<std::string> arrays(const std::vector<std::string>& values, std::size_t length_max);

// All objects of at most `size_max` nodes: scalars, arrays and objects count one each. Members come
// in every order.
std::vector<std::string> objects(const std::vector<std::string>& keys,
                                 const std::vector<std::string>& scalars, std::size_t size_max);

}  // namespace rialto::ruler::proof
