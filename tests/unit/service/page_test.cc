// Pages: every name once and in order, whatever the limit; tokens of their own list only.
#include "service/page.h"

#include <gtest/gtest.h>

#include <vector>

namespace rialto::service {
namespace {

const std::vector<std::string> kNames{"a", "b", "c", "d", "e"};

// All pages of `names`, each as one text.
std::vector<std::string> pages(const std::vector<std::string>& names, std::int64_t limit) {
  std::vector<std::string> out;
  std::optional<std::string> token;
  do {
    auto page = Page::open({"List", "filter", token, limit});
    EXPECT_TRUE(page.ok());
    std::string& text = out.emplace_back();
    for (const std::string& name : names) {
      if (page->takes(name)) text += name;
    }
    token = page->next_token();
  } while (token && out.size() < 20);
  return out;
}

TEST(Page, TakesEachNameOnceAndInOrder) {
  EXPECT_EQ(pages(kNames, 1), (std::vector<std::string>{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(pages(kNames, 2), (std::vector<std::string>{"ab", "cd", "e"}));
  EXPECT_EQ(pages(kNames, 100), std::vector<std::string>{"abcde"});
}

TEST(Page, IsTheLastWhenItHoldsTheLastName) {
  EXPECT_EQ(pages(kNames, 5), std::vector<std::string>{"abcde"});
  EXPECT_EQ(pages({}, 1), std::vector<std::string>{""});
}

TEST(Page, HoldsAHundredNamesUnlessToldOtherwise) {
  auto page = Page::open({"List", "", std::nullopt, std::nullopt});
  ASSERT_TRUE(page.ok());
  int taken = 0;
  for (int i = 100; i < 300; ++i) taken += page->takes(std::to_string(i));
  EXPECT_EQ(taken, 100);
  EXPECT_TRUE(page->next_token());
}

TEST(Page, GoesOnAfterANameThatIsGoneMeanwhile) {
  auto first = Page::open({"List", "", std::nullopt, 2});
  for (const std::string& name : kNames) first->takes(name);
  auto second = Page::open({"List", "", first->next_token(), 2});
  ASSERT_TRUE(second.ok());
  std::string text;
  for (const char* name : {"a", "bb", "d", "e"}) {  // `b`, the last of the page before, is gone
    if (second->takes(name)) text += std::string(name) + ' ';
  }
  EXPECT_EQ(text, "bb d ");
}

TEST(Page, TakesNoTokenButItsOwn) {
  auto page = Page::open({"List", "filter", std::nullopt, 1});
  for (const std::string& name : kNames) page->takes(name);
  const auto token = page->next_token();
  ASSERT_TRUE(token);
  EXPECT_TRUE(Page::open({"List", "filter", token, 5}).ok()) << "the limit may change";
  const std::vector<PageRequest> others{
      {"List", "other", token, 1},  {"Other", "filter", token, 1},
      {"Listf", "ilter", token, 1}, {"List", "filter", "", 1},
      {"List", "filter", "x", 1},   {"List", "filter", token->substr(4), 1}};
  for (const PageRequest& other : others) {
    const auto refused = Page::open(other);
    ASSERT_FALSE(refused.ok()) << other.list << other.filter;
    EXPECT_EQ(refused.error().code, Code::InvalidArgument);
    EXPECT_EQ(refused.error().message,
              "Parameter NextToken is not valid. Reason: It is not a token that this list gave "
              "for the same parameters.");
  }
}

}  // namespace
}  // namespace rialto::service
