#include "http/client.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <tuple>

#include "http/format.h"

namespace rialto::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

namespace {
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kBodyBytesMax = 64U << 20;
// Of an answer, taken from the socket at once. Beast asks for no more than what its buffer has room
// for, which is 512 bytes if nobody says otherwise.
constexpr std::size_t kReadBytes = 64U << 10;
}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  const auto refuse = [url] {
    return fail(Code::InvalidArgument,
                "'" + std::string(url) + "' is not an address such as http://127.0.0.1:1591.");
  };
  if (!url.starts_with(kScheme)) return refuse();
  std::string_view host = url.substr(kScheme.size());
  host = host.substr(0, host.find('/'));
  std::string_view port = "80";
  if (const std::size_t colon = host.rfind(':'); colon != host.npos && !host.ends_with(']')) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  // The brackets around an address of version 6 are the URL's, not the address's.
  if (host.starts_with('[') != host.ends_with(']')) return refuse();
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (host.empty() || port.empty()) return refuse();
  return Endpoint{std::string(host), std::string(port)};
}

std::string Endpoint::text() const {
  const bool is_v6 = host.find(':') != host.npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + port;
}

struct Client::Connection {
  beast::tcp_stream stream;
  beast::flat_buffer buffer{};
};

Client::Client(Endpoint endpoint, std::chrono::milliseconds timeout)
    : endpoint_(std::move(endpoint)), timeout_(timeout) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Task<Result<>> Client::connect() {
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  auto [resolve_error, results] =
      co_await resolver.async_resolve(endpoint_.host, endpoint_.port, kAwait);
  auto connection = std::make_unique<Connection>(Connection{beast::tcp_stream(executor)});
  boost::system::error_code error = resolve_error;
  if (!error) {
    connection->stream.expires_after(timeout_);
    auto [connect_error, _] = co_await connection->stream.async_connect(results, kAwait);
    error = connect_error;
  }
  if (error) {
    co_return fail(Code::Unavailable,
                   "Cannot connect to " + endpoint_.text() + ": " + error.message() + ".");
  }
  boost::system::error_code ignored;
  connection->stream.socket().set_option(tcp::no_delay(true), ignored);
  connection->buffer.reserve(kReadBytes);
  connection_ = std::move(connection);
  co_return Result<>();
}

namespace {

using ResponseParser = beast::http::response_parser<beast::http::string_body>;

Response take_response(ResponseParser& parser) {
  Response response;
  response.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get()) {
    response.headers.push_back(Header{std::string(std::string_view(field.name_string())),
                                      std::string(std::string_view(field.value()))});
  }
  response.body = std::move(parser.get().body());
  return response;
}

}  // namespace

Error Client::give_up(bool is_late, const std::string& why) {
  connection_.reset();
  return fail(is_late ? Code::Timeout : Code::Unavailable,
              endpoint_.text() + " did not answer: " + why + ".");
}

Task<Result<>> Client::write(Request request) {
  if (!connection_) RIALTO_CO_TRY_VOID(co_await connect());
  const std::string head = format_head(request, endpoint_.text());
  connection_->stream.expires_after(timeout_);
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::buffer(request.body)};
  auto [error, _] = co_await asio::async_write(connection_->stream, parts, kAwait);
  if (error) co_return give_up(error == beast::error::timeout, error.message());
  co_return Result<>();
}

Task<Result<Response>> Client::send(Request request) {
  RIALTO_CO_TRY_VOID(co_await write(std::move(request)));
  auto& [stream, buffer] = *connection_;
  ResponseParser parser;
  parser.body_limit(kBodyBytesMax);
  auto [error, size] = co_await beast::http::async_read(stream, buffer, parser, kAwait);
  if (error) co_return give_up(error == beast::error::timeout, error.message());
  Response response = take_response(parser);
  if (!parser.get().keep_alive()) connection_.reset();
  co_return response;
}

Task<Result<Response>> Client::stream(Request request, Take take) {
  RIALTO_CO_TRY_VOID(co_await write(std::move(request)));
  auto& [stream, buffer] = *connection_;
  ResponseParser parser;
  parser.body_limit(boost::none);  // what has arrived is taken out again
  auto [error, size] = co_await beast::http::async_read_header(stream, buffer, parser, kAwait);
  bool is_wanted = true;
  while (!error && !parser.is_done() && is_wanted) {
    stream.expires_after(timeout_);
    std::tie(error, size) = co_await beast::http::async_read_some(stream, buffer, parser, kAwait);
    std::string& body = parser.get().body();
    if (parser.get().result_int() != 200) {
      if (body.size() > kBodyBytesMax) break;
    } else if (!body.empty()) {
      is_wanted = take(body);
      body.clear();
    }
  }
  if (error) co_return give_up(error == beast::error::timeout, error.message());
  Response response = take_response(parser);
  connection_.reset();
  co_return response;
}

}  // namespace rialto::http
