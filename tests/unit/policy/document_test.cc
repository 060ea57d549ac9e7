// The policy of a bus, one statement at a time.
#include "policy/document.h"

#include <gtest/gtest.h>

namespace rialto::policy {
namespace {

const std::string kBus = "arn:aws-cn:events:cn-north-1:111122223333:event-bus/b";

TEST(PolicyDocument, TakesAndLosesStatements) {
  const Permission everybody{
      .statement_id = "org",
      .principal = "*",
      .action = "events:PutEvents",
      .condition = Permission::Condition{"StringEquals", "aws:PrincipalOrgID", "o-1"}};
  const Permission one{
      .statement_id = "one", .principal = "444455556666", .action = "events:PutEvents"};
  const auto first = with_permission(std::nullopt, everybody, kBus);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(*first, R"({"Version":"2012-10-17","Statement":[{"Sid":"org","Effect":"Allow",)"
                    R"("Principal":"*","Action":"events:PutEvents","Resource":")" +
                        kBus + R"(","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}]})");
  const auto second = with_permission(*first, one, kBus);
  ASSERT_TRUE(second.ok());
  EXPECT_NE(second->find(R"({"AWS":"arn:aws-cn:iam::444455556666:root"})"), second->npos);
  EXPECT_EQ(with_permission(*second, one, kBus).value(), *second) << "the same takes its own place";
  EXPECT_EQ(without_statement(*second, "one").value(), *first);
  EXPECT_EQ(without_statement(*first, "org").value(), std::nullopt);
  EXPECT_EQ(without_statement(*first, "one").error().message,
            "Statement with the provided id does not exist.");
  EXPECT_EQ(without_statement(std::nullopt, "one").error().code, Code::NotFound);
}

TEST(PolicyDocument, MayHaveItsOnlyStatementWithoutAList) {
  const std::string single = R"({"Statement":{"Sid":"a"}})";
  EXPECT_EQ(without_statement(single, "a").value(), std::nullopt);
  EXPECT_EQ(without_statement("[]", "a").error().code, Code::Corruption);
}

}  // namespace
}  // namespace rialto::policy
