// What the tests of this folder share: a request made of plain text.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "api/events.h"
#include "api/sqs.h"
#include "aws/binding.h"
#include "json/write.h"

namespace rialto::aws {

inline constexpr const api::ServiceFacts* kServices[] = {&api::events::kFacts, &api::sqs::kFacts};

struct Sent {
  std::map<std::string, std::string, std::less<>> headers = {};
  std::string body = {};
  std::string query = {};
  std::string path = "/";

  Request request() const {
    return {.method = "POST",
            .path = path,
            .query = query,
            .body = body,
            .header = [this](std::string_view name) -> std::string_view {
              const auto found = headers.find(name);
              return found == headers.end() ? std::string_view() : found->second;
            }};
  }
  Route route() const { return find_route(kServices, request()); }
  // The input as JSON, or the error as `reason: message`.
  std::string input() const {
    const Route found = route();
    if (found.problem) return std::string(found.problem->reason) + ": " + found.problem->message;
    const auto read = read_input(found, request());
    if (read.ok()) return json::write(*read);
    return std::string(read.error().reason) + ": " + read.error().message;
  }
};

inline Sent json_call(std::string target, std::string body) {
  return {.headers = {{"x-amz-target", std::move(target)},
                      {"content-type", "application/x-amz-json-1.1"}},
          .body = std::move(body)};
}

inline Sent form_call(std::string body) {
  return {.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}},
          .body = std::move(body)};
}

inline std::string header_of(const Answer& answer, std::string_view name) {
  for (const auto& [key, value] : answer.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace rialto::aws
