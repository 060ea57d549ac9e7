// Replays (docs/spec/04 §2).
#include "service/events/common.h"
#include "service/events_service.h"
#include "service/page.h"

namespace rialto::service {
namespace {

using namespace api::events;

// Unverified at AWS: a filter that names no rule of the bus is refused, not passed over.
constexpr bool kFilterRulesMustExist = true;

Error invalid(std::string_view parameter, std::string_view reason) {
  return fail(Code::InvalidArgument, "Parameter " + std::string(parameter) +
                                         " is not valid. Reason: " + std::string(reason));
}

// The archive that `text` names, which must be the caller's own and there.
Result<model::Archive> source_archive(const archive::Archives& archives, const api::Caller& caller,
                                      const std::string& text) {
  constexpr std::string_view kKind = "archive/";
  RIALTO_TRY(const auto arn, model::Arn::parse(text));
  const std::string name = arn.resource.substr(arn.resource.rfind('/') + 1);
  auto found = archives.get(scope_of(caller), name);
  if (!found.ok() || arn.resource != std::string(kKind) + name || found->arn() != text) {
    return invalid("EventSourceArn", archive::no_such_archive(name).message);
  }
  return found;
}

Result<> check_destination(const bus::CatalogState& state, const api::Caller& caller,
                           const model::Archive& archive, const ReplayDestination& destination) {
  const auto arn = model::Arn::parse(destination.arn);
  if (!arn.ok() || arn->service != "events" || !arn->resource.starts_with("event-bus/")) {
    return invalid("Destination.Arn", "Must contain an event bus ARN.");
  }
  RIALTO_TRY(const auto ref, model::BusRef::parse(destination.arn, scope_of(caller)));
  RIALTO_TRY(const auto bus, state.get(ref));
  if (ref.arn() != archive.bus_arn()) {
    return invalid("Destination.Arn", "Cross event bus replay is not permitted.");
  }
  for (const std::string& filter : destination.filter_arns.value_or(std::vector<std::string>())) {
    const auto rule = model::RuleRef::parse(filter);
    if (!rule.ok() || model::bus_arn(rule->region, rule->account, rule->bus) != ref.arn()) {
      return invalid("Destination.FilterArns",
                     "Must contain ARNs of rules on the event bus " + ref.name + ".");
    }
    if (kFilterRulesMustExist) RIALTO_TRY_VOID(get_rule(*bus, rule->name));
  }
  return {};
}

api::events::Replay to_listed(const model::Replay& replay) {
  api::events::Replay out;
  out.replay_name = replay.name;
  out.event_source_arn = replay.archive_arn();
  out.state = model::to_text(replay.state);
  out.state_reason = replay.state_reason;
  out.event_start_time = replay.from;
  out.event_end_time = replay.to;
  out.event_last_replayed_time = replay.last_event_at;
  out.replay_start_time = replay.started_at;
  out.replay_end_time = replay.ended_at;
  return out;
}

Result<> check_one_filter(const ListReplaysRequest& input) {
  if (input.name_prefix.has_value() + input.event_source_arn.has_value() +
          input.state.has_value() <=
      1) {
    return {};
  }
  return fail(Code::InvalidArgument,
              "At most one filter is allowed for ListReplays. Use either : State, "
              "EventSourceArn, or NamePrefix.");
}

}  // namespace

Task<Result<StartReplayResponse>> EventsService::start_replay(Caller caller,
                                                              StartReplayRequest input) {
  if (replays_.get(scope_of(caller), input.replay_name).ok()) {
    co_return archive::replay_exists(input.replay_name);
  }
  RIALTO_CO_TRY(const auto archive, source_archive(archives_, caller, input.event_source_arn));
  RIALTO_CO_TRY_VOID(check_destination(*catalog_.state(), caller, archive, input.destination));
  if (input.event_end_time <= input.event_start_time) {
    co_return invalid("EventEndTime", "EventStartTime must be before EventEndTime.");
  }
  model::Replay replay;
  replay.account = caller.account;
  replay.region = caller.region;
  replay.name = std::move(input.replay_name);
  replay.description = std::move(input.description);
  replay.archive = archive.name;
  replay.archive_id = archive.id;
  replay.bus = archive.bus;
  if (input.destination.filter_arns) replay.filter_arns = std::move(*input.destination.filter_arns);
  replay.from = input.event_start_time;
  replay.to = input.event_end_time;
  RIALTO_CO_TRY(const auto started, co_await replays_.start(std::move(replay)));
  StartReplayResponse answer;
  answer.replay_arn = started.arn();
  answer.state = model::to_text(started.state);
  answer.replay_start_time = started.started_at;
  co_return answer;
}

Task<Result<DescribeReplayResponse>> EventsService::describe_replay(Caller caller,
                                                                    DescribeReplayRequest input) {
  RIALTO_CO_TRY(const auto replay, replays_.get(scope_of(caller), input.replay_name));
  DescribeReplayResponse answer;
  answer.replay_name = replay.name;
  answer.replay_arn = replay.arn();
  answer.description = replay.description;
  answer.state = model::to_text(replay.state);
  answer.state_reason = replay.state_reason;
  answer.event_source_arn = replay.archive_arn();
  ReplayDestination destination{.arn = replay.bus_arn()};
  if (!replay.filter_arns.empty()) destination.filter_arns = replay.filter_arns;
  answer.destination = std::move(destination);
  answer.event_start_time = replay.from;
  answer.event_end_time = replay.to;
  answer.event_last_replayed_time = replay.last_event_at;
  answer.replay_start_time = replay.started_at;
  answer.replay_end_time = replay.ended_at;
  co_return answer;
}

Task<Result<CancelReplayResponse>> EventsService::cancel_replay(Caller caller,
                                                                CancelReplayRequest input) {
  RIALTO_CO_TRY(const auto replay,
                co_await replays_.cancel(scope_of(caller), std::move(input.replay_name)));
  CancelReplayResponse answer;
  answer.replay_arn = replay.arn();
  answer.state = model::to_text(replay.state);
  co_return answer;
}

Task<Result<ListReplaysResponse>> EventsService::list_replays(Caller caller,
                                                              ListReplaysRequest input) {
  RIALTO_CO_TRY_VOID(check_one_filter(input));
  const std::string prefix = input.name_prefix.value_or("");
  const std::string source = input.event_source_arn.value_or("");
  const std::string filter = prefix + '\0' + source + '\0' + input.state.value_or("");
  RIALTO_CO_TRY(auto page, Page::open({"ListReplays", filter, input.next_token, input.limit}));
  std::vector<api::events::Replay> listed;
  for (const model::Replay& replay : replays_.list(scope_of(caller))) {
    if (!replay.name.starts_with(prefix)) continue;
    if (!source.empty() && replay.archive_arn() != source) continue;
    if (input.state && *input.state != model::to_text(replay.state)) continue;
    if (page.takes(replay.name)) listed.push_back(to_listed(replay));
  }
  co_return ListReplaysResponse{.replays = std::move(listed), .next_token = page.next_token()};
}

}  // namespace rialto::service
