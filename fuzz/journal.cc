// The journal's files, as they are and damaged: nothing that was not written comes back, and what
// no damage touched does.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "store/journal/format.h"
#include "store/journal/note.h"

namespace {

using namespace rialto::store;

constexpr std::uint64_t kSalt = 0x5a17;

// Bytes of the input, taken from the front; zeros when there are none left.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}
  bool is_empty() const { return bytes_.empty(); }
  std::size_t number() {
    const std::string_view taken = text(2);
    std::size_t out = 0;
    for (const char byte : taken) out = out * 256 + static_cast<unsigned char>(byte);
    return out;
  }
  std::string_view text(std::size_t size) {
    const std::string_view out = bytes_.substr(0, size);
    bytes_.remove_prefix(out.size());
    return out;
  }

 private:
  std::string_view bytes_;
};

// Whether `part` is what is left of `all` when some are taken away.
bool is_subsequence(const std::vector<std::string_view>& part,
                    const std::vector<std::string>& all) {
  auto at = all.begin();
  for (const std::string_view one : part) {
    at = std::find(at, all.end(), one);
    if (at++ == all.end()) return false;
  }
  return true;
}

void write_and_damage(Choices choices) {
  std::string segment = encode(SegmentHead{.number = 1, .salt = kSalt});
  std::vector<std::string> records;
  const std::size_t groups = choices.number() % 4;
  for (std::size_t i = 0; i < groups; ++i) {
    const std::size_t first = records.size();
    const std::size_t count = 1 + choices.number() % 3;
    for (std::size_t j = 0; j < count; ++j) {
      records.emplace_back(choices.text(choices.number() % 300));
      if (choices.number() % 8 == 0) records.back().append(kBlockBytes, 'r');
    }
    BlockString group;
    const std::vector<std::string_view> views(records.begin() + static_cast<std::ptrdiff_t>(first),
                                              records.end());
    encode_group(kSalt, views, group);
    segment.append(group.data(), group.size());
  }
  const ScannedSegment whole = scan_segment(segment, kSalt, End::IsWhole);
  RIALTO_CHECK(std::ranges::equal(whole.records, records), "what was written is read");
  RIALTO_CHECK(whole.damaged.empty() && whole.end == segment.size(), "it is whole");

  for (const bool is_cut = choices.number() % 2 == 1; !choices.is_empty();) {
    const std::size_t at = kBlockBytes + choices.number();
    if (at >= segment.size()) continue;
    if (is_cut) {
      segment.resize(at);
    } else {
      segment[at] = static_cast<char>(segment[at] ^ (1 + choices.number() % 255));
    }
  }
  const ScannedSegment rest = scan_segment(segment, kSalt, End::MayBeTorn);
  RIALTO_CHECK(is_subsequence(rest.records, records), "nothing is read that was not written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)decode_segment_head(bytes).ok();
  (void)decode_note(bytes).ok();
  for (const End end : {End::MayBeTorn, End::IsWhole}) (void)scan_segment(bytes, kSalt, end);
  write_and_damage(Choices(bytes));
  return 0;
}
