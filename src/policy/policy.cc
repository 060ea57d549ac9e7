#include "policy/policy.h"

#include <algorithm>
#include <set>

#include "json/read.h"

namespace rialto::policy {
namespace {

constexpr std::string_view kVersion = "2012-10-17";
constexpr std::string_view kOldVersion = "2008-10-17";  // without variables

bool is_account(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == text.npos;
}

// `arn:aws:iam::123456789012:root` → the account.
std::optional<std::string> account_of_root(std::string_view arn) {
  const std::size_t iam = arn.find(":iam::");
  if (!arn.starts_with("arn:") || iam == arn.npos) return std::nullopt;
  const std::string_view rest = arn.substr(iam + 6);
  if (rest.size() != 17 || !is_account(rest.substr(0, 12)) || rest.substr(12) != ":root") {
    return std::nullopt;
  }
  return std::string(rest.substr(0, 12));
}

template <class Texts>
bool has(const Texts& texts, std::string_view text) {
  return std::ranges::find(texts, text) != std::ranges::end(texts);
}

Error wrong(std::string_view what) { return fail(Code::InvalidArgument, std::string(what)); }

}  // namespace

// Reads one statement.
class StatementReader {
 public:
  StatementReader(const json::Value& from, Kind kind, bool has_variables)
      : from_(from), kind_(kind), has_variables_(has_variables) {}

  Result<Statement> read() {
    if (!from_.is_object()) return wrong("is no object");
    RIALTO_TRY_VOID(check_members());
    RIALTO_TRY_VOID(read_head());
    RIALTO_TRY_VOID(read_principals());
    RIALTO_TRY(const auto* actions, one_of("Action", "NotAction", &out_.has_not_action_));
    RIALTO_TRY(out_.actions_, patterns(*actions, "Action", false));
    RIALTO_TRY(const auto* resources, one_of("Resource", "NotResource", &out_.has_not_resource_));
    RIALTO_TRY(out_.resources_, patterns(*resources, "Resource", has_variables_));
    RIALTO_TRY_VOID(read_conditions());
    return std::move(out_);
  }

 private:
  Result<> check_members() const {
    static constexpr std::string_view kKnown[] = {"Sid",          "Effect",      "Principal",
                                                  "NotPrincipal", "Action",      "NotAction",
                                                  "Resource",     "NotResource", "Condition"};
    std::set<std::string_view> seen;
    for (const json::Member& member : from_.members()) {
      if (!has(kKnown, std::string_view(member.key))) {
        return wrong("has '" + member.key + "', which no statement has");
      }
      if (!seen.insert(member.key).second) return wrong("has '" + member.key + "' twice");
    }
    return {};
  }

  Result<> read_head() {
    if (const json::Value* sid = from_.find("Sid")) {
      if (!sid->is_string()) return wrong("has a Sid that is no text");
      out_.sid_ = sid->as_string();
    }
    const json::Value* effect = from_.find("Effect");
    const bool is_allow = effect != nullptr && *effect == json::Value("Allow");
    if (!is_allow && (effect == nullptr || *effect != json::Value("Deny"))) {
      return wrong("needs an Effect, which is Allow or Deny");
    }
    out_.effect_ = is_allow ? Effect::Allow : Effect::Deny;
    return {};
  }

  // The one of two members that is there.
  Result<const json::Value*> one_of(std::string_view yes, std::string_view no, bool* is_no) const {
    const json::Value* given = from_.find(yes);
    const json::Value* inverse = from_.find(no);
    if ((given == nullptr) == (inverse == nullptr)) {
      return wrong("needs one of " + std::string(yes) + " and " + std::string(no));
    }
    *is_no = inverse != nullptr;
    return given != nullptr ? given : inverse;
  }

  // A text, or a list of them that is not empty.
  static Result<std::vector<std::string>> texts(const json::Value& value, std::string_view what) {
    std::vector<std::string> out;
    const json::Array one{value};
    for (const json::Value& item : value.is_array() ? value.items() : one) {
      if (!item.is_string() || item.as_string().empty()) {
        return wrong("takes texts as " + std::string(what));
      }
      out.push_back(item.as_string());
    }
    if (out.empty()) return wrong("names no " + std::string(what));
    return out;
  }

  static Result<std::vector<Pattern>> patterns(const json::Value& value, std::string_view what,
                                               bool has_variables) {
    RIALTO_TRY(const auto given, texts(value, what));
    std::vector<Pattern> out;
    for (const std::string& text : given) {
      RIALTO_TRY(auto pattern, Pattern::parse(text, {true, has_variables}));
      out.push_back(std::move(pattern));
    }
    return out;
  }

  Result<> read_principals() {
    if (kind_ == Kind::Identity) {
      if (from_.find("Principal") == nullptr && from_.find("NotPrincipal") == nullptr) return {};
      return wrong("names a Principal, which is the bearer of the policy");
    }
    out_.is_of_resource_ = true;
    RIALTO_TRY(const auto* given, one_of("Principal", "NotPrincipal", &out_.has_not_principal_));
    if (*given == json::Value("*")) {
      out_.principals_.is_everybody = true;
      return {};
    }
    if (!given->is_object() || given->members().empty()) {
      return wrong("takes \"*\" or an object as its principal");
    }
    for (const json::Member& member : given->members()) {
      RIALTO_TRY(const auto names, texts(member.value, "a principal"));
      for (const std::string& name : names) RIALTO_TRY_VOID(add_principal(member.key, name));
    }
    return {};
  }

  Result<> add_principal(std::string_view kind, const std::string& name) {
    Statement::Principals& to = out_.principals_;
    if (kind == "Service") {
      to.services.push_back(name);
    } else if (kind == "AWS" && name == "*") {
      to.is_everybody = true;
    } else if (kind == "AWS" && is_account(name)) {
      to.accounts.push_back(name);
    } else if (const auto account = account_of_root(name); kind == "AWS" && account) {
      to.accounts.push_back(*account);
    } else if (kind == "AWS" && name.starts_with("arn:") && name.find('*') == name.npos) {
      to.arns.push_back(name);
    } else if (kind != "Federated" && kind != "CanonicalUser") {  // there are none of these here
      return wrong("names a principal, '" + name + "', that is no account and no ARN");
    }
    return {};
  }

  Result<> read_conditions() {
    const json::Value* conditions = from_.find("Condition");
    if (conditions == nullptr) return {};
    if (!conditions->is_object()) return wrong("takes an object as its Condition");
    for (const json::Member& op : conditions->members()) {
      if (!op.value.is_object()) return wrong("takes an object as its '" + op.key + "'");
      for (const json::Member& key : op.value.members()) {
        RIALTO_TRY(auto condition, Condition::parse(op.key, key.key, key.value, has_variables_));
        out_.conditions_.push_back(std::move(condition));
      }
    }
    return {};
  }

  const json::Value& from_;
  const Kind kind_;
  const bool has_variables_;
  Statement out_;
};

bool Statement::Principals::has(const Principal& principal) const {
  if (!principal.service.empty()) return policy::has(services, principal.service);
  return is_everybody || policy::has(accounts, principal.account) ||
         policy::has(arns, principal.arn);
}

bool Statement::applies(const Request& request) const {
  if (is_of_resource_ && principals_.has(request.principal) == has_not_principal_) return false;
  const auto is_action = [&](const Pattern& pattern) {
    return pattern.matches(request.action, Case::IsIgnored, request.context);
  };
  if (std::ranges::any_of(actions_, is_action) == has_not_action_) return false;
  const auto is_resource = [&](const Pattern& pattern) {
    return pattern.matches(request.resource, Case::Matters, request.context);
  };
  if (std::ranges::any_of(resources_, is_resource) == has_not_resource_) return false;
  return std::ranges::all_of(
      conditions_, [&](const Condition& condition) { return condition.holds(request.context); });
}

Result<Policy> Policy::parse(std::string_view text, Kind kind) {
  RIALTO_TRY(const auto document, json::parse(text));
  if (!document.is_object()) return wrong("A policy is a JSON object.");
  for (const json::Member& member : document.members()) {
    if (member.key != "Version" && member.key != "Id" && member.key != "Statement") {
      return wrong("A policy has no '" + member.key + "'.");
    }
  }
  const json::Value* version = document.find("Version");
  const bool is_new = version != nullptr && *version == json::Value(kVersion);
  if (version != nullptr && !is_new && *version != json::Value(kOldVersion)) {
    return wrong("The Version of a policy is " + std::string(kVersion) + " or " +
                 std::string(kOldVersion) + ".");
  }
  const json::Value* given = document.find("Statement");
  if (given == nullptr) return wrong("A policy needs a Statement.");
  Policy out;
  std::set<std::string> sids;
  const json::Array one{*given};
  for (const json::Value& statement : given->is_array() ? given->items() : one) {
    const std::string number = std::to_string(out.statements_.size() + 1);
    auto read = StatementReader(statement, kind, is_new).read();
    if (!read.ok()) return wrong("Statement " + number + ": " + read.error().message);
    if (!read->sid().empty() && !sids.insert(read->sid()).second) {
      return wrong("Statement " + number + " has the Sid '" + read->sid() + "' of another one.");
    }
    out.statements_.push_back(std::move(read).value());
  }
  if (out.statements_.empty()) return wrong("A policy needs a Statement.");
  return out;
}

void put_asker(Request& request, Principal who, TimePoint now) {
  request.context.put("aws:principalaccount", who.account);
  request.context.put("aws:principalarn", who.arn);
  request.context.put("aws:currenttime", to_iso_seconds(now));
  request.context.put("aws:epochtime", std::to_string(to_millis(now) / 1000));
  constexpr std::string_view kUser = ":user/";
  if (const std::size_t at = who.arn.find(kUser); at != who.arn.npos) {
    request.context.put("aws:username", who.arn.substr(at + kUser.size()));
  }
  request.principal = std::move(who);
}

void put_way(Request& request, std::string peer, bool is_secure) {
  request.context.put("aws:sourceip", std::move(peer));
  request.context.put("aws:securetransport", is_secure ? "true" : "false");
}

Decision evaluate(std::span<const Policy> policies, const Request& request) {
  Decision out;
  for (const Policy& policy : policies) {
    const auto& statements = policy.statements();
    for (std::size_t at = 0; at < statements.size(); ++at) {
      const Statement& statement = statements[at];
      const bool is_denial = statement.effect() == Effect::Deny;
      if ((!is_denial && out.is_allowed()) || !statement.applies(request)) continue;
      out = {is_denial ? Outcome::Denied : Outcome::Allowed, &policy, at};
      if (is_denial) return out;
    }
  }
  return out;
}

Decision judge(const Judges& judges, const Request& request) {
  Decision by_resource;
  if (judges.resource != nullptr) by_resource = evaluate({judges.resource, 1}, request);
  by_resource.by = Kind::Resource;
  Decision by_identity{.outcome = Outcome::Allowed};
  if (judges.identity != nullptr) by_identity = evaluate(*judges.identity, request);
  for (const Decision& one : {by_identity, by_resource}) {
    if (one.outcome == Outcome::Denied) return one;
  }
  const bool is_own = request.principal.account == judges.owner;
  if (is_own) return by_resource.is_allowed() ? by_resource : by_identity;
  return by_identity.is_allowed() ? by_resource : by_identity;
}

std::string why_not(const Request& request, const Decision& decision) {
  const bool is_identity = decision.by == Kind::Identity;
  const std::string kind = is_identity ? "identity-based policy" : "resource-based policy";
  const std::string& who =
      request.principal.service.empty() ? request.principal.arn : request.principal.service;
  std::string out = "User: " + who + " is not authorized to perform: " + request.action +
                    " on resource: " + request.resource;
  if (decision.outcome == Outcome::Denied) {
    return out + " with an explicit deny in " + (is_identity ? "an " : "a ") + kind;
  }
  return out + " because no " + kind + " allows the " + request.action + " action";
}

}  // namespace rialto::policy
