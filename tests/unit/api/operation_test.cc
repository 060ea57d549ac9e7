#include "api/operation.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

#include "support.h"

namespace rialto::api {
namespace {

template <class T>
T wait_for(Task<T> task) {
  boost::asio::io_context context;
  std::optional<T> out;
  const auto keep = [](Task<T> inner, std::optional<T>* to) -> Task<void> {
    to->emplace(co_await std::move(inner));
  };
  boost::asio::co_spawn(context, keep(std::move(task), &out), boost::asio::detached);
  context.run();
  return std::move(*out);
}

// Refuses all but three operations of EventBridge.
class FakeEvents : public Events {
 public:
  template <class T>
  Task<Result<T>> refuse() {
    co_return fail(Code::Unsupported, "not here");
  }

#define REFUSES(method, Input, Output) \
  Task<Result<Output>> method(Caller, Input) override { return refuse<Output>(); }
  REFUSES(create_event_bus, events::CreateEventBusRequest, events::CreateEventBusResponse)
  REFUSES(delete_event_bus, events::DeleteEventBusRequest, void)
  REFUSES(describe_event_bus, events::DescribeEventBusRequest, events::DescribeEventBusResponse)
  REFUSES(update_event_bus, events::UpdateEventBusRequest, events::UpdateEventBusResponse)
  REFUSES(list_event_buses, events::ListEventBusesRequest, events::ListEventBusesResponse)
  REFUSES(describe_rule, events::DescribeRuleRequest, events::DescribeRuleResponse)
  REFUSES(list_rules, events::ListRulesRequest, events::ListRulesResponse)
  REFUSES(enable_rule, events::EnableRuleRequest, void)
  REFUSES(disable_rule, events::DisableRuleRequest, void)
  REFUSES(list_rule_names_by_target, events::ListRuleNamesByTargetRequest,
          events::ListRuleNamesByTargetResponse)
  REFUSES(put_targets, events::PutTargetsRequest, events::PutTargetsResponse)
  REFUSES(remove_targets, events::RemoveTargetsRequest, events::RemoveTargetsResponse)
  REFUSES(list_targets_by_rule, events::ListTargetsByRuleRequest, events::ListTargetsByRuleResponse)
  REFUSES(put_events, events::PutEventsRequest, events::PutEventsResponse)
  REFUSES(test_event_pattern, events::TestEventPatternRequest, events::TestEventPatternResponse)
  REFUSES(create_archive, events::CreateArchiveRequest, events::CreateArchiveResponse)
  REFUSES(describe_archive, events::DescribeArchiveRequest, events::DescribeArchiveResponse)
  REFUSES(update_archive, events::UpdateArchiveRequest, events::UpdateArchiveResponse)
  REFUSES(delete_archive, events::DeleteArchiveRequest, events::DeleteArchiveResponse)
  REFUSES(list_archives, events::ListArchivesRequest, events::ListArchivesResponse)
  REFUSES(start_replay, events::StartReplayRequest, events::StartReplayResponse)
  REFUSES(describe_replay, events::DescribeReplayRequest, events::DescribeReplayResponse)
  REFUSES(cancel_replay, events::CancelReplayRequest, events::CancelReplayResponse)
  REFUSES(list_replays, events::ListReplaysRequest, events::ListReplaysResponse)
  REFUSES(tag_resource, events::TagResourceRequest, events::TagResourceResponse)
  REFUSES(untag_resource, events::UntagResourceRequest, events::UntagResourceResponse)
  REFUSES(list_tags_for_resource, events::ListTagsForResourceRequest,
          events::ListTagsForResourceResponse)
  REFUSES(create_connection, events::CreateConnectionRequest, events::CreateConnectionResponse)
  REFUSES(describe_connection, events::DescribeConnectionRequest,
          events::DescribeConnectionResponse)
  REFUSES(update_connection, events::UpdateConnectionRequest, events::UpdateConnectionResponse)
  REFUSES(delete_connection, events::DeleteConnectionRequest, events::DeleteConnectionResponse)
  REFUSES(list_connections, events::ListConnectionsRequest, events::ListConnectionsResponse)
  REFUSES(create_api_destination, events::CreateApiDestinationRequest,
          events::CreateApiDestinationResponse)
  REFUSES(describe_api_destination, events::DescribeApiDestinationRequest,
          events::DescribeApiDestinationResponse)
  REFUSES(update_api_destination, events::UpdateApiDestinationRequest,
          events::UpdateApiDestinationResponse)
  REFUSES(delete_api_destination, events::DeleteApiDestinationRequest,
          events::DeleteApiDestinationResponse)
  REFUSES(list_api_destinations, events::ListApiDestinationsRequest,
          events::ListApiDestinationsResponse)
  REFUSES(deauthorize_connection, events::DeauthorizeConnectionRequest,
          events::DeauthorizeConnectionResponse)
  REFUSES(create_partner_event_source, events::CreatePartnerEventSourceRequest,
          events::CreatePartnerEventSourceResponse)
  REFUSES(delete_partner_event_source, events::DeletePartnerEventSourceRequest, void)
  REFUSES(describe_partner_event_source, events::DescribePartnerEventSourceRequest,
          events::DescribePartnerEventSourceResponse)
  REFUSES(list_partner_event_sources, events::ListPartnerEventSourcesRequest,
          events::ListPartnerEventSourcesResponse)
  REFUSES(list_partner_event_source_accounts, events::ListPartnerEventSourceAccountsRequest,
          events::ListPartnerEventSourceAccountsResponse)
  REFUSES(put_partner_events, events::PutPartnerEventsRequest, events::PutPartnerEventsResponse)
  REFUSES(describe_event_source, events::DescribeEventSourceRequest,
          events::DescribeEventSourceResponse)
  REFUSES(list_event_sources, events::ListEventSourcesRequest, events::ListEventSourcesResponse)
  REFUSES(activate_event_source, events::ActivateEventSourceRequest, void)
  REFUSES(deactivate_event_source, events::DeactivateEventSourceRequest, void)
  REFUSES(put_permission, events::PutPermissionRequest, void)
  REFUSES(remove_permission, events::RemovePermissionRequest, void)
#undef REFUSES

  Task<Result<events::PutRuleResponse>> put_rule(Caller caller,
                                                 events::PutRuleRequest input) override {
    co_return events::PutRuleResponse{.rule_arn = caller.account + "/" + input.name};
  }
  Task<Result<>> delete_rule(Caller, events::DeleteRuleRequest) override { co_return Result<>(); }
};

Result<json::Value> call(std::string_view operation, std::string_view input) {
  FakeEvents service;
  return wait_for(invoke(service, *find_operation(service.facts(), operation),
                         Caller{.account = "123456789012"}, value_of(input)));
}

TEST(Operation, RunsItsHandlerOnTypedInput) {
  const auto output = call("PutRule", R"({"Name":"r"})");
  ASSERT_TRUE(output.ok());
  EXPECT_EQ(json::write(*output), R"({"RuleArn":"123456789012/r"})");
}

TEST(Operation, GivesNullWithoutAnOutputShape) {
  EXPECT_EQ(find_operation(events::kFacts, "DeleteRule")->output, nullptr);
  const auto output = call("DeleteRule", R"({"Name":"r"})");
  ASSERT_TRUE(output.ok());
  EXPECT_TRUE(output->is_null());
}

TEST(Operation, RefusesInputThatBreaksAConstraint) {
  const auto output = call("PutRule", "{}");
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(output.error().reason, "ValidationException");
}

TEST(Operation, PassesTheHandlersErrorOn) {
  EXPECT_EQ(call("ListRules", "{}").error().message, "not here");
}

TEST(Operation, IsFoundByNameOnly) {
  EXPECT_NE(find_operation(sqs::kFacts, "SendMessage"), nullptr);
  EXPECT_EQ(find_operation(sqs::kFacts, "PutRule"), nullptr);
  EXPECT_EQ(find_operation(sqs::kFacts, "sendmessage"), nullptr);
  EXPECT_EQ(events::kFacts.operations.size(), 52u);
  EXPECT_EQ(sqs::kFacts.operations.size(), 21u);
}

TEST(Operation, NamesErrorsByReasonElseByCode) {
  const auto name = [](const ServiceFacts& service, Code code, std::string_view reason) {
    return std::string(wire_error(service, fail(code, "m", reason)).name);
  };
  EXPECT_EQ(name(events::kFacts, Code::InvalidArgument, "InvalidEventPatternException"),
            "InvalidEventPatternException");
  EXPECT_EQ(name(events::kFacts, Code::InvalidArgument, ""), "ValidationException");
  EXPECT_EQ(name(events::kFacts, Code::NotFound, "no_such_word"), "ResourceNotFoundException");
  EXPECT_EQ(name(sqs::kFacts, Code::NotFound, ""), "QueueDoesNotExist");
  EXPECT_EQ(wire_error(events::kFacts, fail(Code::Internal, "m")).status, 500);
  EXPECT_EQ(wire_error(events::kFacts, fail(Code::Unavailable, "m")).status, 503);
}

TEST(Operation, HasAWireNameForEveryCode) {
  for (const ServiceFacts* service : {&events::kFacts, &sqs::kFacts}) {
    for (int code = 0; code <= static_cast<int>(Code::Internal); ++code) {
      EXPECT_FALSE(wire_error(*service, fail(static_cast<Code>(code), "")).wire_type.empty());
    }
  }
}

TEST(Operation, DeclaresOnlyErrorsThatTheServiceKnows) {
  for (const ServiceFacts* service : {&events::kFacts, &sqs::kFacts}) {
    for (const Operation& operation : service->operations) {
      for (const std::string_view error : operation.errors) {
        EXPECT_NE(find_error(*service, error), nullptr) << operation.name << " " << error;
      }
    }
  }
}

}  // namespace
}  // namespace rialto::api
