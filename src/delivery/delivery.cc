#include "delivery/delivery.h"

#include "base/bytes.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::delivery {
namespace {

constexpr std::uint8_t kDeliveryVersion = 1;

}  // namespace

std::string encode(const Delivery& delivery) {
  std::string out(1, static_cast<char>(kDeliveryVersion));
  append_u32(out, static_cast<std::uint32_t>(delivery.attempts));
  append_u64(out, static_cast<std::uint64_t>(to_millis(delivery.due_at)));
  append_text(out, delivery.destination->rule_arn);
  append_text(out, delivery.destination->rule_name);
  append_text(out, json::write(delivery.destination->target.given));
  return out;
}

Result<Delivery> decode_delivery(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  Delivery delivery;
  delivery.attempts = static_cast<int>(reader.u32());
  delivery.due_at = from_millis(static_cast<std::int64_t>(reader.u64()));
  auto destination = std::make_shared<Destination>();
  destination->rule_arn = reader.text();
  destination->rule_name = reader.text();
  const std::string_view target = reader.text();
  if (!reader.is_at_end() || version != kDeliveryVersion) {
    return fail(Code::Corruption, "A stored delivery cannot be read.");
  }
  auto given = json::parse(target);
  if (!given.ok()) return fail(Code::Corruption, "A stored delivery's target is not JSON.");
  RIALTO_TRY(destination->target, model::decode_target(std::move(given).value()));
  delivery.destination = std::move(destination);
  return delivery;
}

}  // namespace rialto::delivery
