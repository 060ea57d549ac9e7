// Random patterns and events as text, out of pools so small that they often meet, and as nasty as
// JSON lets them be. What comes out depends on the seed alone, on every machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/random.h"

namespace rialto::ruler::proof {

using test::Random;

// Each generator has a theme: which keys, strings, numbers and operators there are.
class Generator {
 public:
  explicit Generator(Random& random);

  // Nearly always a valid one: a few have too many wildcards, or `$or` where AWS allows none.
  std::string pattern();

  // A JSON object that json::read accepts. Some have repeated keys.
  std::string event();

 private:
  // How an event is written.
  struct Dress {
    bool has_blanks = false;
    bool has_escapes = false;
    bool repeats_keys = false;
  };

  std::string pattern_object(std::size_t depth, bool has_or);
  std::string either(std::size_t depth);
  std::string matchers();
  std::string matcher();
  std::string text_matcher();
  std::string anything_but();
  std::string numeric();
  std::string wildcard();
  std::string fragment();

  std::string event_object(std::size_t depth);
  std::string event_value(std::size_t depth);
  std::string event_array(std::size_t depth);
  std::string scalar();
  std::string nested(std::size_t depth);
  std::string event_string(std::string_view text);
  std::string blank();

  Random& random_;
  std::vector<std::string> keys_;
  std::vector<std::string> strings_;
  std::vector<std::string> numbers_;
  std::size_t depth_ = 0;
  std::size_t members_ = 0;
  std::size_t theme_ = 0;
  Dress dress_;
};

}  // namespace rialto::ruler::proof
