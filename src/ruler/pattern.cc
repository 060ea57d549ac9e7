#include "ruler/pattern.h"

#include "ruler/parse/compiler.h"
#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

Error invalid(std::string_view reason) {
  return fail(Code::InvalidArgument, "Event pattern is not valid. Reason: " + std::string(reason),
              "InvalidEventPatternException");
}

}  // namespace

Result<Pattern> Pattern::compile(std::string_view text) {
  if (!utf8::is_valid(text)) return invalid("The text is not valid UTF-8");
  Result<Pattern> pattern = Compiler(text).compile();
  if (!pattern.ok()) return invalid(pattern.error().message);
  return pattern;
}

}  // namespace rialto::ruler
