// The lines of a file or a pipe, in blocks: few system calls, and no copy of a line but of the one
// that a read cuts. Private to cli.
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace rialto::cli {

inline constexpr std::size_t kLineBytesMax = 64U << 20;  // ours: far beyond any service's events

// Lines that follow each other, whole.
struct Block {
  std::string text;
  // Instead of lines: there was one too long to be kept; its text is lost.
  bool is_too_long = false;
};

// One thread at a time.
class BlockReader {
 public:
  // "-" is standard input. Errors: NotFound.
  static Result<BlockReader> open(const std::string& path, std::size_t line_max = kLineBytesMax);

  // Replaces `block` by what follows; false at the end of the input. It returns as soon as one line
  // is whole, so that whoever writes lines into a pipe is heard line by line. The last line may
  // lack its line feed. Errors: Unavailable.
  Result<bool> next(Block& block);

  // For messages.
  const std::string& name() const { return name_; }

 private:
  struct Closer {
    void operator()(std::FILE* file) const;
  };

  BlockReader(std::unique_ptr<std::FILE, Closer> file, std::string name, std::size_t line_max)
      : file_(std::move(file)), name_(std::move(name)), line_max_(line_max) {}
  Result<> read_more(std::string& text);
  Result<bool> skip_line(Block& block);

  std::unique_ptr<std::FILE, Closer> file_;
  std::string name_;
  std::size_t line_max_;
  std::string rest_;  // what was read of the lines after the last block
  bool is_at_end_ = false;
};

// Takes the first line off `text`, without its line feed; false when there is none.
bool take_line(std::string_view& text, std::string_view& line);

// What is said of a line that is longer than kLineBytesMax.
std::string too_long_message();

// Whether there is nothing on the line but blanks.
bool is_blank(std::string_view line);

}  // namespace rialto::cli
