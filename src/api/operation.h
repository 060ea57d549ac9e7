// A service as a table: its operations, its errors, and how it words violations. A front end does
// for every operation, from its row, what all have in common; the handlers are only behaviour.
//
// The tables are generated from api/*.toml; each service's abstract class (`api/events.h`) gives
// its own by `facts()`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/caller.h"
#include "api/shape.h"
#include "base/result.h"
#include "json/value.h"
#include "net/task.h"

namespace rialto::api {

enum class Access : std::uint8_t { Read, Write, Data };

enum class Protocol : std::uint8_t { AwsJson10, AwsJson11 };

// How a request that breaks its shape's constraints is answered.
enum class Violations : std::uint8_t {
  All,             // every violation at once, in Coral's words (docs/spec/09 §5)
  MissingOnlyOne,  // the first missing parameter, and nothing else, as SQS does
};

// An error as the wire knows it.
struct ErrorFacts {
  std::string_view name;       // what an Error's reason says
  std::string_view wire_type;  // `__type` in JSON
  int status = 400;
  std::string_view query_code;
  int query_status = 400;
  // Said in place of the message in the query protocol; empty = the message itself.
  std::string_view query_message = {};
};

// The name on the wire of each Code, for errors without an AWS name as their reason.
struct CodeNames {
  std::string_view invalid_argument, not_found, already_exists, conflict, limit_exceeded, throttled,
      access_denied, unavailable, timeout, cancelled, corruption, unsupported, internal;
};

struct ServiceFacts;

// What a service's abstract class derives from, so that a front end can hold any of them.
class Service {
 public:
  virtual ~Service() = default;
  virtual const ServiceFacts& facts() const = 0;
};

struct Operation {
  std::string_view name;
  std::string_view summary;
  Access access;
  const Shape* input;
  const Shape* output;  // nullptr: the answer's body is empty
  std::span<const std::string_view> errors;
  // What it acts on, for the caller's own policies: `archive/{ArchiveName}`, where a member of the
  // input stands in braces, or `*`. Empty: its handler asks.
  std::string_view resource;
  // Decodes, calls the handler, encodes. Requires that `service` is of the class this table
  // belongs to and outlives the task, and that `input` was accepted by conform() and check().
  Task<Result<json::Value>> (*run)(Service& service, Caller caller, json::Value input);
};

// An operation that AWS has and this version has not, by what it is for: "global endpoints".
struct RefusedOperation {
  std::string_view name;
  std::string_view needs;
};

struct ServiceFacts {
  std::string_view name;   // "events"
  std::string_view title;  // "Amazon EventBridge"
  std::string_view api_version;
  std::string_view signing_name;
  std::string_view target_prefix;  // of X-Amz-Target, without the dot
  Protocol protocol;
  bool has_query = false;  // the AWS query protocol too
  std::string_view xml_namespace = {};
  std::string_view path_member = {};  // the input member that a query request's path may give
  Violations violations = Violations::All;
  std::string_view violation_error;  // the error that reports them
  CodeNames codes;
  std::span<const Operation> operations;
  std::span<const RefusedOperation> refused;
  std::span<const ErrorFacts> errors;
};

// nullptr when the service has no operation of that name.
const Operation* find_operation(const ServiceFacts& service, std::string_view name);
// What the caller of an operation is told that AWS has and this version has not; nothing for other
// names.
std::optional<Error> refuse_operation(const ServiceFacts& service, std::string_view name);
const ErrorFacts* find_error(const ServiceFacts& service, std::string_view name);

// How `error` is named on this service's wire: by its reason when that is one of the service's
// errors, else by its code.
const ErrorFacts& wire_error(const ServiceFacts& service, const Error& error);

// Checks the input against its shape's constraints, calls the handler and gives its answer as JSON
// (null for an operation without output). Requires conform()ed input; `service` outlives the task.
Task<Result<json::Value>> invoke(Service& service, const Operation& operation, Caller caller,
                                 json::Value input);

}  // namespace rialto::api
