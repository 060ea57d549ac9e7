// Partner event sources, of the partner's and of the customer's side (docs/spec/03 §3).
#include "partner/event_sources.h"

#include "service/events/common.h"
#include "service/events_service.h"
#include "service/page.h"

namespace rialto::service {
namespace {

using namespace api::events;
using partner::SharedSource;

template <class Response>
Response to_description(const model::EventSource& source) {
  Response out;
  out.arn = source.arn();
  out.created_by = source.created_by();
  out.creation_time = source.created_at;
  out.expiration_time = source.expires_at();
  out.name = source.name;
  out.state = std::string(model::to_text(source.state));
  return out;
}

template <class Request>
model::EventSource to_source(const api::Caller& partner, Request input) {
  model::EventSource source;
  source.account = std::move(input.account);
  source.region = partner.region;
  source.name = std::move(input.name);
  source.partner = partner.account;
  return source;
}

// What a partner is told whose customers do not take the event: it would be lost (AWS's code and
// text are unverified).
Error nobody_takes(const std::string& source) {
  return fail(Code::Conflict, "Event source " + source + " is not active.",
              "InvalidStateException");
}

}  // namespace

Task<Result<CreatePartnerEventSourceResponse>> EventsService::create_partner_event_source(
    Caller caller, CreatePartnerEventSourceRequest input) {
  RIALTO_CO_TRY(const auto made,
                co_await event_sources_.create(to_source(caller, std::move(input))));
  co_return CreatePartnerEventSourceResponse{.event_source_arn = made->arn()};
}

Task<Result<>> EventsService::delete_partner_event_source(Caller caller,
                                                          DeletePartnerEventSourceRequest input) {
  co_return co_await event_sources_.remove(to_source(caller, std::move(input)));
}

Task<Result<DescribePartnerEventSourceResponse>> EventsService::describe_partner_event_source(
    Caller caller, DescribePartnerEventSourceRequest input) {
  const auto made = event_sources_.list_made(scope_of(caller), input.name);
  if (made.empty()) co_return partner::no_such_event_source(input.name);
  co_return DescribePartnerEventSourceResponse{.arn = made.front()->arn(), .name = input.name};
}

Task<Result<ListPartnerEventSourcesResponse>> EventsService::list_partner_event_sources(
    Caller caller, ListPartnerEventSourcesRequest input) {
  RIALTO_CO_TRY(auto page, Page::open({"ListPartnerEventSources", input.name_prefix,
                                       input.next_token, input.limit}));
  std::vector<PartnerEventSource> listed;
  std::string last;  // each name once, whoever it is for
  for (const SharedSource& source : event_sources_.list_made(scope_of(caller))) {
    if (source->name == last || !source->name.starts_with(input.name_prefix)) continue;
    last = source->name;
    if (page.takes(last)) listed.push_back({.arn = source->arn(), .name = last});
  }
  co_return ListPartnerEventSourcesResponse{.partner_event_sources = std::move(listed),
                                            .next_token = page.next_token()};
}

Task<Result<ListPartnerEventSourceAccountsResponse>>
EventsService::list_partner_event_source_accounts(Caller caller,
                                                  ListPartnerEventSourceAccountsRequest input) {
  RIALTO_CO_TRY(auto page, Page::open({"ListPartnerEventSourceAccounts", input.event_source_name,
                                       input.next_token, input.limit}));
  const auto made = event_sources_.list_made(scope_of(caller), input.event_source_name);
  if (made.empty()) co_return partner::no_such_event_source(input.event_source_name);
  std::vector<PartnerEventSourceAccount> listed;
  for (const SharedSource& source : made) {
    if (!page.takes(source->account)) continue;
    PartnerEventSourceAccount& account = listed.emplace_back();
    account.account = source->account;
    account.creation_time = source->created_at;
    account.expiration_time = source->expires_at();
    account.state = std::string(model::to_text(source->state));
  }
  co_return ListPartnerEventSourceAccountsResponse{
      .partner_event_source_accounts = std::move(listed), .next_token = page.next_token()};
}

Result<std::vector<model::BusRef>> EventsService::buses_of_partner(
    const Caller& partner, const std::string& source) const {
  const auto made = event_sources_.list_made(scope_of(partner), source);
  if (made.empty()) {
    return fail(Code::NotFound, partner::no_such_event_source(source).message,
                "ResourceNotFoundException");
  }
  std::vector<model::BusRef> buses;
  for (const SharedSource& one : made) {
    if (one->state == model::EventSourceState::Active) buses.push_back(one->bus());
  }
  if (buses.empty()) return nobody_takes(source);
  return buses;
}

Task<Result<DescribeEventSourceResponse>> EventsService::describe_event_source(
    Caller caller, DescribeEventSourceRequest input) {
  RIALTO_CO_TRY(const auto found, event_sources_.get(scope_of(caller), input.name));
  co_return to_description<DescribeEventSourceResponse>(*found);
}

Task<Result<ListEventSourcesResponse>> EventsService::list_event_sources(
    Caller caller, ListEventSourcesRequest input) {
  const std::string prefix = input.name_prefix.value_or("");
  RIALTO_CO_TRY(auto page, Page::open({"ListEventSources", prefix, input.next_token, input.limit}));
  std::vector<EventSource> listed;
  for (const SharedSource& source : event_sources_.list(scope_of(caller))) {
    if (!source->name.starts_with(prefix) || !page.takes(source->name)) continue;
    listed.push_back(to_description<EventSource>(*source));
  }
  co_return ListEventSourcesResponse{.event_sources = std::move(listed),
                                     .next_token = page.next_token()};
}

Task<Result<>> EventsService::activate_event_source(Caller caller,
                                                    ActivateEventSourceRequest input) {
  co_return co_await event_sources_.activate(scope_of(caller), std::move(input.name));
}

Task<Result<>> EventsService::deactivate_event_source(Caller caller,
                                                      DeactivateEventSourceRequest input) {
  co_return co_await event_sources_.deactivate(scope_of(caller), std::move(input.name));
}

}  // namespace rialto::service
