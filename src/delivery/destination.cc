#include "delivery/destination.h"

#include "base/bytes.h"
#include "base/crypto/digest.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::delivery {
namespace {

constexpr std::uint8_t kDestinationVersion = 1;

// Strangers choose what is hashed here, so that the hash must not be one that can be steered: two
// destinations of one lane would be one destination.
store::LaneId lane_of(const Destination& destination) {
  const std::string digest = crypto::sha256(encode(destination));
  ByteReader reader(digest);
  return {.high = reader.u64(), .low = reader.u64()};
}

}  // namespace

std::shared_ptr<const Destination> make_destination(std::string rule_arn, std::string rule_name,
                                                    model::Target target) {
  auto out = std::make_shared<Destination>(
      Destination{std::move(rule_arn), std::move(rule_name), std::move(target), {}});
  out->lane = lane_of(*out);
  return out;
}

std::string encode(const Destination& destination) {
  std::string out(1, static_cast<char>(kDestinationVersion));
  append_text(out, destination.rule_arn);
  append_text(out, destination.rule_name);
  append_text(out, json::write(destination.target.given));
  return out;
}

Result<std::shared_ptr<const Destination>> decode_destination(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  std::string rule_arn(reader.text());
  std::string rule_name(reader.text());
  const std::string_view given = reader.text();
  if (!reader.is_at_end() || version != kDestinationVersion) {
    return fail(Code::Corruption, "A stored destination cannot be read.");
  }
  auto json = json::parse(given);
  if (!json.ok()) return fail(Code::Corruption, "A stored destination's target is not JSON.");
  RIALTO_TRY(auto target, model::decode_target(std::move(json).value()));
  return make_destination(std::move(rule_arn), std::move(rule_name), std::move(target));
}

}  // namespace rialto::delivery
