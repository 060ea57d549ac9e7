#include "policy/document.h"

#include <algorithm>

#include "json/read.h"
#include "json/write.h"

namespace rialto::policy {
namespace {

json::Value make_statement(const Permission& permission, const std::string& resource) {
  json::Value principal = permission.principal;
  if (permission.principal != "*") {
    const std::string partition = resource.substr(4, resource.find(':', 4) - 4);
    principal =
        json::Object{{"AWS", "arn:" + partition + ":iam::" + permission.principal + ":root"}};
  }
  json::Value out = json::Object{{"Sid", permission.statement_id},
                                 {"Effect", "Allow"},
                                 {"Principal", std::move(principal)},
                                 {"Action", permission.action},
                                 {"Resource", resource}};
  if (const auto& condition = permission.condition) {
    out.add("Condition",
            json::Object{{condition->type, json::Object{{condition->key, condition->value}}}});
  }
  return out;
}

// The policy, with its statements as a list.
Result<json::Value> read(const std::optional<std::string>& policy) {
  if (!policy) {
    return json::Value(json::Object{{"Version", "2012-10-17"}, {"Statement", json::Array()}});
  }
  auto out = json::parse(*policy);
  json::Value* statements = out.ok() ? out->find("Statement") : nullptr;
  if (statements == nullptr) return fail(Code::Corruption, "A stored policy cannot be read.");
  if (!statements->is_array()) *statements = json::Array{*statements};
  return out;
}

auto find_statement(json::Array& statements, std::string_view id) {
  return std::ranges::find_if(statements, [id](const json::Value& statement) {
    const json::Value* sid = statement.find("Sid");
    return sid != nullptr && *sid == json::Value(id);
  });
}

}  // namespace

Result<std::string> with_permission(const std::optional<std::string>& policy,
                                    const Permission& permission, const std::string& resource) {
  RIALTO_TRY(json::Value document, read(policy));
  json::Array& statements = document.find("Statement")->items();
  json::Value made = make_statement(permission, resource);
  if (const auto found = find_statement(statements, permission.statement_id);
      found != statements.end()) {
    *found = std::move(made);
  } else {
    statements.push_back(std::move(made));
  }
  return json::write(document);
}

Result<std::optional<std::string>> without_statement(const std::optional<std::string>& policy,
                                                     std::string_view statement_id) {
  RIALTO_TRY(json::Value document, read(policy));
  json::Array& statements = document.find("Statement")->items();
  const auto found = find_statement(statements, statement_id);
  if (found == statements.end()) {
    return fail(Code::NotFound, "Statement with the provided id does not exist.");
  }
  statements.erase(found);
  if (statements.empty()) return std::optional<std::string>();
  return std::optional(json::write(document));
}

}  // namespace rialto::policy
