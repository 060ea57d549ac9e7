// What the tests of this folder share.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "api/conform.h"
#include "api/events.h"
#include "api/sqs.h"
#include "api/validate.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::api {

inline json::Value value_of(std::string_view text) {
  auto parsed = json::parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return parsed.ok() ? std::move(parsed).value() : json::Value();
}

// What conform() and check() say of an input, or an empty text.
inline std::string refusal(const ServiceFacts& service, std::string_view name,
                           std::string_view text) {
  const Operation* operation = find_operation(service, name);
  if (operation == nullptr) return "no such operation";
  json::Value input = value_of(text);
  if (auto conformed = conform(*operation->input, input); !conformed.ok()) {
    return std::string(conformed.error().reason) + ": " + conformed.error().message;
  }
  auto checked = check(service, *operation, input);
  if (checked.ok()) return {};
  return std::string(checked.error().reason) + ": " + checked.error().message;
}

inline std::string refusal(std::string_view name, std::string_view text) {
  return refusal(events::kFacts, name, text);
}

// The shape of an operation's input member.
inline const Shape& member_shape(std::string_view operation, std::string_view member) {
  for (const Member& m : find_operation(events::kFacts, operation)->input->members) {
    if (m.name == member) return *m.shape;
  }
  ADD_FAILURE() << operation << " has no " << member;
  static const Shape none;
  return none;
}

}  // namespace rialto::api
