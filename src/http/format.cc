#include "http/format.h"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <ctime>

namespace rialto::http {
namespace {

// SDKs correct their clock by this header (docs/spec/09 §7), so it is always sent.
std::string format_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char out[40];
  const std::size_t size = std::strftime(out, sizeof out, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return std::string(out, size);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  // A line break in a value would let its author write headers of their own.
  for (const char c : value) out += c == '\r' || c == '\n' ? ' ' : c;
  out += "\r\n";
}

}  // namespace

std::string format_head(const Response& response, bool is_kept) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += std::string_view(boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(response.status))));
  out += "\r\n";
  for (const Header& header : response.headers) append_header(out, header.name, header.value);
  append_header(out, "Date", format_date());
  if (response.status != 204 && response.stream == nullptr) {
    append_header(out, "Content-Length", std::to_string(response.body.size()));
  }
  append_header(out, "Connection", is_kept ? "keep-alive" : "close");
  out += "\r\n";
  return out;
}

std::string format_chunk(std::string_view piece) {
  std::array<char, 16> size{};
  const auto end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
  std::string out(size.data(), end);
  out.reserve(out.size() + piece.size() + 4);
  out += "\r\n";
  out += piece;
  out += "\r\n";
  return out;
}

std::string format_head(const Request& request, const std::string& host) {
  std::string out = request.method + " " + request.target + " HTTP/1.1\r\n";
  append_header(out, "Host", host);
  for (const Header& header : request.headers) append_header(out, header.name, header.value);
  append_header(out, "Content-Length", std::to_string(request.body.size()));
  out += "\r\n";
  return out;
}

}  // namespace rialto::http
