// Policies: what is read, and what they decide.
#include "policy/policy.h"

#include <gtest/gtest.h>

namespace rialto::policy {
namespace {

constexpr std::string_view kBus = "arn:aws:events:eu-west-1:111122223333:event-bus/b";

Request request(std::string_view action = "events:PutEvents",
                std::string_view account = "444455556666") {
  Request out;
  out.principal.account = account;
  out.principal.arn = "arn:aws:iam::" + std::string(account) + ":user/u";
  out.action = action;
  out.resource = kBus;
  return out;
}

std::string statement(std::string_view more, std::string_view effect = "Allow") {
  return R"({"Effect":")" + std::string(effect) + R"(","Action":"events:PutEvents","Resource":")" +
         std::string(kBus) + R"(",)" + std::string(more) + "}";
}

std::string policy(std::string_view statements, std::string_view version = "2012-10-17") {
  return R"({"Version":")" + std::string(version) + R"(","Statement":[)" + std::string(statements) +
         "]}";
}

Outcome decide(const std::string& text, const Request& asked, Kind kind = Kind::Resource) {
  const auto parsed = Policy::parse(text, kind);
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  if (!parsed.ok()) return Outcome::Denied;
  return evaluate({&*parsed, 1}, asked).outcome;
}

TEST(Policy, NamesPrincipals) {
  struct {
    std::string_view principal;
    bool is_meant;
  } const rows[] = {
      {R"("Principal":"*")", true},
      {R"("Principal":{"AWS":"*"})", true},
      {R"("Principal":{"AWS":"444455556666"})", true},
      {R"("Principal":{"AWS":["111122223333","arn:aws:iam::444455556666:root"]})", true},
      {R"("Principal":{"AWS":"arn:aws:iam::444455556666:user/u"})", true},
      {R"("Principal":{"AWS":"arn:aws:iam::444455556666:user/v"})", false},
      {R"("Principal":{"AWS":"111122223333"})", false},
      {R"("Principal":{"Service":"events.amazonaws.com"})", false},
      {R"("Principal":{"Federated":"x"})", false},
      {R"("NotPrincipal":{"AWS":"111122223333"})", true},
      {R"("NotPrincipal":{"AWS":"444455556666"})", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(decide(policy(statement(row.principal)), request()) == Outcome::Allowed, row.is_meant)
        << row.principal;
  }
  Request service = request();
  service.principal = {.account = "444455556666", .service = "events.amazonaws.com"};
  EXPECT_EQ(decide(policy(statement(R"("Principal":{"Service":"events.amazonaws.com"})")), service),
            Outcome::Allowed);
  EXPECT_EQ(decide(policy(statement(R"("Principal":{"AWS":"444455556666"})")), service),
            Outcome::NotAllowed);
}

TEST(Policy, NamesActionsAndResources) {
  struct {
    std::string_view members;
    bool is_allowed;
  } const rows[] = {
      {R"("Action":"events:Put*","Resource":"*")", true},
      {R"("Action":["sqs:*","EVENTS:putevents"],"Resource":"*")", true},
      {R"("Action":"events:Get*","Resource":"*")", false},
      {R"("NotAction":"events:Get*","Resource":"*")", true},
      {R"("NotAction":"events:*","Resource":"*")", false},
      {R"("Action":"*","Resource":"arn:aws:events:*:111122223333:event-bus/*")", true},
      {R"("Action":"*","Resource":"arn:aws:events:*:111122223333:event-bus/c")", false},
      {R"("Action":"*","NotResource":"arn:aws:events:*:111122223333:event-bus/c")", true},
      {R"("Action":"*","NotResource":"arn:aws:events:*:*:event-bus/?")", false},
  };
  for (const auto& row : rows) {
    const std::string text = policy(R"({"Effect":"Allow",)" + std::string(row.members) + "}");
    EXPECT_EQ(decide(text, request(), Kind::Identity) == Outcome::Allowed, row.is_allowed)
        << row.members;
  }
}

TEST(Policy, KnowsVariablesByItsVersion) {
  const std::string one =
      R"({"Effect":"Allow","Action":"*","Resource":"arn:aws:events:eu-west-1:${a}:event-bus/b"})";
  Request asked = request();
  asked.context.put("a", "111122223333");
  EXPECT_EQ(decide(policy(one), asked, Kind::Identity), Outcome::Allowed);
  EXPECT_EQ(decide(policy(one, "2008-10-17"), asked, Kind::Identity), Outcome::NotAllowed);
}

TEST(Policy, DeniesBeforeItAllows) {
  const std::string allow = statement(R"("Principal":"*")");
  const std::string deny = statement(
      R"("Principal":"*","Sid":"no","Condition":{"StringEquals":{"events:source":"bad"}})", "Deny");
  const Policies both{Policy::parse(policy(allow + "," + deny), Kind::Resource).value()};
  Request asked = request();
  EXPECT_TRUE(evaluate(both, asked).is_allowed());
  asked.context.put("events:source", "bad");
  const Decision decision = evaluate(both, asked);
  EXPECT_EQ(decision.outcome, Outcome::Denied);
  ASSERT_EQ(decision.policy, &both.front());
  EXPECT_EQ(both.front().statements()[decision.statement].sid(), "no");
}

TEST(Policy, OfTwoAccountsMustBothAllow) {
  const auto of_bus = Policy::parse(policy(statement(R"("Principal":"*")")), Kind::Resource);
  const auto of_key = [](const std::string& action) {
    return Policies{
        Policy::parse(policy(R"({"Effect":"Allow","Action":")" + action + R"(","Resource":"*"})"),
                      Kind::Identity)
            .value()};
  };
  const Policies good = of_key("events:*");
  const Policies none = of_key("sqs:*");
  const auto denial =
      Policy::parse(policy(statement(R"("Principal":"*")", "Deny")), Kind::Resource);
  struct {
    std::string_view who;
    const Policies* identity;
    const Policy* resource;
    std::string_view account;
    Outcome outcome;
  } const rows[] = {
      {"the account itself", nullptr, nullptr, "111122223333", Outcome::Allowed},
      {"a key that may", &good, nullptr, "111122223333", Outcome::Allowed},
      {"a key that may not", &none, nullptr, "111122223333", Outcome::NotAllowed},
      {"a key whom the bus lets", &none, &*of_bus, "111122223333", Outcome::Allowed},
      {"the account, denied", nullptr, &*denial, "111122223333", Outcome::Denied},
      {"a stranger", nullptr, nullptr, "444455556666", Outcome::NotAllowed},
      {"a stranger whom the bus lets", nullptr, &*of_bus, "444455556666", Outcome::Allowed},
      {"a stranger's key that may", &good, &*of_bus, "444455556666", Outcome::Allowed},
      {"a stranger's key that may not", &none, &*of_bus, "444455556666", Outcome::NotAllowed},
  };
  for (const auto& row : rows) {
    const Judges judges{row.identity, row.resource, "111122223333"};
    EXPECT_EQ(judge(judges, request("events:PutEvents", row.account)).outcome, row.outcome)
        << row.who;
  }
}

TEST(Policy, ThatIsNotUnderstoodIsRefused) {
  const std::string good = statement(R"("Principal":"*")");
  struct {
    std::string text, message;
  } const rows[] = {
      {"[]", "A policy is a JSON object."},
      {"{}", "A policy needs a Statement."},
      {policy(""), "A policy needs a Statement."},
      {R"({"Version":"2020-01-01","Statement":[]})",
       "The Version of a policy is 2012-10-17 or 2008-10-17."},
      {R"({"Statements":[]})", "A policy has no 'Statements'."},
      {policy("1"), "Statement 1: is no object"},
      {policy(good + R"(,{"Effect":"allow"})"),
       "Statement 2: needs an Effect, which is Allow or Deny"},
      {policy(R"({"Effect":"Allow","Principal":"*","Resource":"*"})"),
       "Statement 1: needs one of Action and NotAction"},
      {policy(R"({"Effect":"Allow","Action":"*","Resource":"*"})"),
       "Statement 1: needs one of Principal and NotPrincipal"},
      {policy(statement(R"("Principal":"me")")),
       "Statement 1: takes \"*\" or an object as its principal"},
      {policy(statement(R"("Principal":{"AWS":"me"})")),
       "Statement 1: names a principal, 'me', that is no account and no ARN"},
      {policy(statement(R"("Principal":"*","Colour":1)")),
       "Statement 1: has 'Colour', which no statement has"},
      {policy(statement(R"("Principal":"*","Condition":{"Odd":{"a":"b"}})")),
       "Statement 1: 'Odd' is no operator that conditions have."},
      {policy(statement(R"("Principal":"*","Sid":"a")") + "," +
              statement(R"("Principal":"*","Sid":"a")")),
       "Statement 2 has the Sid 'a' of another one."},
  };
  for (const auto& row : rows) {
    const auto parsed = Policy::parse(row.text, Kind::Resource);
    ASSERT_FALSE(parsed.ok()) << row.text;
    EXPECT_EQ(parsed.error().message, row.message);
  }
  EXPECT_FALSE(Policy::parse(policy(good), Kind::Identity).ok()) << "it names a Principal";
}

}  // namespace
}  // namespace rialto::policy
