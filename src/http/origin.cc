#include "http/origin.h"

#include <curl/curl.h>

#include <memory>

namespace rialto::http {
namespace {

using Parts = std::unique_ptr<CURLU, decltype([](CURLU* parts) { curl_url_cleanup(parts); })>;

// Empty when the URL has no such part.
std::string part_of(const Parts& parts, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(parts.get(), which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

}  // namespace

Result<Origin> Origin::parse(const std::string& url) {
  const Parts parts(curl_url());
  const auto outcome = curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER);
  Origin out{part_of(parts, CURLUPART_SCHEME), part_of(parts, CURLUPART_HOST),
             part_of(parts, CURLUPART_PORT)};
  const bool is_http = out.scheme == "http" || out.scheme == "https";
  // Curl sees the text up to its first NUL.
  if (outcome != CURLUE_OK || !is_http || url.find('\0') != url.npos) {
    return fail(Code::InvalidArgument,
                "The URL cannot be called: it must be an absolute one of http or https, encoded, "
                "and without a user name.",
                "SDK_CLIENT_ERROR");
  }
  if (out.host.starts_with('[')) out.host = out.host.substr(1, out.host.size() - 2);
  return out;
}

std::string Origin::text() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return scheme + "://" + (is_v6 ? "[" + host + "]" : host) + ":" + port;
}

}  // namespace rialto::http
