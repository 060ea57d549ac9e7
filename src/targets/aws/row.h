// Targets that are one signed call: each a row of a table. Private to targets.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "targets/aws/call.h"
#include "targets/target_type.h"

namespace rialto::targets {

// A call that takes several invocations of one target, where the service has one.
struct BatchCall {
  Batching limits;
  // One of the entries; `index` is its place among them. Errors: as Row::make.
  Result<json::Value> (*make_entry)(const Invocation& invocation, std::size_t index);
  void (*make)(AwsCall& call, const model::Arn& target, json::Array entries);
  // What became of each entry, in order.
  std::vector<Outcome> (*judge)(const std::string& body, std::size_t count);
};

struct Row {
  std::string_view name;      // for metrics, logs and `rialto targets`
  std::string_view arn_form;  // for people
  std::string_view call;      // the same
  std::string_view service;   // whose endpoint is called
  bool (*serves)(const model::Arn& arn);
  // The call of one attempt, complete but for account, Region and role, which are the target's.
  // Errors: permanent, with their ERROR_CODE.
  Result<> (*make)(AwsCall& call, const Invocation& invocation);
  // What the body of a success says that makes it none; nullptr: nothing can.
  Result<> (*judge)(const std::string& body) = nullptr;
  // The call makes what has a name of its own: that it is there at a later attempt means that an
  // earlier one, of which we heard nothing, made it.
  bool is_named = false;
  const BatchCall* batch = nullptr;
};

// By what they do; together, each target type that is a row once.
std::span<const Row> messaging_rows();   // functions, topics, queues, streams
std::span<const Row> workflow_rows();    // state machines, tasks, jobs, builds, pipelines
std::span<const Row> management_rows();  // machines, documents, statements, incidents
std::span<const Row> gateway_rows();     // APIs

// The row that serves an ARN, or nullptr.
const Row* find_row(const model::Arn& arn);

// The part of a resource behind its first `/` or `:`.
std::string resource_name(const model::Arn& arn);

// A block of the target's parameters in which each string that is a path as a whole (`$.detail.x`)
// is replaced by what it finds in the event (docs/spec/02 §3). Null when there is no such block.
// Error: INVALID_PARAMETER for a path that finds nothing.
Result<json::Value> parameters(const Invocation& invocation, std::string_view block);

// One such string.
Result<std::string> resolve_text(const std::string& text, const json::Value& event);

// The payload as a JSON object. Error: INVALID_JSON.
Result<json::Value> object_payload(const Invocation& invocation);

// Copies what is there, under other names. A name may be one of a block, as it is given, and then
// one of the call.
struct Rename {
  std::string_view from;
  std::string_view to;
};
void copy_members(json::Value& to, const json::Value& from, std::span<const Rename> names);

// All keys of all objects with their first letters small.
json::Value with_small_keys(const json::Value& value);

// The same text for the same event, rule and target, also at the next attempt and in another
// process: so that a service which knows such tokens does nothing twice.
std::string stable_token(const Invocation& invocation);

}  // namespace rialto::targets
