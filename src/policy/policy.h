// Policies in IAM's language: who may do what to which resource, and when (docs/spec/03 §2). Those
// of buses name principals; those of access keys are their bearer's. Pure.
//
// What is not understood is refused when a policy is read, so that none is laxer than it looks.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "policy/condition.h"
#include "policy/context.h"
#include "policy/pattern.h"

namespace rialto::policy {

// What a policy belongs to.
enum class Kind : std::uint8_t { Identity, Resource };

// Who asks: somebody of an account, or a service of AWS's names for itself.
struct Principal {
  std::string account{};
  std::string arn{};      // `arn:aws:iam::123456789012:root`, or that of a user
  std::string service{};  // `events.amazonaws.com`; empty for others
};

struct Request {
  Principal principal;
  std::string action;    // `events:PutEvents`
  std::string resource;  // an ARN
  Context context{};
};

// Who asks and when: with that, a request has all that conditions may ask of any request.
void put_asker(Request& request, Principal who, TimePoint now);
// By what way a request came, for one that came from outside.
void put_way(Request& request, std::string peer, bool is_secure);

enum class Effect : std::uint8_t { Allow, Deny };

class Statement {
 public:
  const std::string& sid() const { return sid_; }
  Effect effect() const { return effect_; }
  bool applies(const Request& request) const;

 private:
  friend class StatementReader;

  struct Principals {
    bool is_everybody = false;
    std::vector<std::string> accounts;
    std::vector<std::string> arns;
    std::vector<std::string> services;
    bool has(const Principal& principal) const;
  };

  std::string sid_;
  Effect effect_ = Effect::Deny;
  bool is_of_resource_ = false;
  bool has_not_principal_ = false;
  Principals principals_;
  bool has_not_action_ = false;
  std::vector<Pattern> actions_;
  bool has_not_resource_ = false;
  std::vector<Pattern> resources_;
  std::vector<Condition> conditions_;
};

class Policy {
 public:
  // Errors: InvalidArgument, which says what is wrong with which statement.
  static Result<Policy> parse(std::string_view text, Kind kind);

  const std::vector<Statement>& statements() const { return statements_; }

 private:
  std::vector<Statement> statements_;
};

using Policies = std::vector<Policy>;

enum class Outcome : std::uint8_t {
  Allowed,
  Denied,      // a statement says so
  NotAllowed,  // none says otherwise
};

struct Decision {
  Outcome outcome = Outcome::NotAllowed;
  const Policy* policy = nullptr;  // whose statement decided; nullptr: none did
  std::size_t statement = 0;       // which one
  Kind by = Kind::Identity;        // which kind of policy said so, or should have allowed it

  bool is_allowed() const { return outcome == Outcome::Allowed; }
};

// What the policies say together: a denial wins.
Decision evaluate(std::span<const Policy> policies, const Request& request);

// The policies that a request is judged by.
struct Judges {
  // Of the access key; nullptr: its bearer may do all that its account may.
  const Policies* identity = nullptr;
  const Policy* resource = nullptr;  // maybe none
  std::string_view owner{};          // the resource's account
};

// Within an account one of the two must allow; from another account both must (docs/spec/03 §2).
Decision judge(const Judges& judges, const Request& request);

// AWS's text for who may not (docs/spec/09 §8).
std::string why_not(const Request& request, const Decision& decision);

}  // namespace rialto::policy
