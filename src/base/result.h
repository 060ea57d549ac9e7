// Result<T>: a value, or the Error that explains why there is none.
//
// Every fallible function of Rialto returns a Result; ignoring one does not compile. There is no
// default-constructed Result<T>: a function has a value to give or an error to name.
//
// RIALTO_TRY(auto x, f()) binds f's value or returns its error to the caller; in a coroutine the
// same word is RIALTO_CO_TRY. The _VOID forms are for a Result<> without a value.
//
// Written over std::variant, not std::expected: the matcher's headers are built by others as C++20.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace rialto {

// What went wrong, from the caller's point of view. Deliberately small: a new code must change
// what some caller does, not merely describe more.
enum class Code : unsigned char {
  InvalidArgument,  // the request is wrong and will stay wrong
  NotFound,         // the named resource does not exist
  AlreadyExists,    // a resource of that name exists
  Conflict,         // the resource is in a state that does not allow it
  LimitExceeded,    // a quota; retrying does not help
  Throttled,        // a rate or a budget; retrying later helps
  AccessDenied,     // authentication or policy said no
  Unavailable,      // a dependency is away; retrying later helps
  Timeout,          // the deadline passed; the outcome is unknown
  Cancelled,        // the server is stopping
  Corruption,       // stored bytes are not what was written
  Unsupported,      // a valid request that this build does not serve
  Internal,         // our own fault, contained
};

// Whether the same request may succeed later without being changed.
constexpr bool is_retryable(Code code) {
  return code == Code::Throttled || code == Code::Unavailable || code == Code::Timeout;
}

struct Error {
  Code code;
  std::string message;           // one sentence, shown to the caller; never a secret
  std::string_view reason = {};  // a static word for machines, such as an AWS exception name
};

inline Error fail(Code code, std::string message, std::string_view reason = {}) {
  return Error{code, std::move(message), reason};
}

template <class T = void>
class [[nodiscard]] Result {
  using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

 public:
  Result()
    requires std::is_void_v<T>
  = default;
  template <class U = Stored>
    requires(!std::is_void_v<T> && std::is_convertible_v<U &&, Stored> &&
             !std::is_same_v<std::remove_cvref_t<U>, Error> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result>)
  Result(U&& value)  // NOLINT: implicit by design, so that `return value;` reads as it should
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(Error error)  // NOLINT: implicit, for `return fail(...)`
      : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }
  Stored& value() & { return std::get<0>(state_); }
  const Stored& value() const& { return std::get<0>(state_); }
  Stored&& value() && { return std::get<0>(std::move(state_)); }
  Stored& operator*() & { return value(); }
  const Stored& operator*() const& { return value(); }
  Stored&& operator*() && { return std::move(*this).value(); }
  Stored* operator->() { return &value(); }
  const Stored* operator->() const { return &value(); }

 private:
  std::variant<Stored, Error> state_;
};

}  // namespace rialto

#define RIALTO_CAT_(a, b) a##b
#define RIALTO_CAT(a, b) RIALTO_CAT_(a, b)
#define RIALTO_TRY_(r, lhs, expr, ret)   \
  auto r = (expr);                       \
  if (!r.ok()) ret std::move(r).error(); \
  lhs = std::move(r).value()
#define RIALTO_TRY(lhs, expr) RIALTO_TRY_(RIALTO_CAT(try_, __COUNTER__), lhs, expr, return)
#define RIALTO_CO_TRY(lhs, expr) RIALTO_TRY_(RIALTO_CAT(try_, __COUNTER__), lhs, expr, co_return)
#define RIALTO_TRY_VOID_(r, expr, ret) \
  if (auto r = (expr); !r.ok()) ret std::move(r).error()
#define RIALTO_TRY_VOID(expr) RIALTO_TRY_VOID_(RIALTO_CAT(try_, __COUNTER__), expr, return)
#define RIALTO_CO_TRY_VOID(expr) RIALTO_TRY_VOID_(RIALTO_CAT(try_, __COUNTER__), expr, co_return)
