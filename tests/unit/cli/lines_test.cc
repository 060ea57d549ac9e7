#include "cli/match/lines.h"

#include <vector>

#include "support.h"

namespace rialto::cli {
namespace {

constexpr std::string_view kTooLong = "(too long)";

// What the blocks of a file hold, cut into lines.
std::vector<std::string> read_lines(std::string_view content, std::size_t line_max = 1000) {
  const TemporaryFile file(content);
  auto reader = BlockReader::open(file.path(), line_max);
  EXPECT_TRUE(reader.ok());
  std::vector<std::string> lines;
  Block block;
  for (;;) {
    const auto is_some = reader->next(block);
    EXPECT_TRUE(is_some.ok());
    if (!is_some.ok() || !*is_some) return lines;
    if (block.is_too_long) lines.emplace_back(kTooLong);
    std::string_view text = block.text, line;
    while (take_line(text, line)) lines.emplace_back(line);
  }
}

using Lines = std::vector<std::string>;

TEST(Lines, AreThoseOfTheFile) {
  EXPECT_EQ(read_lines(""), Lines{});
  EXPECT_EQ(read_lines("\n"), Lines{""});
  EXPECT_EQ(read_lines("a"), Lines{"a"});
  EXPECT_EQ(read_lines("a\n"), Lines{"a"});
  EXPECT_EQ(read_lines("a\n\nb\r\nc"), (Lines{"a", "", "b\r", "c"}));
  EXPECT_EQ(read_lines(std::string_view("\0\n\0", 3)),
            (Lines{std::string(1, '\0'), std::string(1, '\0')}));
}

TEST(Lines, AreWholeWhereverReadsCutThem) {
  Lines lines;
  std::string content;
  for (std::size_t i = 0; content.size() < 3'000'000; ++i) {
    lines.push_back(std::string(i * 7919 % 60'000, 'a') + std::to_string(i));
    content += lines.back() + "\n";
  }
  EXPECT_EQ(read_lines(content, 100'000), lines);
  content.pop_back();
  EXPECT_EQ(read_lines(content, 100'000), lines);
}

TEST(Lines, LongerThanTheBoundAreDroppedAlone) {
  const std::string big(900'000, 'x');
  const std::string too_long(kTooLong);
  EXPECT_EQ(read_lines("a\n" + big + "\nb\nc\n"), (Lines{"a", too_long, "b", "c"}));
  EXPECT_EQ(read_lines(big + "\n" + big + "\nc"), (Lines{too_long, too_long, "c"}));
  EXPECT_EQ(read_lines("a\n" + big), (Lines{"a", too_long}));
  EXPECT_EQ(read_lines(big, 1'000'000), Lines{big});
}

TEST(Lines, OfWhatCannotBeReadAreAnError) {
  EXPECT_EQ(BlockReader::open("/nowhere/at/all").error().message,
            "Cannot read /nowhere/at/all: No such file or directory.");
  auto folder = BlockReader::open("/");
  if (!folder.ok()) return;
  Block block;
  EXPECT_EQ(folder->next(block).error().message, "Cannot read /: Is a directory.");
}

TEST(Lines, AreBlankWithoutText) {
  EXPECT_TRUE(is_blank(""));
  EXPECT_TRUE(is_blank(" \t\r"));
  EXPECT_FALSE(is_blank(" x"));
}

}  // namespace
}  // namespace rialto::cli
