// Rules, targets, PutEvents and TestEventPattern (docs/spec/01, 02 §1 and §2).
#include "events_fixture.h"

namespace rialto::service {
namespace {

constexpr const char* kOverLimit = "The requested resource exceeds the maximum number allowed.";
constexpr const char* kNoRule = "Rule r does not exist on EventBus default.";

class RulesTest : public EventsTest {
 protected:
  explicit RulesTest(EventsQuotas quotas = {}) : EventsTest(quotas) {}
  Result<events::DescribeRuleResponse> describe(const std::string& name) {
    return run(service_.describe_rule(caller_, {.name = name}));
  }
};

TEST_F(RulesTest, AreMadeEnabledAndDescribedAsGiven) {
  const auto made = put_rule("r", R"({ "source": ["app"] })");
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->rule_arn, "arn:aws:events:us-east-1:111122223333:rule/r");
  const auto rule = describe("r");
  ASSERT_TRUE(rule.ok());
  EXPECT_EQ(rule->event_pattern, R"({ "source": ["app"] })") << "as it was written";
  EXPECT_EQ(rule->state, "ENABLED");
  EXPECT_EQ(rule->event_bus_name, "default");
  EXPECT_EQ(rule->created_by, "111122223333");
  EXPECT_FALSE(rule->description || rule->role_arn || rule->managed_by);
}

TEST_F(RulesTest, OfOtherBusesAreNamedWithTheirBus) {
  ASSERT_TRUE(create_bus("b").ok());
  EXPECT_EQ(put_rule("r", kPattern, "b")->rule_arn,
            "arn:aws:events:us-east-1:111122223333:rule/b/r");
  expect_error(put_rule("r", kPattern, "none"), "ResourceNotFoundException",
               "Event bus none does not exist.");
}

TEST_F(RulesTest, ReplaceEveryAttributeAndKeepTargetsAndTags) {
  ASSERT_TRUE(run(service_.put_rule(caller_, {.name = "r",
                                              .event_pattern = kPattern,
                                              .state = "DISABLED",
                                              .description = "d",
                                              .tags = std::vector<events::Tag>{{"a", "1"}}}))
                  .ok());
  ASSERT_TRUE(put_targets("r", {{.id = "t", .arn = queue_arn("q")}}).ok());
  ASSERT_TRUE(run(service_.put_rule(caller_, {.name = "r",
                                              .event_pattern = kPattern,
                                              .tags = std::vector<events::Tag>{{"b", "2"}}}))
                  .ok());
  const auto rule = describe("r");
  EXPECT_EQ(rule->state, "ENABLED");
  EXPECT_FALSE(rule->description);
  EXPECT_EQ(targets_of("r").size(), 1U);
  const auto tags = run(service_.list_tags_for_resource(caller_, {.resource_arn = *rule->arn}));
  EXPECT_EQ(*tags->tags, (std::vector<events::Tag>{{"a", "1"}})) << "tags of an update are ignored";
}

TEST_F(RulesTest, NeedAPatternOrASchedule) {
  expect_error(run(service_.put_rule(caller_, {.name = "r"})), "ValidationException",
               "Parameter(s) EventPattern or ScheduleExpression must be specified.");
  for (const char* text : {"rate(1 days)", "cron(0 12 * * * *)", "at(2026-01-15T12:00:00)", ""}) {
    expect_error(run(service_.put_rule(caller_, {.name = "r", .schedule_expression = text})),
                 "ValidationException", "Parameter ScheduleExpression is not valid.");
  }
  ASSERT_TRUE(create_bus("b").ok());
  expect_error(
      run(service_.put_rule(
          caller_, {.name = "r", .schedule_expression = "rate(1 day)", .event_bus_name = "b"})),
      "ValidationException", "ScheduleExpression is supported only on the default event bus.");
}

TEST_F(RulesTest, AreGivenBackWithTheirSchedule) {
  ASSERT_TRUE(
      run(service_.put_rule(caller_, {.name = "r", .schedule_expression = "rate(1 day)"})).ok());
  EXPECT_EQ(describe("r")->schedule_expression, "rate(1 day)");
  EXPECT_EQ(describe("r")->event_pattern, std::nullopt);
  const auto listed = run(service_.list_rules(caller_, {}));
  ASSERT_EQ(listed->rules->size(), 1U);
  EXPECT_EQ(listed->rules->at(0).schedule_expression, "rate(1 day)");
  ASSERT_TRUE(put_rule("r").ok());
  EXPECT_EQ(describe("r")->schedule_expression, std::nullopt) << "every attribute is replaced";
  ASSERT_TRUE(run(service_.put_rule(caller_, {.name = "r",
                                              .schedule_expression = "cron(0 12 * * ? *)",
                                              .event_pattern = kPattern}))
                  .ok());
  EXPECT_EQ(describe("r")->schedule_expression, "cron(0 12 * * ? *)");
  EXPECT_EQ(describe("r")->event_pattern, kPattern);
}

TEST_F(RulesTest, CountTheirScheduleFromTheLastChangeOrEnabling) {
  const auto anchor = [this] {
    return catalog_.state()
        ->list({caller_.account, caller_.region})
        .at(0)
        ->rules.at("r")
        ->rule.schedule->anchor;
  };
  const auto put = [this] {
    return run(service_.put_rule(caller_, {.name = "r", .schedule_expression = "rate(1 day)"}));
  };
  ASSERT_TRUE(put().ok());
  const TimePoint made = clock_.now();
  clock_.advance(std::chrono::hours(1));
  ASSERT_TRUE(put_targets("r", {{.id = "t", .arn = queue_arn("q")}}).ok());
  ASSERT_TRUE(run(service_.enable_rule(caller_, {.name = "r"})).ok());
  EXPECT_EQ(anchor(), made) << "neither changed the schedule";
  ASSERT_TRUE(run(service_.disable_rule(caller_, {.name = "r"})).ok());
  clock_.advance(std::chrono::hours(1));
  ASSERT_TRUE(run(service_.enable_rule(caller_, {.name = "r"})).ok());
  EXPECT_EQ(anchor(), made + std::chrono::hours(2));
  clock_.advance(std::chrono::hours(1));
  ASSERT_TRUE(put().ok());
  EXPECT_EQ(anchor(), made + std::chrono::hours(3));
}

TEST_F(RulesTest, NeedAPatternThatCompiles) {
  expect_error(put_rule("r", "[]"), "InvalidEventPatternException",
               put_rule("r", "[]").error().message);
  EXPECT_TRUE(put_rule("r", "[]").error().message.starts_with(
      "Event pattern is not valid. Reason: Filter is not an object"));
  EXPECT_FALSE(describe("r").ok());
}

TEST_F(RulesTest, HavePatternsOfALimitedLength) {
  const auto pattern_of = [](std::size_t size) {
    const std::string frame = R"({"source":[""]})";
    return R"({"source":[")" + std::string(size - frame.size(), 'x') + R"("]})";
  };
  EXPECT_TRUE(put_rule("r", pattern_of(2'048)).ok());
  expect_error(put_rule("r", pattern_of(2'049)), "ValidationException",
               "Parameter EventPattern for rule r exceeds limit of 2048.");
}

TEST_F(RulesTest, AreEnabledAndDisabled) {
  ASSERT_TRUE(put_rule("r").ok());
  ASSERT_TRUE(run(service_.disable_rule(caller_, {.name = "r"})).ok());
  EXPECT_EQ(describe("r")->state, "DISABLED");
  ASSERT_TRUE(run(service_.enable_rule(caller_, {.name = "r"})).ok());
  EXPECT_EQ(describe("r")->state, "ENABLED");
}

TEST_F(RulesTest, ThatAreNotThereAreSaidToBe) {
  expect_error(describe("r"), "ResourceNotFoundException", kNoRule);
  expect_error(run(service_.enable_rule(caller_, {.name = "r"})), "ResourceNotFoundException",
               kNoRule);
  expect_error(run(service_.disable_rule(caller_, {.name = "r"})), "ResourceNotFoundException",
               kNoRule);
  expect_error(put_targets("r", {{.id = "t", .arn = queue_arn("q")}}), "ResourceNotFoundException",
               kNoRule);
  expect_error(run(service_.remove_targets(caller_, {.rule = "r", .ids = {"t"}})),
               "ResourceNotFoundException", kNoRule);
  EXPECT_TRUE(run(service_.delete_rule(caller_, {.name = "r"})).ok()) << "no error at AWS";
  expect_error(run(service_.delete_rule(caller_, {.name = "r", .event_bus_name = "none"})),
               "ResourceNotFoundException", "Event bus none does not exist.");
}

TEST_F(RulesTest, AreDeletedWithoutTargetsOnly) {
  ASSERT_TRUE(put_rule("r").ok());
  ASSERT_TRUE(put_targets("r", {{.id = "t", .arn = queue_arn("q")}}).ok());
  expect_error(run(service_.delete_rule(caller_, {.name = "r"})), "ValidationException",
               "Rule can't be deleted since it has targets.");
  ASSERT_TRUE(run(service_.remove_targets(caller_, {.rule = "r", .ids = {"t"}})).ok());
  EXPECT_TRUE(run(service_.delete_rule(caller_, {.name = "r"})).ok());
  EXPECT_FALSE(describe("r").ok());
}

TEST_F(RulesTest, AreListedByNameAndPrefixInPages) {
  for (const char* name : {"b2", "a", "b1", "b3"}) ASSERT_TRUE(put_rule(name).ok());
  const auto list = [this](std::optional<std::string> token) {
    return run(service_.list_rules(
        caller_, {.name_prefix = "b", .next_token = std::move(token), .limit = 2}));
  };
  const auto first = list(std::nullopt);
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->rules->size(), 2U);
  EXPECT_EQ((*first->rules)[0].name, "b1");
  EXPECT_EQ((*first->rules)[1].name, "b2");
  const auto second = list(first->next_token);
  ASSERT_TRUE(second.ok());
  ASSERT_EQ(second->rules->size(), 1U);
  EXPECT_EQ((*second->rules)[0].name, "b3");
  EXPECT_FALSE(second->next_token);
  EXPECT_FALSE(run(service_.list_rules(caller_, {.next_token = first->next_token})).ok())
      << "a token is good for the same parameters only";
}

TEST_F(RulesTest, AreFoundByTheTargetTheyLeadTo) {
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(put_rule(name).ok());
  for (const char* name : {"a", "c"}) {
    ASSERT_TRUE(put_targets(name, {{.id = "t", .arn = queue_arn("q")}}).ok());
  }
  const auto found =
      run(service_.list_rule_names_by_target(caller_, {.target_arn = queue_arn("q")}));
  EXPECT_EQ(*found->rule_names, (std::vector<std::string>{"a", "c"}));
  const auto none =
      run(service_.list_rule_names_by_target(caller_, {.target_arn = queue_arn("other")}));
  EXPECT_TRUE(none->rule_names->empty());
}

TEST_F(RulesTest, HaveTargetsByIdAsGiven) {
  ASSERT_TRUE(put_rule("r").ok());
  const events::Target full{.id = "b",
                            .arn = queue_arn("q"),
                            .input = R"({"a":1})",
                            .retry_policy = events::RetryPolicy{.maximum_retry_attempts = 3}};
  const auto put = put_targets("r", {full, {.id = "a", .arn = queue_arn("q")}});
  ASSERT_TRUE(put.ok());
  EXPECT_EQ(put->failed_entry_count, 0);
  const auto targets = targets_of("r");
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_EQ(targets[0].id, "a");
  EXPECT_EQ(targets[1], full);
  ASSERT_TRUE(put_targets("r", {{.id = "b", .arn = queue_arn("other")}}).ok());
  EXPECT_EQ(targets_of("r")[1], (events::Target{.id = "b", .arn = queue_arn("other")}))
      << "the same id replaces";
  const auto removed = run(service_.remove_targets(caller_, {.rule = "r", .ids = {"b", "none"}}));
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(removed->failed_entry_count, 0);
  EXPECT_EQ(targets_of("r").size(), 1U);
}

TEST_F(RulesTest, TakeAllTargetsOfACallOrNone) {
  ASSERT_TRUE(put_rule("r").ok());
  const events::Target good{.id = "good", .arn = queue_arn("q")};
  expect_error(put_targets("r", {good, {.id = "bad", .arn = "arn:aws:s3:::b"}}),
               "ValidationException", "s3 is not a supported service for a target.");
  expect_error(put_targets("r", {good, good}), "ValidationException",
               "Parameter targets is not valid. Reason: More than one target with Id 'good' is "
               "provided.");
  expect_error(
      put_targets("r",
                  {good, {.id = "two", .arn = queue_arn("q"), .input = "1", .input_path = "$"}}),
      "ValidationException",
      "Only one of Input, InputPath, or InputTransformer must be provided for target "
      "two.");
  expect_error(put_targets("r", {good, {.id = "i", .arn = queue_arn("q"), .input = "bare"}}),
               "ValidationException", "JSON syntax error in input for target i");
  expect_error(put_targets("r", {good, {.id = "p", .arn = queue_arn("q"), .input_path = "x"}}),
               "ValidationException", "InputPath for target p is invalid.");
  EXPECT_TRUE(targets_of("r").empty());
}

class FewRules : public RulesTest {
 protected:
  FewRules()
      : RulesTest({.rules_per_bus = 3,
                   .wildcard_rules_per_bus = 1,
                   .targets_per_rule = 2,
                   .put_events_bytes = 100}) {}
};

TEST_F(FewRules, StopAtTheQuota) {
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(put_rule(name).ok());
  expect_error(put_rule("d"), "LimitExceededException", kOverLimit);
  EXPECT_TRUE(put_rule("c").ok()) << "one that is there may be replaced";
}

TEST_F(FewRules, WithWildcardsStopAtTheirs) {
  const std::string wildcard = R"({"source":[{"wildcard":"a*b"}]})";
  EXPECT_TRUE(put_rule("a", wildcard).ok());
  expect_error(put_rule("b", wildcard), "LimitExceededException", kOverLimit);
  EXPECT_TRUE(put_rule("a", wildcard).ok());
}

TEST_F(FewRules, HaveFewTargets) {
  ASSERT_TRUE(put_rule("r").ok());
  const events::Target a{.id = "a", .arn = queue_arn("q")};
  const events::Target b{.id = "b", .arn = queue_arn("q")};
  const events::Target c{.id = "c", .arn = queue_arn("q")};
  expect_error(put_targets("r", {a, b, c}), "LimitExceededException", kOverLimit);
  EXPECT_TRUE(put_targets("r", {a, b}).ok());
  expect_error(put_targets("r", {c}), "LimitExceededException", kOverLimit);
  EXPECT_TRUE(put_targets("r", {a, b}).ok());
}

events::PutEventsRequestEntry entry_of(std::size_t size) {
  return {.source = "s", .detail_type = "t", .detail = "{}" + std::string(size - 4, ' ')};
}

TEST_F(FewRules, RefuseACallThatIsTooLargeAsAWhole) {
  const auto exact = run(service_.put_events(caller_, {.entries = {entry_of(50), entry_of(50)}}));
  ASSERT_TRUE(exact.ok());
  EXPECT_EQ(exact->failed_entry_count, 0);
  expect_error(run(service_.put_events(caller_, {.entries = {entry_of(50), entry_of(51)}})),
               "ValidationException",
               "Total size of the entries in the request is over the limit.");
}

TEST_F(RulesTest, AnswerEntriesInOrderAndCountTheFailed) {
  const auto answer = run(service_.put_events(
      caller_, {.entries = {{.detail_type = "t", .detail = "{}"},
                            {.source = "s", .detail_type = "t", .detail = "{}"},
                            {.source = "s", .detail_type = "t", .detail = "[]"}}}));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->failed_entry_count, 2);
  const auto& entries = *answer->entries;
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].error_code, "InvalidArgument");
  EXPECT_EQ(entries[0].error_message,
            "Parameter Source is not valid. Reason: Source is a required argument.");
  EXPECT_FALSE(entries[0].event_id);
  EXPECT_EQ(entries[1].event_id->size(), 36U);
  EXPECT_FALSE(entries[1].error_code || entries[1].error_message);
  EXPECT_EQ(entries[2].error_code, "MalformedDetail");
}

TEST_F(RulesTest, RefuseGlobalEndpoints) {
  expect_error(run(service_.put_events(caller_, {.entries = {entry_of(10)}, .endpoint_id = "a.b"})),
               "ValidationException",
               "Parameter EndpointId is not supported: this version of Rialto has no global "
               "endpoints yet.");
}

TEST_F(RulesTest, PassOnTheTraceHeaderOfTheEntryElseOfTheCall) {
  const store::Scope scope{.account = caller_.account, .region = caller_.region};
  ASSERT_TRUE(run(queues_.create(scope, "q", {}, {})).ok());
  ASSERT_TRUE(put_rule("r").ok());
  ASSERT_TRUE(put_targets("r", {{.id = "t", .arn = queue_arn("q")}}).ok());
  const std::string of_call = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
  const std::string of_entry = "Parent=1;Root=1-00000000-bd862e3fe1be46a994272793";
  caller_.trace_header = of_call;
  const auto seen_for = [&](std::optional<std::string> header) {
    const auto put =
        run(service_.put_events(caller_, {.entries = {{.source = "app",
                                                       .detail_type = "t",
                                                       .detail = "{}",
                                                       .trace_header = std::move(header)}}}));
    EXPECT_TRUE(put.ok());
    const auto got = run(queues_.receive(scope, "q", {.wait = Millis(0)}));
    return got.ok() && got->size() == 1 ? got->front().trace_header : "no message";
  };
  EXPECT_EQ(seen_for(std::nullopt), of_call);
  EXPECT_EQ(seen_for(of_entry), of_entry);
  for (const char* bad : {"nonsense", "Root=1-5759e988-bd862e3fe1be46a99427279",
                          "Root=1-5759e98x-bd862e3fe1be46a994272793"}) {
    EXPECT_EQ(seen_for(bad), "") << "an invalid header is dropped, the event is not";
  }
}

TEST_F(RulesTest, AreTriedOutOnAnEvent) {
  const std::string event =
      R"({"id":"1","account":"1","source":"app","time":"t","region":"r","detail-type":"d"})";
  const auto test_pattern = [this](std::string pattern, std::string on) {
    return run(service_.test_event_pattern(
        caller_, {.event_pattern = std::move(pattern), .event = std::move(on)}));
  };
  EXPECT_EQ(test_pattern(kPattern, event)->result, true);
  EXPECT_EQ(test_pattern(R"({"source":["other"]})", event)->result, false);
  for (const char* bad : {"text", "[]", "{}", R"({"id":"1"})"}) {
    expect_error(test_pattern(kPattern, bad), "ValidationException",
                 "Parameter Event is not valid.");
    expect_error(test_pattern("[]", bad), "ValidationException", "Parameter Event is not valid.");
  }
  EXPECT_FALSE(test_pattern("[]", event).ok());
}

}  // namespace
}  // namespace rialto::service
