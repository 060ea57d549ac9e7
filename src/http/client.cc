#include "http/client.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <tuple>

#include "http/format.h"

namespace rialto::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = asio::ssl;
using tcp = asio::ip::tcp;

namespace {
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kBodyBytesMax = 64U << 20;
// Of an answer, taken from the socket at once. Beast asks for no more than what its buffer has room
// for, which is 512 bytes if nobody says otherwise.
constexpr std::size_t kReadBytes = 64U << 10;
}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view url) {
  constexpr std::string_view kPlain = "http://";
  constexpr std::string_view kSecure = "https://";
  const auto refuse = [url] {
    return fail(Code::InvalidArgument,
                "'" + std::string(url) + "' is not an address such as http://127.0.0.1:1591.");
  };
  const bool is_secure = url.starts_with(kSecure);
  if (!is_secure && !url.starts_with(kPlain)) return refuse();
  std::string_view host = url.substr(is_secure ? kSecure.size() : kPlain.size());
  host = host.substr(0, host.find('/'));
  std::string_view port = is_secure ? "443" : "80";
  if (const std::size_t colon = host.rfind(':'); colon != host.npos && !host.ends_with(']')) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  // The brackets around an address of version 6 are the URL's, not the address's.
  if (host.starts_with('[') != host.ends_with(']')) return refuse();
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (host.empty() || port.empty()) return refuse();
  return Endpoint{std::string(host), std::string(port), is_secure};
}

std::string Endpoint::text() const {
  const bool is_v6 = host.find(':') != host.npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + port;
}

struct Client::Connection {
  explicit Connection(const asio::any_io_executor& executor) : stream(executor) {}

  // Calls `act` with the stream to read from and write to.
  template <class Act>
  auto on(Act act) {
    return tls ? act(*tls) : act(stream);
  }

  beast::tcp_stream stream;
  std::optional<ssl::context> tls_context{};
  std::optional<ssl::stream<beast::tcp_stream&>> tls{};
  beast::flat_buffer buffer{};
};

Client::Client(Endpoint endpoint, std::chrono::milliseconds timeout, std::string ca_file)
    : endpoint_(std::move(endpoint)), timeout_(timeout), ca_file_(std::move(ca_file)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Task<Result<>> Client::connect() {
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  auto [resolve_error, results] =
      co_await resolver.async_resolve(endpoint_.host, endpoint_.port, kAwait);
  auto connection = std::make_unique<Connection>(executor);
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
  if (endpoint_.is_secure) co_return co_await shake_hands();
  co_return Result<>();
}

Task<Result<>> Client::shake_hands() {
  boost::system::error_code error;
  auto& context = connection_->tls_context.emplace(ssl::context::tls_client);
  if (ca_file_.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(ca_file_, error);
  }
  if (error) {
    connection_.reset();
    co_return fail(Code::InvalidArgument,
                   "Cannot use the CA file " + ca_file_ + ": " + error.message() + ".");
  }
  auto& tls = connection_->tls.emplace(connection_->stream, context);
  tls.set_verify_mode(ssl::verify_peer);
  tls.set_verify_callback(ssl::host_name_verification(endpoint_.host));
  // Servers with many certificates choose by the name; it fails for names that are too long only.
  SSL_set_tlsext_host_name(tls.native_handle(), endpoint_.host.c_str());
  connection_->stream.expires_after(timeout_);
  std::tie(error) = co_await tls.async_handshake(ssl::stream_base::client, kAwait);
  if (!error) co_return Result<>();
  connection_.reset();
  co_return fail(Code::Unavailable,
                 "Cannot speak TLS with " + endpoint_.text() + ": " + error.message() + ".");
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
  auto [error, _] =
      co_await connection_->on([&parts](auto& to) { return asio::async_write(to, parts, kAwait); });
  if (error) co_return give_up(error == beast::error::timeout, error.message());
  co_return Result<>();
}

Task<Result<Response>> Client::send(Request request) {
  RIALTO_CO_TRY_VOID(co_await write(std::move(request)));
  ResponseParser parser;
  parser.body_limit(kBodyBytesMax);
  auto [error, size] = co_await connection_->on([&](auto& from) {
    return beast::http::async_read(from, connection_->buffer, parser, kAwait);
  });
  if (error) co_return give_up(error == beast::error::timeout, error.message());
  Response response = take_response(parser);
  if (!parser.get().keep_alive()) connection_.reset();
  co_return response;
}

Task<Result<Response>> Client::stream(Request request, Take take) {
  RIALTO_CO_TRY_VOID(co_await write(std::move(request)));
  ResponseParser parser;
  parser.body_limit(boost::none);  // what has arrived is taken out again
  auto [error, size] = co_await connection_->on([&](auto& from) {
    return beast::http::async_read_header(from, connection_->buffer, parser, kAwait);
  });
  bool is_wanted = true;
  while (!error && !parser.is_done() && is_wanted) {
    connection_->stream.expires_after(timeout_);
    std::tie(error, size) = co_await connection_->on([&](auto& from) {
      return beast::http::async_read_some(from, connection_->buffer, parser, kAwait);
    });
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
