// Amazon EventBridge's operations on buses, rules, targets, events, archives, replays, connections,
// API destinations and partner event sources (docs/spec/01 to 05): what each does, with AWS's texts
// where it refuses. Decoding, constraints of the model and the caller are settled before a handler
// runs.
#pragma once

#include <string_view>

#include "api/events.h"
#include "archive/archives.h"
#include "archive/replays.h"
#include "base/clock.h"
#include "bus/catalog.h"
#include "bus/ingest.h"
#include "connection/api_destinations.h"
#include "connection/connections.h"
#include "partner/event_sources.h"
#include "service/events_quotas.h"
#include "service/wish.h"

namespace rialto::service {

namespace events = api::events;

class EventsService final : public api::Events {
 public:
  struct Engines {
    bus::Catalog& catalog;
    bus::Ingest& ingest;
    archive::Archives& archives;
    archive::Replays& replays;
    connection::Connections& connections;
    connection::ApiDestinations& api_destinations;
    partner::EventSources& event_sources;
    const Clock& clock;
  };
  explicit EventsService(Engines engines, EventsQuotas quotas = {})
      : catalog_(engines.catalog),
        ingest_(engines.ingest),
        archives_(engines.archives),
        replays_(engines.replays),
        connections_(engines.connections),
        api_destinations_(engines.api_destinations),
        event_sources_(engines.event_sources),
        clock_(engines.clock),
        quotas_(quotas) {}

  template <class T>
  using Answer = Task<Result<T>>;
  using Caller = api::Caller;

  Answer<events::CreateEventBusResponse> create_event_bus(
      Caller caller, events::CreateEventBusRequest input) override;
  Answer<void> delete_event_bus(Caller caller, events::DeleteEventBusRequest input) override;
  Answer<events::DescribeEventBusResponse> describe_event_bus(
      Caller caller, events::DescribeEventBusRequest input) override;
  Answer<events::UpdateEventBusResponse> update_event_bus(
      Caller caller, events::UpdateEventBusRequest input) override;
  Answer<events::ListEventBusesResponse> list_event_buses(
      Caller caller, events::ListEventBusesRequest input) override;

  Answer<void> put_permission(Caller caller, events::PutPermissionRequest input) override;
  Answer<void> remove_permission(Caller caller, events::RemovePermissionRequest input) override;

  Answer<events::PutRuleResponse> put_rule(Caller caller, events::PutRuleRequest input) override;
  Answer<void> delete_rule(Caller caller, events::DeleteRuleRequest input) override;
  Answer<events::DescribeRuleResponse> describe_rule(Caller caller,
                                                     events::DescribeRuleRequest input) override;
  Answer<events::ListRulesResponse> list_rules(Caller caller,
                                               events::ListRulesRequest input) override;
  Answer<void> enable_rule(Caller caller, events::EnableRuleRequest input) override;
  Answer<void> disable_rule(Caller caller, events::DisableRuleRequest input) override;
  Answer<events::ListRuleNamesByTargetResponse> list_rule_names_by_target(
      Caller caller, events::ListRuleNamesByTargetRequest input) override;

  Answer<events::PutTargetsResponse> put_targets(Caller caller,
                                                 events::PutTargetsRequest input) override;
  Answer<events::RemoveTargetsResponse> remove_targets(Caller caller,
                                                       events::RemoveTargetsRequest input) override;
  Answer<events::ListTargetsByRuleResponse> list_targets_by_rule(
      Caller caller, events::ListTargetsByRuleRequest input) override;

  Answer<events::PutEventsResponse> put_events(Caller caller,
                                               events::PutEventsRequest input) override;
  Answer<events::TestEventPatternResponse> test_event_pattern(
      Caller caller, events::TestEventPatternRequest input) override;

  Answer<events::CreateArchiveResponse> create_archive(Caller caller,
                                                       events::CreateArchiveRequest input) override;
  Answer<events::DescribeArchiveResponse> describe_archive(
      Caller caller, events::DescribeArchiveRequest input) override;
  Answer<events::UpdateArchiveResponse> update_archive(Caller caller,
                                                       events::UpdateArchiveRequest input) override;
  Answer<events::DeleteArchiveResponse> delete_archive(Caller caller,
                                                       events::DeleteArchiveRequest input) override;
  Answer<events::ListArchivesResponse> list_archives(Caller caller,
                                                     events::ListArchivesRequest input) override;

  Answer<events::StartReplayResponse> start_replay(Caller caller,
                                                   events::StartReplayRequest input) override;
  Answer<events::DescribeReplayResponse> describe_replay(
      Caller caller, events::DescribeReplayRequest input) override;
  Answer<events::CancelReplayResponse> cancel_replay(Caller caller,
                                                     events::CancelReplayRequest input) override;
  Answer<events::ListReplaysResponse> list_replays(Caller caller,
                                                   events::ListReplaysRequest input) override;

  Answer<events::CreateConnectionResponse> create_connection(
      Caller caller, events::CreateConnectionRequest input) override;
  Answer<events::DescribeConnectionResponse> describe_connection(
      Caller caller, events::DescribeConnectionRequest input) override;
  Answer<events::UpdateConnectionResponse> update_connection(
      Caller caller, events::UpdateConnectionRequest input) override;
  Answer<events::DeauthorizeConnectionResponse> deauthorize_connection(
      Caller caller, events::DeauthorizeConnectionRequest input) override;
  Answer<events::DeleteConnectionResponse> delete_connection(
      Caller caller, events::DeleteConnectionRequest input) override;
  Answer<events::ListConnectionsResponse> list_connections(
      Caller caller, events::ListConnectionsRequest input) override;

  Answer<events::CreateApiDestinationResponse> create_api_destination(
      Caller caller, events::CreateApiDestinationRequest input) override;
  Answer<events::DescribeApiDestinationResponse> describe_api_destination(
      Caller caller, events::DescribeApiDestinationRequest input) override;
  Answer<events::UpdateApiDestinationResponse> update_api_destination(
      Caller caller, events::UpdateApiDestinationRequest input) override;
  Answer<events::DeleteApiDestinationResponse> delete_api_destination(
      Caller caller, events::DeleteApiDestinationRequest input) override;
  Answer<events::ListApiDestinationsResponse> list_api_destinations(
      Caller caller, events::ListApiDestinationsRequest input) override;

  Answer<events::CreatePartnerEventSourceResponse> create_partner_event_source(
      Caller caller, events::CreatePartnerEventSourceRequest input) override;
  Answer<void> delete_partner_event_source(Caller caller,
                                           events::DeletePartnerEventSourceRequest input) override;
  Answer<events::DescribePartnerEventSourceResponse> describe_partner_event_source(
      Caller caller, events::DescribePartnerEventSourceRequest input) override;
  Answer<events::ListPartnerEventSourcesResponse> list_partner_event_sources(
      Caller caller, events::ListPartnerEventSourcesRequest input) override;
  Answer<events::ListPartnerEventSourceAccountsResponse> list_partner_event_source_accounts(
      Caller caller, events::ListPartnerEventSourceAccountsRequest input) override;
  Answer<events::PutPartnerEventsResponse> put_partner_events(
      Caller caller, events::PutPartnerEventsRequest input) override;

  Answer<events::DescribeEventSourceResponse> describe_event_source(
      Caller caller, events::DescribeEventSourceRequest input) override;
  Answer<events::ListEventSourcesResponse> list_event_sources(
      Caller caller, events::ListEventSourcesRequest input) override;
  Answer<void> activate_event_source(Caller caller,
                                     events::ActivateEventSourceRequest input) override;
  Answer<void> deactivate_event_source(Caller caller,
                                       events::DeactivateEventSourceRequest input) override;

  Answer<events::TagResourceResponse> tag_resource(Caller caller,
                                                   events::TagResourceRequest input) override;
  Answer<events::UntagResourceResponse> untag_resource(Caller caller,
                                                       events::UntagResourceRequest input) override;
  Answer<events::ListTagsForResourceResponse> list_tags_for_resource(
      Caller caller, events::ListTagsForResourceRequest input) override;

 private:
  // The bus that `name` (a name, an ARN, or absent for the default one) says, which must be there,
  // and the caller's own or one whose policy grants the wish.
  Answer<std::shared_ptr<const bus::BusState>> use_bus(Caller caller,
                                                       std::optional<std::string> name, Wish wish);
  // Changes a bus that is there, if it still grants the wish by then.
  Answer<void> change_bus(Caller caller, model::BusRef ref, Wish wish, bus::Catalog::Plan plan);
  Answer<void> set_rule_state(Caller caller, Wish wish, std::optional<std::string> bus,
                              std::string state);
  // Changes the policy of one of the caller's buses into what `edit` says.
  using PolicyEdit = std::function<Result<std::optional<std::string>>(const model::Bus& bus)>;
  Answer<void> change_policy(Caller caller, std::optional<std::string> bus, PolicyEdit edit);

  // Changes the tags of the bus or rule that `arn` names, by `edit`.
  using TagEdit = std::function<Result<>(model::Tags&)>;
  Answer<void> change_tags(Caller caller, std::string action, std::string arn, TagEdit edit);

  // What a bus must have room for to take a rule.
  archive::Archives::Admit admit() const;
  Result<> check_archive_pattern(const std::string& archive,
                                 const std::optional<std::string>& pattern) const;

  // The customers' buses that take what a partner sends for a source.
  Result<std::vector<model::BusRef>> buses_of_partner(const Caller& partner,
                                                      const std::string& source) const;

  bus::Catalog& catalog_;
  bus::Ingest& ingest_;
  archive::Archives& archives_;
  archive::Replays& replays_;
  connection::Connections& connections_;
  connection::ApiDestinations& api_destinations_;
  partner::EventSources& event_sources_;
  const Clock& clock_;
  const EventsQuotas quotas_;
};

}  // namespace rialto::service
