#include "aws/credential.h"

#include <vector>

#include "aws/form.h"

namespace rialto::aws {
namespace {

constexpr std::string_view kHmac = "AWS4-HMAC-SHA256";
constexpr std::string_view kEcdsa = "AWS4-ECDSA-P256-SHA256";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<Credential> parse_scope(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '/');
  // Four parts without a region (SigV4A), else five.
  if (parts.size() < 4 || parts.size() > 5 || parts.back() != "aws4_request") return std::nullopt;
  if (parts[0].empty()) return std::nullopt;
  const bool has_region = parts.size() == 5;
  return Credential{.access_key = std::string(parts[0]),
                    .date = std::string(parts[1]),
                    .region = has_region ? std::string(parts[2]) : std::string(),
                    .service = std::string(parts[parts.size() - 2])};
}

std::optional<Credential> find_credential(const Request& request) {
  const std::string_view header = request.header("authorization");
  if (header.starts_with(kHmac) || header.starts_with(kEcdsa)) {
    constexpr std::string_view kName = "Credential=";
    const std::size_t begin = header.find(kName);
    if (begin == std::string_view::npos) return std::nullopt;
    const std::string_view rest = header.substr(begin + kName.size());
    return parse_scope(rest.substr(0, rest.find_first_of(", \t")));
  }
  if (request.query.find("X-Amz-Credential=") == std::string_view::npos) return std::nullopt;
  const Result<Form> form = parse_form(request.query);
  const std::string* scope = form.ok() ? find_field(*form, "X-Amz-Credential") : nullptr;
  return scope == nullptr ? std::nullopt : parse_scope(*scope);
}

}  // namespace rialto::aws
