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

namespace rialto::service {

// AWS's quotas, per account and Region (docs/spec/10 §1).
struct EventsQuotas {
  std::size_t buses = 100;
  std::size_t rules_per_bus = 300;
  std::size_t wildcard_rules_per_bus = 30;
  std::size_t targets_per_rule = 5;
  std::size_t pattern_chars = 2'048;
  std::size_t put_events_bytes = 1'048'576;
  std::size_t tags_per_resource = 50;
};

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

  Answer<api::events::CreateEventBusResponse> create_event_bus(
      Caller caller, api::events::CreateEventBusRequest input) override;
  Answer<void> delete_event_bus(Caller caller, api::events::DeleteEventBusRequest input) override;
  Answer<api::events::DescribeEventBusResponse> describe_event_bus(
      Caller caller, api::events::DescribeEventBusRequest input) override;
  Answer<api::events::UpdateEventBusResponse> update_event_bus(
      Caller caller, api::events::UpdateEventBusRequest input) override;
  Answer<api::events::ListEventBusesResponse> list_event_buses(
      Caller caller, api::events::ListEventBusesRequest input) override;

  Answer<api::events::PutRuleResponse> put_rule(Caller caller,
                                                api::events::PutRuleRequest input) override;
  Answer<void> delete_rule(Caller caller, api::events::DeleteRuleRequest input) override;
  Answer<api::events::DescribeRuleResponse> describe_rule(
      Caller caller, api::events::DescribeRuleRequest input) override;
  Answer<api::events::ListRulesResponse> list_rules(Caller caller,
                                                    api::events::ListRulesRequest input) override;
  Answer<void> enable_rule(Caller caller, api::events::EnableRuleRequest input) override;
  Answer<void> disable_rule(Caller caller, api::events::DisableRuleRequest input) override;
  Answer<api::events::ListRuleNamesByTargetResponse> list_rule_names_by_target(
      Caller caller, api::events::ListRuleNamesByTargetRequest input) override;

  Answer<api::events::PutTargetsResponse> put_targets(
      Caller caller, api::events::PutTargetsRequest input) override;
  Answer<api::events::RemoveTargetsResponse> remove_targets(
      Caller caller, api::events::RemoveTargetsRequest input) override;
  Answer<api::events::ListTargetsByRuleResponse> list_targets_by_rule(
      Caller caller, api::events::ListTargetsByRuleRequest input) override;

  Answer<api::events::PutEventsResponse> put_events(Caller caller,
                                                    api::events::PutEventsRequest input) override;
  Answer<api::events::TestEventPatternResponse> test_event_pattern(
      Caller caller, api::events::TestEventPatternRequest input) override;

  Answer<api::events::CreateArchiveResponse> create_archive(
      Caller caller, api::events::CreateArchiveRequest input) override;
  Answer<api::events::DescribeArchiveResponse> describe_archive(
      Caller caller, api::events::DescribeArchiveRequest input) override;
  Answer<api::events::UpdateArchiveResponse> update_archive(
      Caller caller, api::events::UpdateArchiveRequest input) override;
  Answer<api::events::DeleteArchiveResponse> delete_archive(
      Caller caller, api::events::DeleteArchiveRequest input) override;
  Answer<api::events::ListArchivesResponse> list_archives(
      Caller caller, api::events::ListArchivesRequest input) override;

  Answer<api::events::StartReplayResponse> start_replay(
      Caller caller, api::events::StartReplayRequest input) override;
  Answer<api::events::DescribeReplayResponse> describe_replay(
      Caller caller, api::events::DescribeReplayRequest input) override;
  Answer<api::events::CancelReplayResponse> cancel_replay(
      Caller caller, api::events::CancelReplayRequest input) override;
  Answer<api::events::ListReplaysResponse> list_replays(
      Caller caller, api::events::ListReplaysRequest input) override;

  Answer<api::events::CreateConnectionResponse> create_connection(
      Caller caller, api::events::CreateConnectionRequest input) override;
  Answer<api::events::DescribeConnectionResponse> describe_connection(
      Caller caller, api::events::DescribeConnectionRequest input) override;
  Answer<api::events::UpdateConnectionResponse> update_connection(
      Caller caller, api::events::UpdateConnectionRequest input) override;
  Answer<api::events::DeauthorizeConnectionResponse> deauthorize_connection(
      Caller caller, api::events::DeauthorizeConnectionRequest input) override;
  Answer<api::events::DeleteConnectionResponse> delete_connection(
      Caller caller, api::events::DeleteConnectionRequest input) override;
  Answer<api::events::ListConnectionsResponse> list_connections(
      Caller caller, api::events::ListConnectionsRequest input) override;

  Answer<api::events::CreateApiDestinationResponse> create_api_destination(
      Caller caller, api::events::CreateApiDestinationRequest input) override;
  Answer<api::events::DescribeApiDestinationResponse> describe_api_destination(
      Caller caller, api::events::DescribeApiDestinationRequest input) override;
  Answer<api::events::UpdateApiDestinationResponse> update_api_destination(
      Caller caller, api::events::UpdateApiDestinationRequest input) override;
  Answer<api::events::DeleteApiDestinationResponse> delete_api_destination(
      Caller caller, api::events::DeleteApiDestinationRequest input) override;
  Answer<api::events::ListApiDestinationsResponse> list_api_destinations(
      Caller caller, api::events::ListApiDestinationsRequest input) override;

  Answer<api::events::CreatePartnerEventSourceResponse> create_partner_event_source(
      Caller caller, api::events::CreatePartnerEventSourceRequest input) override;
  Answer<void> delete_partner_event_source(
      Caller caller, api::events::DeletePartnerEventSourceRequest input) override;
  Answer<api::events::DescribePartnerEventSourceResponse> describe_partner_event_source(
      Caller caller, api::events::DescribePartnerEventSourceRequest input) override;
  Answer<api::events::ListPartnerEventSourcesResponse> list_partner_event_sources(
      Caller caller, api::events::ListPartnerEventSourcesRequest input) override;
  Answer<api::events::ListPartnerEventSourceAccountsResponse> list_partner_event_source_accounts(
      Caller caller, api::events::ListPartnerEventSourceAccountsRequest input) override;
  Answer<api::events::PutPartnerEventsResponse> put_partner_events(
      Caller caller, api::events::PutPartnerEventsRequest input) override;

  Answer<api::events::DescribeEventSourceResponse> describe_event_source(
      Caller caller, api::events::DescribeEventSourceRequest input) override;
  Answer<api::events::ListEventSourcesResponse> list_event_sources(
      Caller caller, api::events::ListEventSourcesRequest input) override;
  Answer<void> activate_event_source(Caller caller,
                                     api::events::ActivateEventSourceRequest input) override;
  Answer<void> deactivate_event_source(Caller caller,
                                       api::events::DeactivateEventSourceRequest input) override;

  Answer<api::events::TagResourceResponse> tag_resource(
      Caller caller, api::events::TagResourceRequest input) override;
  Answer<api::events::UntagResourceResponse> untag_resource(
      Caller caller, api::events::UntagResourceRequest input) override;
  Answer<api::events::ListTagsForResourceResponse> list_tags_for_resource(
      Caller caller, api::events::ListTagsForResourceRequest input) override;

 private:
  // The bus that `name` (a name, an ARN, or absent for the default one) says, which must be the
  // caller's own and there.
  Answer<std::shared_ptr<const bus::BusState>> use_bus(Caller caller,
                                                       std::optional<std::string> name);
  Answer<void> set_rule_state(Caller caller, std::string rule, std::optional<std::string> bus,
                              std::string state);

  // Changes the tags of the bus or rule that `arn` names, by `edit`.
  using TagEdit = std::function<Result<>(model::Tags&)>;
  Answer<void> change_tags(Caller caller, std::string arn, TagEdit edit);

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
