// A condition that is shown is a list of matchers, and means what the condition means.
#include "ruler/show/clause_text.h"

#include <gtest/gtest.h>

#include "conditions.h"
#include "json/write.h"
#include "ruler/fold.h"
#include "ruler/utf8.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

using sample::OneCondition;
using sample::Scalar;

std::string shown(const std::string& matchers) {
  const OneCondition condition(matchers);
  EXPECT_TRUE(condition.ok()) << matchers << condition.error();
  return condition.ok() ? to_text(condition.get()) : "";
}

TEST(RulerConditionText, HasEveryOperator) {
  for (const char* matchers : {R"(["a"])",
                               R"(["a","b"])",
                               R"(["\"\\\n\u0001é"])",
                               R"([null,true,false])",
                               R"([1])",
                               R"([-0.5])",
                               R"([1e+23])",
                               R"([4.3396382587184074e+20])",
                               R"([9007199254740993])",
                               R"([{"prefix":"a"}])",
                               R"([{"suffix":"b"}])",
                               R"([{"equals-ignore-case":"ab"}])",
                               R"([{"prefix":{"equals-ignore-case":"ab"}}])",
                               R"([{"suffix":{"equals-ignore-case":"ab"}}])",
                               R"([{"equals-ignore-case":"é1"}])",
                               R"([{"suffix":{"equals-ignore-case":"1é"}}])",
                               R"([{"wildcard":"*"}])",
                               R"([{"wildcard":"a*b\\*c\\\\*"}])",
                               R"([{"anything-but":["a"]}])",
                               R"([{"anything-but":["a","b"]}])",
                               R"([{"anything-but":["10.0.0.1"]}])",
                               R"([{"anything-but":[1,2.5]}])",
                               R"([{"anything-but":{"prefix":["a","b"]}}])",
                               R"([{"anything-but":{"suffix":["a"]}}])",
                               R"([{"anything-but":{"equals-ignore-case":["a","é"]}}])",
                               R"([{"anything-but":{"wildcard":["a*","b\\*"]}}])",
                               R"([{"numeric":["=",5]}])",
                               R"([{"numeric":["<",0]}])",
                               R"([{"numeric":["<=",-1.5]}])",
                               R"([{"numeric":[">",0]}])",
                               R"([{"numeric":[">=",1e+300]}])",
                               R"([{"numeric":[">",0,"<",1]}])",
                               R"([{"numeric":[">=",-5e-324,"<=",0]}])",
                               R"([{"numeric":[">=",4e+20]}])",
                               R"(["10.0.0.1"])",
                               R"([{"exactly":"10.0.0.1"}])",
                               R"([{"cidr":"10.0.0.0/8"}])",
                               R"([{"cidr":"2001:0db8:0000:0000:0000:0000:0000:0000/32"}])",
                               R"(["2001:0db8:0000:0000:0000:0000:0000:0001"])",
                               R"([{"exists":true}])",
                               R"([{"exists":false}])",
                               R"([{"exists":false},"a"])"}) {
    EXPECT_EQ(shown(matchers), matchers);
  }
}

TEST(RulerConditionText, IsPlainWhereItMeansTheSame) {
  EXPECT_EQ(shown(R"([{"exactly":"a"}])"), R"(["a"])");
  EXPECT_EQ(shown(R"([{"wildcard":"a\\*"}])"), R"(["a*"])");
  EXPECT_EQ(shown(R"([{"anything-but":{"wildcard":"a"}}])"), R"([{"anything-but":["a"]}])");
  EXPECT_EQ(shown(R"([{"equals-ignore-case":"AB"}])"), R"([{"equals-ignore-case":"ab"}])");
  EXPECT_EQ(shown(R"([1.0,10e-1])"), "[1,1]");
  EXPECT_EQ(shown(R"([{"cidr":"10.1.2.3/8"}])"), R"([{"cidr":"10.0.0.0/8"}])");
  EXPECT_EQ(shown(R"(["h","g","f","e","d","c","b","a","a"])"),
            R"(["a","b","c","d","e","f","g","h"])");
}

// Compiles what is shown, and compares both with every value.
void expect_same_meaning(const std::string& matchers) {
  const OneCondition first(matchers);
  ASSERT_TRUE(first.ok()) << matchers << first.error();
  const std::string text = to_text(first.get());
  const OneCondition second(text);
  ASSERT_TRUE(second.ok()) << matchers << " shown as " << text << ": " << second.error();
  EXPECT_EQ(first.get().may_be_absent, second.get().may_be_absent) << matchers << " " << text;
  for (const Scalar& scalar : sample::scalars()) {
    EXPECT_EQ(passes(first.get(), scalar.leaf()), passes(second.get(), scalar.leaf()))
        << matchers << " shown as " << text << " " << scalar.json;
  }
}

TEST(RulerConditionText, MeansWhatTheConditionMeans) {
  test::Random random(1);
  for (std::size_t i = 0; i < test::scaled(2'000); ++i) {
    expect_same_meaning(sample::random_matchers(random));
    if (testing::Test::HasFailure()) break;
  }
}

// A text that ignores case keeps only the forms of its letters.
TEST(RulerConditionText, ShowsLettersWithTheSameForms) {
  for (char32_t code = 0x80; code < 0x10000; ++code) {
    if (code >= 0xD800 && code < 0xE000) continue;
    std::string letter;
    utf8::append(letter, code);
    const OneCondition first("[{\"equals-ignore-case\":\"" + letter + "\"}]");
    const OneCondition second(to_text(first.get()));
    ASSERT_TRUE(second.ok()) << letter << second.error();
    const Folded::Letter forms = Folded(letter).letters().front();
    for (const std::string& form : {letter, forms.lower, forms.upper}) {
      const Scalar scalar(json::quoted(form));
      EXPECT_EQ(passes(first.get(), scalar.leaf()), passes(second.get(), scalar.leaf()))
          << letter << " " << form;
    }
    // Two conditions with the same bytes mean the same.
    const auto bytes = [](const Condition& condition) {
      return std::string_view(condition.begin(), condition.end());
    };
    EXPECT_EQ(bytes(first.get()), bytes(second.get())) << letter;
  }
}

TEST(RulerLeafText, IsTheValueAsJson) {
  for (const Scalar& scalar : sample::scalars()) EXPECT_EQ(to_text(scalar.leaf()), scalar.json);
}

}  // namespace
}  // namespace rialto::ruler
