// An event pattern, a line break, an event: nothing crashes, and the explanation agrees with the
// matcher.
#include <cstdint>

#include "base/check.h"
#include "json/read.h"
#include "ruler/explain.h"
#include "ruler/reference.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t split = text.find('\n');
  const auto pattern = rialto::ruler::Pattern::compile(text.substr(0, split));
  if (!pattern.ok() || split == text.npos) return 0;
  const auto event = rialto::json::parse(text.substr(split + 1));
  if (!event.ok()) return 0;
  const bool is_match = rialto::ruler::matches(*pattern, *event);
  const auto explanation = rialto::ruler::explain(*pattern, *event);
  RIALTO_CHECK(explanation.matched == is_match, "the explanation agrees with the matcher");
  return 0;
}
