#include "api/operation.h"

#include <algorithm>
#include <utility>

#include "api/validate.h"
#include "base/check.h"

namespace rialto::api {
namespace {

std::string_view name_of(const CodeNames& names, Code code) {
  switch (code) {
    case Code::InvalidArgument: return names.invalid_argument;
    case Code::NotFound: return names.not_found;
    case Code::AlreadyExists: return names.already_exists;
    case Code::Conflict: return names.conflict;
    case Code::LimitExceeded: return names.limit_exceeded;
    case Code::Throttled: return names.throttled;
    case Code::AccessDenied: return names.access_denied;
    case Code::Unavailable: return names.unavailable;
    case Code::Timeout: return names.timeout;
    case Code::Cancelled: return names.cancelled;
    case Code::Corruption: return names.corruption;
    case Code::Unsupported: return names.unsupported;
    case Code::Internal: return names.internal;
  }
  return names.internal;  // a Code from a cast
}

Task<Result<json::Value>> refuse(Error error) { co_return error; }

}  // namespace

const Operation* find_operation(const ServiceFacts& service, std::string_view name) {
  const auto found = std::ranges::find(service.operations, name, &Operation::name);
  return found == service.operations.end() ? nullptr : &*found;
}

std::optional<Error> refuse_operation(const ServiceFacts& service, std::string_view name) {
  const auto found = std::ranges::find(service.refused, name, &RefusedOperation::name);
  if (found == service.refused.end()) return std::nullopt;
  return fail(Code::Unsupported,
              std::string(name) + " is not supported: this version of Rialto has no " +
                  std::string(found->needs) + " yet.",
              "OperationDisabledException");
}

const ErrorFacts* find_error(const ServiceFacts& service, std::string_view name) {
  const auto found = std::ranges::find(service.errors, name, &ErrorFacts::name);
  return found == service.errors.end() ? nullptr : &*found;
}

const ErrorFacts& wire_error(const ServiceFacts& service, const Error& error) {
  const ErrorFacts* facts = find_error(service, error.reason);
  if (facts == nullptr) facts = find_error(service, name_of(service.codes, error.code));
  RIALTO_CHECK(facts != nullptr, "apigen refuses a [service.errors] name that is no error");
  return *facts;
}

Task<Result<json::Value>> invoke(Service& service, const Operation& operation, Caller caller,
                                 json::Value input) {
  if (auto checked = check(service.facts(), operation, input); !checked.ok()) {
    return refuse(std::move(checked).error());
  }
  return operation.run(service, std::move(caller), std::move(input));
}

}  // namespace rialto::api
