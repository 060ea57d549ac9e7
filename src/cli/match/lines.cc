#include "cli/match/lines.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace rialto::cli {
namespace {

constexpr std::size_t kReadBytes = 256U << 10;
// A buffer that one long line has made bigger is let go.
constexpr std::size_t kKeptBytesMax = 4U << 20;

std::string system_message() { return std::generic_category().message(errno); }

void let_go_if_big(std::string& buffer) {
  if (buffer.capacity() > kKeptBytesMax && buffer.size() <= kKeptBytesMax / 2) {
    buffer = std::string(buffer);
  }
}

}  // namespace

void BlockReader::Closer::operator()(std::FILE* file) const {
  if (file != stdin) std::fclose(file);
}

Result<BlockReader> BlockReader::open(const std::string& path, std::size_t line_max) {
  const bool is_stdin = path == "-";
  std::unique_ptr<std::FILE, Closer> file(is_stdin ? stdin : std::fopen(path.c_str(), "rb"));
  if (!file) return fail(Code::NotFound, "Cannot read " + path + ": " + system_message() + ".");
  return BlockReader(std::move(file), is_stdin ? "standard input" : path, line_max);
}

// By read(2), for fread waits until its buffer is full.
Result<> BlockReader::read_more(std::string& text) {
  const std::size_t before = text.size();
  ssize_t got = 0;
  text.resize_and_overwrite(before + kReadBytes, [&](char* data, std::size_t) {
    do {
      got = ::read(fileno(file_.get()), data + before, kReadBytes);
    } while (got < 0 && errno == EINTR);
    return before + static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  });
  if (got < 0) {
    return fail(Code::Unavailable, "Cannot read " + name_ + ": " + system_message() + ".");
  }
  is_at_end_ = got == 0;
  return {};
}

Result<bool> BlockReader::next(Block& block) {
  block.is_too_long = false;
  block.text.clear();
  let_go_if_big(block.text);
  let_go_if_big(rest_);
  block.text.swap(rest_);
  for (std::size_t searched = 0;;) {
    const std::string_view text = block.text;
    if (const std::size_t end = text.substr(searched).rfind('\n'); end != text.npos) {
      rest_.assign(text.substr(searched + end + 1));
      block.text.resize(searched + end + 1);
      return true;
    }
    if (text.size() > line_max_) return skip_line(block);
    if (is_at_end_) return !text.empty();
    searched = text.size();
    RIALTO_TRY_VOID(read_more(block.text));
  }
}

Result<bool> BlockReader::skip_line(Block& block) {
  block.text.clear();
  block.is_too_long = true;
  while (!is_at_end_) {
    rest_.clear();
    RIALTO_TRY_VOID(read_more(rest_));
    if (const std::size_t end = rest_.find('\n'); end != rest_.npos) {
      rest_.erase(0, end + 1);
      break;
    }
  }
  return true;
}

bool take_line(std::string_view& text, std::string_view& line) {
  if (text.empty()) return false;
  line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return true;
}

std::string too_long_message() {
  return "The line is longer than " + std::to_string(kLineBytesMax >> 20) + " MB.";
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

}  // namespace rialto::cli
