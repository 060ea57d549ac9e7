#include "json/write.h"

#include <gtest/gtest.h>

namespace rialto::json {
namespace {

TEST(Write, EscapesWhatMustBeAndNothingElse) {
  EXPECT_EQ(json::quoted("a\"b\\c\n\r\t\b\f"), R"("a\"b\\c\n\r\t\b\f")");
  EXPECT_EQ(json::quoted(std::string("\0\x1F\x20\x7F\xC3\xA9/", 7)),
            "\"\\u0000\\u001f \x7F\xC3\xA9/\"");
}

// Texts are looked at by eight bytes.
TEST(Write, FindsWhatNeedsAnEscapeWhereverItStands) {
  for (std::size_t size = 1; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'x');
        text[at] = static_cast<char>(byte);
        const std::string one = json::quoted(text.substr(at, 1));
        const std::string expected =
            '"' + text.substr(0, at) + one.substr(1, one.size() - 2) + text.substr(at + 1) + '"';
        ASSERT_EQ(json::quoted(text), expected) << size << " " << at << " " << byte;
      }
    }
  }
}

}  // namespace
}  // namespace rialto::json
