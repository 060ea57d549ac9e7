#include "aws/verify.h"

#include <algorithm>
#include <charconv>

#include "aws/form.h"
#include "base/crypto/digest.h"
#include "base/iso_time.h"
#include "base/text.h"

namespace rialto::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kSigv4a = "AWS4-ECDSA-P256-SHA256";
constexpr std::string_view kIncomplete = "IncompleteSignatureException";
constexpr std::chrono::seconds kExpiresMax{604'800};

// What a request acts on besides its line and body; whoever could change one could change what is
// done.
constexpr std::string_view kMustBeSigned[] = {"x-amz-target", "x-amz-security-token",
                                              "x-amz-content-sha256"};

Error invalid(std::string message) {
  return fail(Code::AccessDenied, std::move(message), "InvalidSignatureException");
}

Error incomplete(std::string message) {
  return fail(Code::InvalidArgument, std::move(message), kIncomplete);
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with(',')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with(',')) text.remove_suffix(1);
  return text;
}

// The value of `name=` among parts that are parted by commas and blanks.
std::string_view part_of(std::string_view header, std::string_view name) {
  std::string_view rest = header.substr(kAlgorithm.size());
  while (!(rest = trimmed(rest)).empty()) {
    const std::size_t end = std::min(rest.find_first_of(", "), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end);
    if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) {
      return part.substr(name.size() + 1);
    }
  }
  return {};
}

std::vector<std::string> split_headers(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    out.push_back(to_lower(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// `20260115T120000Z`.
std::optional<TimePoint> parse_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  std::string iso;
  iso.append(text.substr(0, 4)).append("-").append(text.substr(4, 2)).append("-");
  iso.append(text.substr(6, 2)).append("T").append(text.substr(9, 2)).append(":");
  iso.append(text.substr(11, 2)).append(":").append(text.substr(13, 2)).append("Z");
  return parse_iso(iso);
}

Result<Claim> finish(Claim claim, std::string_view scope) {
  auto credential = parse_scope(scope);
  if (!credential || credential->region.empty()) {
    return incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. "
        "keyid/date/region/service/term, got '" +
        std::string(scope) + "'");
  }
  claim.credential = *std::move(credential);
  const auto at = parse_amz_date(claim.amz_date);
  if (!at) {
    return incomplete("Date must be in ISO-8601 'basic format'. Got '" + claim.amz_date +
                      "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
  claim.signed_at = *at;
  return claim;
}

Result<Claim> read_header(const Request& request, std::string_view header) {
  Claim claim;
  const std::string_view scope = part_of(header, "Credential");
  claim.signature = part_of(header, "Signature");
  claim.signed_headers = split_headers(part_of(header, "SignedHeaders"));
  claim.amz_date = request.header("x-amz-date");
  if (claim.amz_date.empty()) claim.amz_date = request.header("date");
  claim.session_token = request.header("x-amz-security-token");
  std::string lacking;
  if (scope.empty()) lacking += "Authorization header requires 'Credential' parameter. ";
  if (claim.signature.empty()) lacking += "Authorization header requires 'Signature' parameter. ";
  if (claim.signed_headers.empty()) {
    lacking += "Authorization header requires 'SignedHeaders' parameter. ";
  }
  if (claim.amz_date.empty()) {
    lacking +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  // AWS prints the header; its newer endpoints a hash, since a signature is no text for logs.
  if (!lacking.empty()) {
    return incomplete(lacking + "(Hashed with SHA-256 and encoded with Base64) Authorization=" +
                      crypto::base64(crypto::sha256(header)));
  }
  return finish(std::move(claim), scope);
}

Result<Claim> read_query(const Form& form) {
  const auto field = [&form](std::string_view name) {
    const std::string* found = find_field(form, name);
    return found == nullptr ? std::string() : *found;
  };
  Claim claim;
  const std::string expires = field("X-Amz-Expires");
  std::string lacking;
  for (const std::string_view name : {"X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders",
                                      "X-Amz-Date", "X-Amz-Expires"}) {
    if (field(name).empty()) {
      lacking += "AWS query-string parameters must include '" + std::string(name) + "'. ";
    }
  }
  if (!lacking.empty()) {
    lacking.pop_back();
    return incomplete(std::move(lacking));
  }
  std::int64_t seconds = 0;
  const auto read = std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  if (read.ec != std::errc() || read.ptr != expires.data() + expires.size() || seconds < 1 ||
      seconds > kExpiresMax.count()) {
    return incomplete("X-Amz-Expires must be a number of seconds from 1 to 604800, got '" +
                      expires + "'");
  }
  claim.expires = std::chrono::seconds(seconds);
  claim.amz_date = field("X-Amz-Date");
  claim.signature = field("X-Amz-Signature");
  claim.signed_headers = split_headers(field("X-Amz-SignedHeaders"));
  claim.session_token = field("X-Amz-Security-Token");
  return finish(std::move(claim), field("X-Amz-Credential"));
}

// The query without the signature, as it was when it was signed.
std::string without_signature(std::string_view query) {
  std::string out;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view field = query.substr(0, end);
    if (!field.starts_with("X-Amz-Signature=")) {
      if (!out.empty()) out += '&';
      out += field;
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return out;
}

Result<> check_signed_headers(const Request& request, const Claim& claim) {
  const auto is_signed = [&claim](std::string_view name) {
    return std::ranges::find(claim.signed_headers, name) != claim.signed_headers.end();
  };
  if (!is_signed("host")) {
    return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const std::string_view name : kMustBeSigned) {
    if (!request.header(name).empty() && !is_signed(name)) {
      return invalid("'" + std::string(name) +
                     "' must be a 'SignedHeader' in the AWS Authorization.");
    }
  }
  return {};
}

}  // namespace

Result<Claim> read_claim(const Request& request) {
  const std::string_view header = request.header("authorization");
  if (header.starts_with(kSigv4a)) {
    return incomplete("Signatures of version 4A are not supported; sign with AWS4-HMAC-SHA256.");
  }
  if (header.starts_with(kAlgorithm)) return read_header(request, header);
  if (!header.empty()) {
    return incomplete("Authorization header requires the algorithm AWS4-HMAC-SHA256.");
  }
  if (request.query.find("X-Amz-Algorithm=") != request.query.npos) {
    RIALTO_TRY(const Form form, parse_form(request.query));
    const std::string* algorithm = find_field(form, "X-Amz-Algorithm");
    if (algorithm != nullptr && *algorithm == kAlgorithm) return read_query(form);
    return incomplete("X-Amz-Algorithm must be AWS4-HMAC-SHA256.");
  }
  return fail(Code::AccessDenied, "Request is missing Authentication Token",
              "MissingAuthenticationTokenException");
}

Error unknown_key() {
  return fail(Code::AccessDenied, "The security token included in the request is invalid.",
              "UnrecognizedClientException");
}

Error invalid_region() { return invalid("Credential should be scoped to a valid region."); }

Result<> check_claim(const Claim& claim, const Expectation& expected) {
  if (claim.credential.service != expected.service) {
    return invalid("Credential should be scoped to correct service: '" +
                   std::string(expected.service) + "'.");
  }
  if (claim.credential.date != claim.amz_date.substr(0, 8)) {
    return invalid(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of "
        "date from HTTP: '" +
        claim.credential.date + "' != '" + claim.amz_date.substr(0, 8) + "', from '" +
        claim.amz_date + "'.");
  }
  const auto minutes = [&expected](char sign) {
    return std::string(" (") + to_amz_date(expected.now) + " " + sign + " " +
           std::to_string(expected.skew.count() / 60) + " min.)";
  };
  const TimePoint latest = expected.now + expected.skew;
  if (claim.signed_at > latest) {
    return invalid("Signature not yet current: " + claim.amz_date + " is still later than " +
                   to_amz_date(latest) + minutes('+'));
  }
  if (claim.expires) {
    const TimePoint end = claim.signed_at + *claim.expires;
    if (expected.now <= end) return {};
    return invalid("Signature expired: " + to_amz_date(end) + " is now earlier than " +
                   to_amz_date(expected.now));
  }
  const TimePoint earliest = expected.now - expected.skew;
  if (claim.signed_at >= earliest) return {};
  return invalid("Signature expired: " + claim.amz_date + " is now earlier than " +
                 to_amz_date(earliest) + minutes('-'));
}

Result<> check_signature(const Request& request, const Claim& claim, std::string_view key) {
  RIALTO_TRY_VOID(check_signed_headers(request, claim));
  Signable signable;
  signable.method = request.method;
  signable.path = request.path;
  const std::string query = claim.expires ? without_signature(request.query) : std::string();
  signable.query = claim.expires ? std::string_view(query) : request.query;
  for (const std::string& name : claim.signed_headers) {
    signable.headers.emplace_back(name, request.header(name));
  }
  signable.payload_sha256 = crypto::hex(crypto::sha256(request.body));
  const std::string_view told = request.header("x-amz-content-sha256");
  const bool is_body_as_told = told.empty() || told == signable.payload_sha256;
  const std::string made = signature(signable, claim.scope(), claim.amz_date, key);
  if (is_body_as_told && crypto::is_same_secret(made, claim.signature)) return {};
  return invalid(
      "The request signature we calculated does not match the signature you provided. "
      "Check your AWS Secret Access Key and signing method. Consult the service "
      "documentation for details.");
}

}  // namespace rialto::aws
