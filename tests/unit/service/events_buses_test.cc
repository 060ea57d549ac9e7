// Buses and tags (docs/spec/03 §1, §5).
#include "events_fixture.h"

namespace rialto::service {
namespace {

using Tags = std::vector<events::Tag>;
constexpr const char* kBusArn = "arn:aws:events:us-east-1:111122223333:event-bus/b";

class BusesTest : public EventsTest {
 protected:
  explicit BusesTest(EventsQuotas quotas = {}) : EventsTest(quotas) {}
  std::vector<std::string> list(std::optional<std::string> prefix = std::nullopt) {
    auto out = run(service_.list_event_buses(caller_, {.name_prefix = std::move(prefix)}));
    EXPECT_TRUE(out.ok());
    std::vector<std::string> names;
    for (const auto& bus : *out->event_buses) names.push_back(*bus.name);
    return names;
  }
  Tags tags_of(const std::string& arn) {
    auto out = run(service_.list_tags_for_resource(caller_, {.resource_arn = arn}));
    EXPECT_TRUE(out.ok());
    return out.ok() ? *std::move(out->tags) : Tags();
  }
};

TEST_F(BusesTest, CreatesABusAndEchoesOnlyWhatWasGiven) {
  const auto plain = create_bus("b");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(*plain, (events::CreateEventBusResponse{.event_bus_arn = kBusArn}));
  const auto full = run(service_.create_event_bus(
      caller_, {.name = "c",
                .description = "d",
                .dead_letter_config = events::DeadLetterConfig{.arn = queue_arn("q")}}));
  ASSERT_TRUE(full.ok());
  EXPECT_EQ(full->description, "d");
  EXPECT_EQ(full->dead_letter_config->arn, queue_arn("q"));
}

TEST_F(BusesTest, RefusesWhatAwsRefuses) {
  ASSERT_TRUE(create_bus("b").ok());
  expect_error(create_bus("b"), "ResourceAlreadyExistsException", "Event bus b already exists.");
  expect_error(create_bus("default"), "ResourceAlreadyExistsException",
               "Event bus default already exists.");
  expect_error(create_bus("a/b"), "ValidationException", "Event bus name must not contain '/'.");
  expect_error(run(service_.create_event_bus(caller_, {.name = "x", .event_source_name = "y"})),
               "ValidationException", "Event bus name must match event source name");
  expect_error(run(service_.create_event_bus(caller_, {.name = "x", .event_source_name = "x"})),
               "ResourceNotFoundException", "Event source x does not exist.");
  expect_error(
      run(service_.create_event_bus(
          caller_, {.name = "x",
                    .dead_letter_config =
                        events::DeadLetterConfig{.arn = "arn:aws:sns:us-east-1:111122223333:t"}})),
      "ValidationException", "sns is not supported as a dead letter resource");
}

TEST_F(BusesTest, RefusesWhatItWouldNotDo) {
  const auto key =
      run(service_.create_event_bus(caller_, {.name = "x", .kms_key_identifier = "k"}));
  expect_error(key, "ValidationException",
               "Parameter KmsKeyIdentifier is not supported: this version of Rialto has no "
               "encryption with customer keys yet.");
  const auto logs =
      run(service_.create_event_bus(caller_, {.name = "x", .log_config = events::LogConfig{}}));
  expect_error(logs, "ValidationException",
               "Parameter LogConfig is not supported: this version of Rialto has no event bus "
               "logs yet.");
  EXPECT_EQ(list(), std::vector<std::string>{"default"}) << "and makes nothing";
}

TEST_F(BusesTest, DescribesByNameByArnAndTheDefaultBus) {
  ASSERT_TRUE(create_bus("b").ok());
  for (const char* name : {"b", kBusArn}) {
    const auto described = run(service_.describe_event_bus(caller_, {.name = name}));
    ASSERT_TRUE(described.ok());
    EXPECT_EQ(described->name, "b");
    EXPECT_EQ(described->arn, kBusArn);
    EXPECT_EQ(described->creation_time, clock_.now());
    EXPECT_FALSE(described->description);
    EXPECT_FALSE(described->policy);
  }
  EXPECT_EQ(run(service_.describe_event_bus(caller_, {}))->name, "default");
  expect_error(run(service_.describe_event_bus(caller_, {.name = "none"})),
               "ResourceNotFoundException", "Event bus none does not exist.");
}

TEST_F(BusesTest, KeepsAccountsAndRegionsApart) {
  ASSERT_TRUE(create_bus("b").ok());
  const std::string other_account = "arn:aws:events:us-east-1:444455556666:event-bus/b";
  expect_error(run(service_.describe_event_bus(caller_, {.name = other_account})),
               "AccessDeniedException",
               "User: arn:aws:iam::111122223333:root is not authorized to perform: "
               "events:DescribeEventBus on resource: " +
                   other_account +
                   " because no resource-based policy allows the events:DescribeEventBus action");
  caller_.region = "eu-west-1";
  expect_error(run(service_.describe_event_bus(caller_, {.name = "b"})),
               "ResourceNotFoundException", "Event bus b does not exist.");
  EXPECT_TRUE(create_bus("b").ok());
}

TEST_F(BusesTest, UpdatesWhatIsGivenAndKeepsTheRest) {
  ASSERT_TRUE(run(service_.create_event_bus(caller_, {.name = "b", .description = "old"})).ok());
  clock_.advance(Millis(1'000));
  const auto updated = run(service_.update_event_bus(
      caller_,
      {.name = "b", .dead_letter_config = events::DeadLetterConfig{.arn = queue_arn("q")}}));
  ASSERT_TRUE(updated.ok());
  EXPECT_EQ(updated->description, "old");
  EXPECT_EQ(updated->dead_letter_config->arn, queue_arn("q"));
  const auto described = run(service_.describe_event_bus(caller_, {.name = "b"}));
  EXPECT_EQ(*described->last_modified_time - *described->creation_time, Millis(1'000));
}

TEST_F(BusesTest, DeletesAnEmptyBusAndForgivesOneThatIsNotThere) {
  ASSERT_TRUE(create_bus("b").ok());
  ASSERT_TRUE(put_rule("r", kPattern, "b").ok());
  expect_error(run(service_.delete_event_bus(caller_, {.name = "b"})), "ValidationException",
               "EventBus can't be deleted since it has rules.");
  ASSERT_TRUE(run(service_.delete_rule(caller_, {.name = "r", .event_bus_name = "b"})).ok());
  EXPECT_TRUE(run(service_.delete_event_bus(caller_, {.name = "b"})).ok());
  EXPECT_TRUE(run(service_.delete_event_bus(caller_, {.name = "b"})).ok());
  expect_error(run(service_.delete_event_bus(caller_, {.name = "default"})), "ValidationException",
               "Cannot delete event bus default.");
}

TEST_F(BusesTest, ListsByNameWithTheDefaultBus) {
  for (const char* name : {"b", "a", "e"}) ASSERT_TRUE(create_bus(name).ok());
  EXPECT_EQ(list(), (std::vector<std::string>{"a", "b", "default", "e"}));
  EXPECT_EQ(list("de"), std::vector<std::string>{"default"});
  EXPECT_TRUE(list("none").empty());
  const auto first = run(service_.list_event_buses(caller_, {.limit = 3}));
  ASSERT_TRUE(first.ok());
  const auto second =
      run(service_.list_event_buses(caller_, {.next_token = first->next_token, .limit = 3}));
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->event_buses->size(), 1U);
  EXPECT_FALSE(second->next_token);
}

class FewBuses : public BusesTest {
 protected:
  FewBuses() : BusesTest({.buses = 3, .tags_per_resource = 2}) {}
};

TEST_F(FewBuses, StopAtTheQuota) {
  EXPECT_TRUE(create_bus("a").ok());
  EXPECT_TRUE(create_bus("b").ok());
  expect_error(create_bus("c"), "LimitExceededException",
               "The requested resource exceeds the maximum number allowed.");
}

TEST_F(FewBuses, HaveFewTags) {
  ASSERT_TRUE(create_bus("b").ok());
  expect_error(run(service_.tag_resource(caller_, {.resource_arn = kBusArn,
                                                   .tags = {{"a", "1"}, {"b", "2"}, {"c", "3"}}})),
               "ValidationException", "A resource has at most 2 tags; this one would have 3.");
  EXPECT_TRUE(tags_of(kBusArn).empty());
}

TEST_F(BusesTest, MergesAndRemovesTags) {
  ASSERT_TRUE(
      run(service_.create_event_bus(caller_, {.name = "b", .tags = Tags{{"a", "1"}, {"b", "2"}}}))
          .ok());
  ASSERT_TRUE(run(service_.tag_resource(
                      caller_, {.resource_arn = kBusArn, .tags = {{"b", "3"}, {"c", "4"}}}))
                  .ok());
  EXPECT_EQ(tags_of(kBusArn), (Tags{{"a", "1"}, {"b", "3"}, {"c", "4"}}));
  ASSERT_TRUE(
      run(service_.untag_resource(caller_, {.resource_arn = kBusArn, .tag_keys = {"a", "none"}}))
          .ok());
  EXPECT_EQ(tags_of(kBusArn), (Tags{{"b", "3"}, {"c", "4"}}));
}

TEST_F(BusesTest, ForgetsTheTagsOfABusThatIsDeleted) {
  ASSERT_TRUE(
      run(service_.create_event_bus(caller_, {.name = "b", .tags = Tags{{"a", "1"}}})).ok());
  ASSERT_TRUE(run(service_.delete_event_bus(caller_, {.name = "b"})).ok());
  ASSERT_TRUE(create_bus("b").ok());
  EXPECT_TRUE(tags_of(kBusArn).empty());
}

TEST_F(BusesTest, TagsRulesToo) {
  ASSERT_TRUE(put_rule("r").ok());
  const std::string arn = "arn:aws:events:us-east-1:111122223333:rule/r";
  ASSERT_TRUE(
      run(service_.tag_resource(caller_, {.resource_arn = arn, .tags = {{"a", "1"}}})).ok());
  EXPECT_EQ(tags_of(arn), (Tags{{"a", "1"}}));
}

TEST_F(BusesTest, RefusesTagsOfWhatIsNotThereOrHasNone) {
  const auto list_of = [this](const std::string& arn) {
    return run(service_.list_tags_for_resource(caller_, {.resource_arn = arn}));
  };
  expect_error(list_of(kBusArn), "ResourceNotFoundException", "Event bus b does not exist.");
  expect_error(list_of("arn:aws:events:us-east-1:111122223333:rule/none"),
               "ResourceNotFoundException", "Rule none does not exist on EventBus default.");
  expect_error(list_of("arn:aws:events:us-east-1:111122223333:archive/a"), "ValidationException",
               "Parameter ResourceARN is not valid. Reason: Only event buses and rules have "
               "tags.");
  expect_error(list_of("x"), "ValidationException",
               "Parameter x is not valid. Reason: Provided Arn is not in correct format.");
  ASSERT_TRUE(create_bus("b").ok());
  expect_error(run(service_.tag_resource(
                   caller_, {.resource_arn = kBusArn, .tags = {{"a", "1"}, {"a", "2"}}})),
               "ValidationException", "Invalid parameter: Duplicated keys are not allowed.");
}

}  // namespace
}  // namespace rialto::service
