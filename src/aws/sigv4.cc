#include "aws/sigv4.h"

#include <algorithm>
#include <map>

#include "base/crypto/digest.h"
#include "base/text.h"
#include "base/uri.h"

namespace rialto::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t end = text.find(by);
    out.push_back(text.substr(0, end));
    if (end == text.npos) return out;
    text.remove_prefix(end + 1);
  }
}

// Without blanks at the ends, and each run of blanks inside as one.
std::string squeeze(std::string_view text) {
  std::string out;
  bool is_blank_due = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t') {
      is_blank_due = !out.empty();
    } else {
      if (is_blank_due) out += ' ';
      is_blank_due = false;
      out += c;
    }
  }
  return out;
}

// Doubled slashes, `.` and `..` resolved; what is encoded already is encoded once more.
std::string canonical_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view segment : split(path, '/')) {
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
  }
  std::string out;
  for (const std::string_view segment : kept) out += "/" + encode_uri(segment);
  // A last `.` leaves no slash, as the SDKs have it; RFC 3986 would.
  if (out.empty() || path.ends_with('/')) out += '/';
  return out;
}

std::string canonical_query(std::string_view query) {
  if (query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> fields;
  for (const std::string_view field : split(query, '&')) {
    if (field.empty()) continue;
    const std::size_t equals = field.find('=');
    const std::string_view value =
        equals == field.npos ? std::string_view() : field.substr(equals + 1);
    fields.emplace_back(encode_uri(decode_uri(field.substr(0, equals))),
                        encode_uri(decode_uri(value)));
  }
  std::ranges::sort(fields);
  std::string out;
  for (const auto& [name, value] : fields) {
    out += (out.empty() ? "" : "&") + name + "=" + value;
  }
  return out;
}

// By their names in small letters; the values of one name joined.
using CanonicalHeaders = std::map<std::string, std::string>;

CanonicalHeaders canonical_headers(const HeaderList& headers) {
  CanonicalHeaders out;
  for (const auto& [name, value] : headers) {
    const auto [at, is_new] = out.try_emplace(to_lower(name));
    at->second += (is_new ? "" : ",") + squeeze(value);
  }
  return out;
}

std::string names_of(const CanonicalHeaders& canonical) {
  std::string out;
  for (const auto& [name, _] : canonical) out += (out.empty() ? "" : ";") + name;
  return out;
}

}  // namespace

std::string to_amz_date(TimePoint time) {
  std::string out = to_iso_seconds(time);
  std::erase_if(out, [](char c) { return c == '-' || c == ':'; });
  return out;
}

std::string signed_headers(const HeaderList& headers) {
  return names_of(canonical_headers(headers));
}

std::string canonical_request(const Signable& request) {
  const CanonicalHeaders headers = canonical_headers(request.headers);
  std::string out(request.method);
  out += "\n" + canonical_path(request.path) + "\n" + canonical_query(request.query) + "\n";
  for (const auto& [name, value] : headers) out += name + ":" + value + "\n";
  out += "\n" + names_of(headers) + "\n" + request.payload_sha256;
  return out;
}

std::string signing_key(const SigningScope& scope, std::string_view secret_key) {
  std::string key = "AWS4" + std::string(secret_key);
  for (const std::string_view part :
       {std::string_view(scope.date), std::string_view(scope.region),
        std::string_view(scope.service), std::string_view("aws4_request")}) {
    key = crypto::hmac_sha256(key, part);
  }
  return key;
}

std::string signature(const Signable& request, const SigningScope& scope, std::string_view amz_date,
                      std::string_view key) {
  const std::string text = std::string(kAlgorithm) + "\n" + std::string(amz_date) + "\n" +
                           scope.text() + "\n" +
                           crypto::hex(crypto::sha256(canonical_request(request)));
  return crypto::hex(crypto::hmac_sha256(key, text));
}

void sign(Signable& request, std::string_view body, const Keys& keys, std::string_view region,
          std::string_view service, TimePoint now) {
  const std::string date = to_amz_date(now);
  request.headers.emplace_back("X-Amz-Date", date);
  if (!keys.session_token.empty()) {
    request.headers.emplace_back("X-Amz-Security-Token", keys.session_token);
  }
  request.payload_sha256 = crypto::hex(crypto::sha256(body));
  const SigningScope scope{date.substr(0, 8), std::string(region), std::string(service)};
  std::string authorization(kAlgorithm);
  authorization += " Credential=" + keys.access_key + "/" + scope.text();
  authorization += ", SignedHeaders=" + signed_headers(request.headers);
  authorization +=
      ", Signature=" + signature(request, scope, date, signing_key(scope, keys.secret_key));
  request.headers.emplace_back("Authorization", std::move(authorization));
}

}  // namespace rialto::aws
