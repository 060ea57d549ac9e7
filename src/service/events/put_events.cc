#include "json/read.h"
#include "ruler/reference.h"
#include "ruler/test_event.h"
#include "service/events/common.h"
#include "service/events_service.h"

namespace rialto::service {
namespace {

using namespace api::events;

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

// `Root=1-<8 hex>-<24 hex>`, anywhere among the header's parts. Invalid headers are dropped and the
// event goes on (docs/spec/02 §8).
bool is_trace_header(std::string_view header) {
  constexpr std::string_view kRoot = "Root=1-";
  const std::size_t at = header.find(kRoot);
  if (at == header.npos) return false;
  std::string_view root = header.substr(at + kRoot.size());
  root = root.substr(0, root.find(';'));
  return root.size() == 33 && root[8] == '-' && is_hex(root.substr(0, 8)) && is_hex(root.substr(9));
}

// What entries of both kinds have.
template <class Given>
bus::Entry to_entry(Given& given) {
  bus::Entry entry;
  entry.source = std::move(given.source).value_or("");
  entry.detail_type = std::move(given.detail_type).value_or("");
  entry.detail = std::move(given.detail).value_or("");
  if (given.resources) entry.resources = std::move(*given.resources);
  entry.time = given.time;
  return entry;
}

bus::Entry to_entry(PutEventsRequestEntry given, const std::string& call_trace_header) {
  bus::Entry entry = to_entry(given);
  entry.bus = std::move(given.event_bus_name);
  entry.trace_header = given.trace_header ? std::move(*given.trace_header) : call_trace_header;
  if (!is_trace_header(entry.trace_header)) entry.trace_header.clear();
  return entry;
}

template <class ResultEntry>
ResultEntry to_result(bus::EntryOutcome outcome) {
  ResultEntry result;
  if (outcome.ok()) {
    result.event_id = std::move(outcome).value();
  } else {
    result.error_code = std::string(outcome.error().reason);
    result.error_message = std::move(outcome).error().message;
  }
  return result;
}

template <class Response>
Response to_answer(std::vector<bus::EntryOutcome> outcomes) {
  using ResultEntry = std::decay_t<decltype(std::declval<Response>().entries->front())>;
  Response answer;
  std::int64_t failed = 0;
  auto& results = answer.entries.emplace();
  results.reserve(outcomes.size());
  for (bus::EntryOutcome& outcome : outcomes) {
    if (!outcome.ok()) ++failed;
    results.push_back(to_result<ResultEntry>(std::move(outcome)));
  }
  answer.failed_entry_count = failed;
  return answer;
}

// AWS says "less than 1 MB"; whether the limit itself passes is unverified (docs/spec/01 §2).
Result<> check_size(std::size_t bytes, std::size_t bytes_max) {
  if (bytes <= bytes_max) return {};
  return fail(Code::InvalidArgument, "Total size of the entries in the request is over the limit.");
}

}  // namespace

Task<Result<PutEventsResponse>> EventsService::put_events(Caller caller, PutEventsRequest input) {
  if (input.endpoint_id) co_return not_supported("EndpointId", "global endpoints");
  std::vector<bus::Entry> entries;
  entries.reserve(input.entries.size());
  std::size_t bytes = 0;
  for (PutEventsRequestEntry& given : input.entries) {
    entries.push_back(to_entry(std::move(given), caller.trace_header));
    bytes += entries.back().size_bytes();
  }
  RIALTO_CO_TRY_VOID(check_size(bytes, quotas_.put_events_bytes));
  co_return to_answer<PutEventsResponse>(
      co_await ingest_.put_events(asker_of(caller), std::move(entries)));
}

Task<Result<PutPartnerEventsResponse>> EventsService::put_partner_events(
    Caller caller, PutPartnerEventsRequest input) {
  std::vector<bus::PartnerEntry> entries;
  std::size_t bytes = 0;
  for (PutPartnerEventsRequestEntry& given : input.entries) {
    bus::Entry entry = to_entry(given);
    bytes += entry.size_bytes();
    auto buses = buses_of_partner(caller, entry.source);
    entries.push_back({std::move(entry), std::move(buses)});
  }
  RIALTO_CO_TRY_VOID(check_size(bytes, quotas_.put_events_bytes));
  co_return to_answer<PutPartnerEventsResponse>(
      co_await ingest_.put_partner_events(std::move(entries)));
}

// The event is judged before the pattern (unverified at AWS; docs/spec/01 §5).
Task<Result<TestEventPatternResponse>> EventsService::test_event_pattern(
    Caller, TestEventPatternRequest input) {
  RIALTO_CO_TRY(const auto event, ruler::parse_test_event(input.event));
  RIALTO_CO_TRY(const auto pattern, ruler::Pattern::compile(input.event_pattern));
  co_return TestEventPatternResponse{.result = ruler::matches(pattern, event)};
}

}  // namespace rialto::service
