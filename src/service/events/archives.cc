// Archives (docs/spec/04 §1).
#include "json/read.h"
#include "ruler/pattern.h"
#include "service/events/common.h"
#include "service/events_service.h"
#include "service/page.h"

namespace rialto::service {
namespace {

using namespace api::events;

// Archives are there as soon as they are made; nothing disables one.
constexpr std::string_view kEnabled = "ENABLED";

// An archive that a replay reads cannot be deleted; AWS's text is unverified.
Error is_being_replayed(std::string_view archive) {
  return fail(Code::Conflict, "Archive " + std::string(archive) + " has an active replay.");
}

// The bus of an archive, by its ARN; one elsewhere is answered as if it were not there.
Result<model::BusRef> source_bus(const api::Caller& caller, const std::string& arn) {
  RIALTO_TRY(auto ref, model::BusRef::parse(arn, scope_of(caller)));
  if (ref.account != caller.account || ref.region != caller.region) {
    return bus::no_such_bus(ref.name);
  }
  return ref;
}

std::int64_t to_long(std::uint64_t number) { return static_cast<std::int64_t>(number); }

api::events::Archive to_listed(const model::Archive& archive, const bus::Totals& totals) {
  api::events::Archive out;
  out.archive_name = archive.name;
  out.event_source_arn = archive.bus_arn();
  out.state = kEnabled;
  out.retention_days = archive.retention_days;
  out.size_bytes = to_long(totals.bytes);
  out.event_count = to_long(totals.events);
  out.creation_time = archive.created_at;
  return out;
}

Result<> check_one_filter(const ListArchivesRequest& input) {
  if (input.name_prefix.has_value() + input.event_source_arn.has_value() +
          input.state.has_value() <=
      1) {
    return {};
  }
  return fail(Code::InvalidArgument,
              "At most one filter is allowed for ListArchives. Use either : State, "
              "EventSourceArn, or NamePrefix.");
}

}  // namespace

archive::Archives::Admit EventsService::admit() const {
  return [this](const bus::BusState& bus, const bus::RuleState& rule) {
    return check_quotas(bus, rule, quotas_);
  };
}

Result<> EventsService::check_archive_pattern(const std::string& archive,
                                              const std::optional<std::string>& pattern) const {
  if (!pattern) return {};
  if (pattern->size() > quotas_.pattern_chars) {
    return fail(Code::InvalidArgument, "Parameter EventPattern for archive " + archive +
                                           " exceeds limit of " +
                                           std::to_string(quotas_.pattern_chars) + ".");
  }
  RIALTO_TRY_VOID(ruler::Pattern::compile(*pattern));
  return {};
}

Task<Result<CreateArchiveResponse>> EventsService::create_archive(Caller caller,
                                                                  CreateArchiveRequest input) {
  if (input.kms_key_identifier) {
    co_return not_supported("KmsKeyIdentifier", "encryption with customer keys");
  }
  RIALTO_CO_TRY_VOID(check_archive_pattern(input.archive_name, input.event_pattern));
  RIALTO_CO_TRY(const auto ref, source_bus(caller, input.event_source_arn));
  RIALTO_CO_TRY_VOID(co_await catalog_.use(ref));
  model::Archive archive;
  archive.account = caller.account;
  archive.region = caller.region;
  archive.name = std::move(input.archive_name);
  archive.bus = ref.name;
  archive.description = std::move(input.description);
  archive.event_pattern = std::move(input.event_pattern);
  archive.retention_days = input.retention_days.value_or(0);
  RIALTO_CO_TRY(const auto made, co_await archives_.create(std::move(archive), admit()));
  CreateArchiveResponse answer;
  answer.archive_arn = made.arn();
  answer.state = kEnabled;
  answer.creation_time = made.created_at;
  co_return answer;
}

Task<Result<DescribeArchiveResponse>> EventsService::describe_archive(
    Caller caller, DescribeArchiveRequest input) {
  RIALTO_CO_TRY(const auto archive, archives_.get(scope_of(caller), input.archive_name));
  const bus::Totals totals = archives_.totals(archive);
  DescribeArchiveResponse answer;
  answer.archive_arn = archive.arn();
  answer.archive_name = archive.name;
  answer.event_source_arn = archive.bus_arn();
  answer.description = archive.description;
  answer.event_pattern = archive.event_pattern;
  answer.state = kEnabled;
  answer.retention_days = archive.retention_days;
  answer.size_bytes = to_long(totals.bytes);
  answer.event_count = to_long(totals.events);
  answer.creation_time = archive.created_at;
  co_return answer;
}

Task<Result<UpdateArchiveResponse>> EventsService::update_archive(Caller caller,
                                                                  UpdateArchiveRequest input) {
  if (input.kms_key_identifier) {
    co_return not_supported("KmsKeyIdentifier", "encryption with customer keys");
  }
  if (!input.event_pattern && !input.retention_days && !input.description) {
    co_return fail(Code::InvalidArgument,
                   "At least one of EventPattern, RetentionDays or Description must be provided.");
  }
  RIALTO_CO_TRY_VOID(check_archive_pattern(input.archive_name, input.event_pattern));
  archive::Change change;
  change.description = std::move(input.description);
  change.event_pattern = std::move(input.event_pattern);
  change.retention_days = input.retention_days;
  RIALTO_CO_TRY(const auto archive,
                co_await archives_.update(scope_of(caller), std::move(input.archive_name),
                                          std::move(change), admit()));
  UpdateArchiveResponse answer;
  answer.archive_arn = archive.arn();
  answer.state = kEnabled;
  answer.creation_time = archive.created_at;
  co_return answer;
}

Task<Result<DeleteArchiveResponse>> EventsService::delete_archive(Caller caller,
                                                                  DeleteArchiveRequest input) {
  RIALTO_CO_TRY(const auto archive, archives_.get(scope_of(caller), input.archive_name));
  if (replays_.is_reading(archive.id)) co_return is_being_replayed(archive.name);
  RIALTO_CO_TRY_VOID(co_await archives_.remove(scope_of(caller), std::move(input.archive_name)));
  co_return DeleteArchiveResponse{};
}

Task<Result<ListArchivesResponse>> EventsService::list_archives(Caller caller,
                                                                ListArchivesRequest input) {
  RIALTO_CO_TRY_VOID(check_one_filter(input));
  const std::string prefix = input.name_prefix.value_or("");
  std::string bus_arn;
  if (input.event_source_arn) {
    RIALTO_CO_TRY(const auto ref, source_bus(caller, *input.event_source_arn));
    RIALTO_CO_TRY_VOID(co_await catalog_.use(ref));
    bus_arn = ref.arn();
  }
  const std::string filter = prefix + '\0' + bus_arn + '\0' + input.state.value_or("");
  RIALTO_CO_TRY(auto page, Page::open({"ListArchives", filter, input.next_token, input.limit}));
  std::vector<api::events::Archive> listed;
  for (const model::Archive& archive : archives_.list(scope_of(caller))) {
    if (!archive.name.starts_with(prefix)) continue;
    if (!bus_arn.empty() && archive.bus_arn() != bus_arn) continue;
    if (input.state && *input.state != kEnabled) continue;
    if (!page.takes(archive.name)) continue;
    listed.push_back(to_listed(archive, archives_.totals(archive)));
  }
  co_return ListArchivesResponse{.archives = std::move(listed), .next_token = page.next_token()};
}

}  // namespace rialto::service
