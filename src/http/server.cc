#include "http/server.h"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <list>
#include <mutex>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "base/log.h"
#include "base/snapshot.h"
#include "http/format.h"
#include "http/tls.h"
#include "net/task_group.h"

namespace rialto::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using Parser = beast::http::request_parser<beast::http::string_body>;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// What a connection may read at once: to begin with, and when its requests are larger.
constexpr std::size_t kReadBytesMin = 8U << 10;
constexpr std::size_t kReadBytesMax = 32U << 10;

// After a refusal the client may still be sending: closing at once would reset the connection and
// lose the answer. So what it sends is read and dropped, up to these bounds.
constexpr std::size_t kDrainBytesMax = 256U << 20;
constexpr std::chrono::seconds kDrainTimeout{5};

// What a client of TLS gets to be told that its connection ends.
constexpr std::chrono::seconds kGoodbye{1};

// In place of a status: there is nobody to answer.
constexpr int kHungUp = -1;

// Bytes of request bodies in memory, over all connections.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  bool take(std::size_t bytes) {
    if (used_.fetch_add(bytes) + bytes <= bytes_max_) return true;
    used_.fetch_sub(bytes);
    return false;
  }
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes); }

 private:
  const std::size_t bytes_max_;
  std::atomic<std::size_t> used_{0};
};

// Ends reading from a stream at a moment, and leaves the stream open: its own time-out would close
// it, and then a slow client could not be told 408. Used on the stream's loop only.
class ReadDeadline {
 public:
  ReadDeadline(beast::tcp_stream& stream, std::chrono::milliseconds timeout)
      : timer_(stream.get_executor(), timeout) {
    stream.expires_never();
    // The handler may be on its way already when this goes, and must then leave the stream alone.
    timer_.async_wait([state = state_, &stream](const error_code& error) {
      if (error || state->is_over) return;
      state->has_passed = true;
      stream.cancel();
    });
  }
  ~ReadDeadline() { state_->is_over = true; }
  ReadDeadline(const ReadDeadline&) = delete;
  ReadDeadline& operator=(const ReadDeadline&) = delete;

  bool has_passed() const { return state_->has_passed; }

 private:
  struct State {
    bool is_over = false;
    bool has_passed = false;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
  asio::steady_timer timer_;
};

int refusal_status(const error_code& error) {
  using beast::http::error;
  if (error == error::body_limit) return 413;
  if (error == error::header_limit || error == error::buffer_overflow) return 431;
  return 400;
}

// Whether the client is simply gone, so that there is nobody to answer.
bool is_hang_up(const error_code& error) {
  return error == beast::http::error::end_of_stream || error == asio::error::eof ||
         error == asio::ssl::error::stream_truncated || error == asio::error::connection_reset ||
         error == asio::error::operation_aborted || error == asio::error::broken_pipe;
}

Request take_request(Parser& parser, const std::string& peer, bool is_secure) {
  auto& message = parser.get();
  Request request;
  request.method = std::string_view(message.method_string());
  request.target = std::string_view(message.target());
  for (const auto& field : message) {
    request.headers.push_back(Header{std::string(std::string_view(field.name_string())),
                                     std::string(std::string_view(field.value()))});
  }
  request.body = std::move(message.body());
  request.peer = peer;
  request.is_secure = is_secure;
  return request;
}

}  // namespace

class Server::Impl {
 public:
  Impl(net::Runtime& runtime, ServerOptions options, Handler handler, Refusal refusal)
      : runtime_(runtime),
        options_(options),
        handler_(std::move(handler)),
        refusal_(std::move(refusal)),
        budget_(options.all_bodies_bytes_max) {}

  Result<std::uint16_t> listen(const std::string& address, std::uint16_t port);
  Result<> use_tls(const TlsFiles& files);
  void stop(std::chrono::milliseconds grace);

 private:
  // Touched on the connection's thread only, but for its peer.
  struct Connection {
    Connection(tcp::socket socket, std::string from)
        : stream(std::move(socket)), peer(std::move(from)) {}

    // Calls `act` with the stream to read from and write to.
    template <class Act>
    auto on(Act act) {
      return tls ? act(*tls) : act(stream);
    }

    beast::tcp_stream stream;
    std::shared_ptr<TlsContext> tls_context;  // that `tls` was made with
    std::optional<asio::ssl::stream<beast::tcp_stream&>> tls;
    const std::string peer;  // its address
    bool is_idle = true;
  };

  Task<> accept();
  bool admit(const std::shared_ptr<Connection>& connection);
  void forget(const std::shared_ptr<Connection>& connection);
  Task<> serve(std::shared_ptr<Connection> connection);
  Task<bool> shake_hands(std::shared_ptr<Connection> connection);
  Task<> say_goodbye(std::shared_ptr<Connection> connection);
  Task<bool> serve_one(std::shared_ptr<Connection> connection,
                       std::shared_ptr<beast::flat_buffer> buffer);
  Task<bool> read_headers(std::shared_ptr<Connection> connection,
                          std::shared_ptr<beast::flat_buffer> buffer, Parser* parser);
  Task<int> read_body(std::shared_ptr<Connection> connection,
                      std::shared_ptr<beast::flat_buffer> buffer, Parser* parser);
  Task<bool> write(std::shared_ptr<Connection> connection, std::string head, std::string body);
  Task<> write_stream(std::shared_ptr<Connection> connection, Response response, bool is_chunked);
  Task<> refuse(std::shared_ptr<Connection> connection, int status);
  std::size_t body_share(const Parser& parser) const;

  net::Runtime& runtime_;
  const ServerOptions options_;
  const Handler handler_;
  const Refusal refusal_;
  BodyBudget budget_;
  std::atomic<bool> is_stopping_{false};
  std::shared_ptr<tcp::acceptor> acceptor_;  // used on the first loop only, once listening
  net::TaskGroup tasks_;
  std::mutex mutex_;                                      // a leaf
  std::list<std::shared_ptr<Connection>> connections_;    // guarded by mutex_
  std::unordered_map<std::string, std::size_t> of_peer_;  // guarded by mutex_
  Snapshot<std::shared_ptr<TlsContext>> tls_{nullptr};
};

Result<std::uint16_t> Server::Impl::listen(const std::string& address, std::uint16_t port) {
  error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) {
    return fail(Code::InvalidArgument, "Cannot listen on '" + address + "': " + error.message() +
                                           ". Give an IP address such as 127.0.0.1.");
  }
  const tcp::endpoint endpoint(ip, port);
  acceptor_ = std::make_shared<tcp::acceptor>(runtime_.executor(0));
  acceptor_->open(endpoint.protocol(), error);
  if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return fail(Code::Unavailable, "Cannot listen on " + address + ":" + std::to_string(port) +
                                       ": " + error.message() + ".");
  }
  const std::uint16_t bound = acceptor_->local_endpoint(error).port();
  tasks_.spawn(runtime_.executor(0), "http.accept", accept());
  return bound;
}

Task<> Server::Impl::accept() {
  std::size_t next = 0;
  while (!is_stopping_) {
    const net::Executor executor = runtime_.executor(next++ % runtime_.size());
    auto [error, socket] = co_await acceptor_->async_accept(executor, kAwait);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of descriptors, most likely: the ones in use are given back in time.
      log::warn("http.accept_failed", {{"error", error.message()}});
      co_await net::sleep_for(std::chrono::milliseconds(50));
      continue;
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto from = socket.remote_endpoint(ignored);
    auto connection = std::make_shared<Connection>(std::move(socket), from.address().to_string());
    if (!admit(connection)) continue;  // closes the socket
    tasks_.spawn(executor, "http.connection", serve(connection));
  }
}

bool Server::Impl::admit(const std::shared_ptr<Connection>& connection) {
  const std::size_t of_peer_max = options_.connections_per_address_max;
  const std::lock_guard guard(mutex_);
  std::size_t& of_peer = of_peer_[connection->peer];
  const bool is_full = connections_.size() >= options_.connections_max;
  if (is_full || (of_peer_max != 0 && of_peer >= of_peer_max)) {
    log::warn(
        "http.too_many_connections",
        {{"limit", is_full ? options_.connections_max : of_peer_max}, {"peer", connection->peer}});
    if (of_peer == 0) of_peer_.erase(connection->peer);
    return false;
  }
  ++of_peer;
  connections_.push_back(connection);
  return true;
}

void Server::Impl::forget(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard guard(mutex_);
  connections_.remove(connection);
  const auto of_peer = of_peer_.find(connection->peer);
  if (--of_peer->second == 0) of_peer_.erase(of_peer);
}

Result<> Server::Impl::use_tls(const TlsFiles& files) {
  RIALTO_TRY(auto context, load_tls(files));
  tls_.set(std::make_shared<const std::shared_ptr<TlsContext>>(std::move(context)));
  return {};
}

Task<> Server::Impl::serve(std::shared_ptr<Connection> connection) {
  const auto buffer = std::make_shared<beast::flat_buffer>();
  if (co_await shake_hands(connection)) {
    while (!is_stopping_ && co_await serve_one(connection, buffer)) {
    }
    co_await say_goodbye(connection);
  }
  error_code ignored;
  connection->stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
  connection->stream.close();
  forget(connection);
}

// Who says nothing, or nothing of TLS, is not answered: there is no language for it.
Task<bool> Server::Impl::shake_hands(std::shared_ptr<Connection> connection) {
  const auto context = tls_.get();
  if (context == nullptr) co_return true;
  connection->tls_context = *context;
  connection->tls.emplace(connection->stream, *connection->tls_context);
  connection->stream.expires_after(options_.read_timeout);
  auto [error] = co_await connection->tls->async_handshake(asio::ssl::stream_base::server, kAwait);
  co_return !error;
}

Task<> Server::Impl::say_goodbye(std::shared_ptr<Connection> connection) {
  if (!connection->tls) co_return;
  connection->stream.expires_after(kGoodbye);
  std::ignore = co_await connection->tls->async_shutdown(kAwait);
}

// What a body may take of the budget: what it declares, or the most when it comes in chunks.
std::size_t Server::Impl::body_share(const Parser& parser) const {
  if (const auto length = parser.content_length()) return static_cast<std::size_t>(*length);
  return parser.chunked() ? options_.body_bytes_max : 0;
}

// True when the connection may carry another request.
Task<bool> Server::Impl::serve_one(std::shared_ptr<Connection> connection,
                                   std::shared_ptr<beast::flat_buffer> buffer) {
  auto& stream = connection->stream;
  if (buffer->size() == 0) {
    connection->is_idle = true;
    stream.expires_after(options_.idle_timeout);
    const auto room = buffer->prepare(std::max(kReadBytesMin, buffer->capacity()));
    auto [error, size] =
        co_await connection->on([&room](auto& from) { return from.async_read_some(room, kAwait); });
    if (error) co_return false;
    buffer->commit(size);
  }
  connection->is_idle = false;
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(options_.header_bytes_max));
  parser.body_limit(options_.body_bytes_max);
  if (!co_await read_headers(connection, buffer, &parser)) co_return false;
  const std::size_t share = body_share(parser);
  if (!budget_.take(share)) {
    co_await refuse(connection, 503);
    co_return false;
  }
  if (const int problem = co_await read_body(connection, buffer, &parser); problem != 0) {
    // Before the refusal, which lasts as long as the client goes on sending.
    budget_.give_back(share);
    if (problem != kHungUp) co_await refuse(connection, problem);
    co_return false;
  }
  const bool is_kept = parser.get().keep_alive() && !is_stopping_;
  const bool is_head = parser.get().method() == beast::http::verb::head;
  const bool is_chunked = parser.get().version() >= 11;
  stream.expires_never();
  Response response =
      co_await handler_(take_request(parser, connection->peer, connection->tls.has_value()));
  budget_.give_back(share);  // the handler has let go of the body
  if (response.stream && !is_head) {
    co_await write_stream(connection, std::move(response), is_chunked);
    co_return false;
  }
  std::string head = format_head(response, is_kept && !is_stopping_);
  if (is_head) response.body.clear();
  const bool is_written = co_await write(connection, std::move(head), std::move(response.body));
  co_return is_written&& is_kept;
}

// False when there is no request, and whoever sent none has been told.
Task<bool> Server::Impl::read_headers(std::shared_ptr<Connection> connection,
                                      std::shared_ptr<beast::flat_buffer> buffer, Parser* parser) {
  bool is_late = false;
  error_code error;
  {
    const ReadDeadline deadline(connection->stream, options_.read_timeout);
    std::tie(error, std::ignore) = co_await connection->on(
        [&](auto& from) { return beast::http::async_read_header(from, *buffer, *parser, kAwait); });
    is_late = deadline.has_passed();
  }
  if (!error) co_return true;
  if (is_late) {
    co_await refuse(connection, 408);
  } else if (!is_hang_up(error)) {
    co_await refuse(connection, refusal_status(error));
  }
  co_return false;
}

// 0 when the body is there; else the status to refuse with, or kHungUp.
Task<int> Server::Impl::read_body(std::shared_ptr<Connection> connection,
                                  std::shared_ptr<beast::flat_buffer> buffer, Parser* parser) {
  if (parser->is_done()) co_return 0;
  if (beast::iequals(parser->get()[beast::http::field::expect], "100-continue")) {
    if (!co_await write(connection, "HTTP/1.1 100 Continue\r\n\r\n", {})) co_return kHungUp;
  }
  // Beast asks for no more than what the buffer has room for. Who sends large bodies gets room for
  // one, which the connection keeps: the next request then comes in one piece.
  const auto left = static_cast<std::size_t>(parser->content_length_remaining().value_or(0));
  buffer->reserve(std::min(left + kReadBytesMin, kReadBytesMax));
  bool is_late = false;
  error_code error;
  {
    const ReadDeadline deadline(connection->stream, options_.read_timeout);
    std::tie(error, std::ignore) = co_await connection->on(
        [&](auto& from) { return beast::http::async_read(from, *buffer, *parser, kAwait); });
    is_late = deadline.has_passed();
  }
  if (!error) co_return 0;
  if (is_late) co_return 408;
  // One that says it will send no more in the middle of a body may still be listening.
  co_return is_hang_up(error) ? kHungUp : refusal_status(error);
}

Task<bool> Server::Impl::write(std::shared_ptr<Connection> connection, std::string head,
                               std::string body) {
  connection->stream.expires_after(options_.write_timeout);
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::buffer(body)};
  auto [error, _] =
      co_await connection->on([&parts](auto& to) { return asio::async_write(to, parts, kAwait); });
  co_return !error;
}

// An older client takes the end of the connection for the end of the body.
Task<> Server::Impl::write_stream(std::shared_ptr<Connection> connection, Response response,
                                  bool is_chunked) {
  if (is_chunked) response.headers.push_back({"Transfer-Encoding", "chunked"});
  if (!co_await write(connection, format_head(response, false), {})) co_return;
  const std::shared_ptr<BodyStream> stream = std::move(response.stream);
  while (auto piece = co_await stream->next()) {
    if (is_chunked) *piece = format_chunk(*piece);
    if (!co_await write(connection, {}, *std::move(piece))) co_return;
  }
  if (is_chunked) co_await write(connection, {}, std::string(kLastChunk));
}

Task<> Server::Impl::refuse(std::shared_ptr<Connection> connection, int status) {
  Response response = refusal_(status);
  response.status = status;
  std::string head = format_head(response, false);
  if (!co_await write(connection, std::move(head), std::move(response.body))) co_return;
  error_code ignored;
  auto& stream = connection->stream;
  // To a client of TLS the end of sending would look like an attack.
  if (!connection->tls) stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream.expires_after(kDrainTimeout);
  std::vector<char> dropped(64U << 10);
  for (std::size_t drained = 0; drained < kDrainBytesMax;) {
    auto [error, size] = co_await connection->on(
        [&dropped](auto& from) { return from.async_read_some(asio::buffer(dropped), kAwait); });
    if (error) co_return;
    drained += size;
  }
}

void Server::Impl::stop(std::chrono::milliseconds grace) {
  if (is_stopping_.exchange(true)) return;
  if (acceptor_) {
    // Not `this`: accepting may end on its own first, and then nobody waits for the closing.
    asio::post(runtime_.executor(0), [acceptor = acceptor_] {
      error_code ignored;
      acceptor->close(ignored);
    });
  }
  std::list<std::shared_ptr<Connection>> open;
  {
    const std::lock_guard guard(mutex_);
    open = connections_;
  }
  for (const auto& connection : open) {
    asio::post(connection->stream.get_executor(), [connection] {
      if (connection->is_idle) connection->stream.cancel();
    });
  }
  open.clear();
  if (!tasks_.wait(grace)) {
    log::warn("http.requests_cancelled", {{"connections", tasks_.size()}});
  }
  tasks_.stop();
}

Server::Server(net::Runtime& runtime, ServerOptions options, Handler handler, Refusal refusal)
    : impl_(std::make_unique<Impl>(runtime, options, std::move(handler), std::move(refusal))) {}

Server::~Server() = default;

Result<std::uint16_t> Server::listen(const std::string& address, std::uint16_t port) {
  return impl_->listen(address, port);
}

Result<> Server::use_tls(const TlsFiles& files) { return impl_->use_tls(files); }

void Server::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }

}  // namespace rialto::http
