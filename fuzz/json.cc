// JSON text: what is read must be written as JSON that reads the same.
#include <cstdint>

#include "base/check.h"
#include "json/read.h"
#include "json/write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = rialto::json::parse(text);
  if (!value.ok()) return 0;
  const auto again = rialto::json::parse(rialto::json::write(*value));
  RIALTO_CHECK(again.ok() && *again == *value, "writing and reading keep a value");
  const auto compact = rialto::json::read(rialto::json::compact(text));
  RIALTO_CHECK(compact.ok() && compact->root == *value, "dropping blanks keeps a value");
  return 0;
}
