// Stored values and ARNs: damaged bytes are refused, never trusted.
#include <cstdint>

#include "bus/tally.h"
#include "delivery/delivery.h"
#include "delivery/destination.h"
#include "model/archive.h"
#include "model/arn.h"
#include "model/bus.h"
#include "model/event.h"
#include "schedule/fired.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)rialto::model::decode_event(bytes).ok();
  (void)rialto::model::decode_bus(bytes).ok();
  (void)rialto::model::decode_rule(bytes).ok();
  (void)rialto::model::decode_archive(bytes).ok();
  (void)rialto::model::decode_replay(bytes).ok();
  (void)rialto::model::with_replay_name(bytes, "r").ok();
  (void)rialto::model::id_of(bytes);
  (void)rialto::bus::decode_totals(bytes).ok();
  (void)rialto::delivery::decode_destination(bytes).ok();
  const std::size_t middle = size / 2;
  (void)rialto::delivery::decode_due(bytes.substr(0, middle), bytes.substr(middle)).ok();
  (void)rialto::schedule::decode_fired(bytes).ok();
  (void)rialto::model::BusRef::parse(bytes, {}).ok();
  (void)rialto::model::RuleRef::parse(bytes).ok();
  (void)rialto::model::QueueRef::parse(bytes).ok();
  return 0;
}
