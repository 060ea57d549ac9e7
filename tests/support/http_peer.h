// A scripted HTTP/1.1 server: for each path, what becomes of a request. It answers, holds,
// trickles, sends what is no HTTP, never ends, or breaks the connection where the script says so.
//
//   test::HttpPeer peer;
//   peer.when("/hook", test::respond(200, "done"));
//   peer.start();
//   ... calls of peer.url("/hook") ...
//   EXPECT_EQ(peer.seen().at(0).body, "{}");
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "http/message.h"
#include "net/runtime.h"
#include "net/task_group.h"

namespace rialto::test {

// One thing that the peer does when a request has come.
struct Step {
  enum class Kind : std::uint8_t {
    Send,     // the text
    Repeat,   // the text, until the other end is gone
    Trickle,  // the text, a byte at a time, with `pause` after each
    Hold,     // until the other end is gone
    Close,    // in order
    Reset,    // so that the other end's next read fails
  };
  Kind kind;
  std::string text = {};
  std::chrono::milliseconds pause{0};
};
using Script = std::vector<Step>;

inline std::string head_of(int status, const http::Headers& headers) {
  std::string out = "HTTP/1.1 " + std::to_string(status) + " Said\r\n";
  for (const http::Header& header : headers) out += header.name + ": " + header.value + "\r\n";
  return out + "\r\n";
}

// An answer with the length of its body, which keeps the connection.
inline Script respond(int status, std::string body = "", http::Headers headers = {}) {
  headers.push_back({"Content-Length", std::to_string(body.size())});
  return {{Step::Kind::Send, head_of(status, headers) + body}};
}
inline Script respond_in_chunks(const std::vector<std::string>& pieces) {
  Script out{{Step::Kind::Send, head_of(200, {{"Transfer-Encoding", "chunked"}})}};
  for (const std::string& piece : pieces) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    out.push_back({Step::Kind::Send, size + piece + "\r\n"});
  }
  out.push_back({Step::Kind::Send, "0\r\n\r\n"});
  return out;
}
inline Script send_raw(std::string text, Step::Kind then) {
  return {{Step::Kind::Send, std::move(text)}, {then}};
}

struct SeenRequest {
  std::string method;
  std::string target;
  http::Headers headers;  // in the order in which they came
  std::string body;
  int connection;  // its number, from 0

  std::string_view header(std::string_view name) const { return http::find_header(headers, name); }
};

class HttpPeer {
 public:
  HttpPeer() { listen(); }
  virtual ~HttpPeer() { stop(); }

  // Before `start`. A path without a script is answered with 404.
  void when(std::string path, Script script) { scripts_[std::move(path)] = std::move(script); }
  void start() { tasks_.spawn(runtime_.executor(0), "peer.accept", accept()); }
  void stop() {
    boost::system::error_code ignored;
    tasks_.stop();
    runtime_.stop();
    acceptor_.close(ignored);
  }

  std::uint16_t port() const { return port_; }
  virtual std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string url(std::string_view target) const { return origin() + std::string(target); }

  std::vector<SeenRequest> seen() const {
    const std::lock_guard guard(mutex_);
    return seen_;
  }
  // Of those open now, of all so far, and the most at a time.
  int open_connections() const { return read(open_); }
  int connections() const { return read(connections_); }
  int most_connections() const { return read(most_); }

  // Blocks until that many requests have come, or connections are open.
  void await_seen(std::size_t count) const {
    std::unique_lock guard(mutex_);
    has_changed_.wait(guard, [&] { return seen_.size() >= count; });
  }
  void await_open(int count) const {
    std::unique_lock guard(mutex_);
    has_changed_.wait(guard, [&] { return open_ == count; });
  }

 protected:
  using Socket = boost::asio::ip::tcp::socket;
  static constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);

  // What is between accepting a connection and its first request.
  virtual Task<> meet(Socket socket, int number) { co_await converse(std::move(socket), number); }

  template <class Stream>
  Task<> converse(Stream stream, int number) {
    namespace http = boost::beast::http;
    boost::beast::flat_buffer buffer;
    for (;;) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(boost::none);
      auto [error, size] = co_await http::async_read(stream, buffer, parser, kAwait);
      if (error) break;
      const Script script = note(parser.get(), number);
      bool goes_on = true;
      for (std::size_t at = 0; at < script.size() && goes_on; ++at) {
        goes_on = co_await take_step(&stream, script[at]);
      }
      if (!goes_on) break;
    }
  }

 private:
  template <class Stream>
  static Task<bool> take_step(Stream* stream, Step step) {
    namespace asio = boost::asio;
    switch (step.kind) {
      case Step::Kind::Send: co_return co_await put(stream, step.text);
      case Step::Kind::Repeat:
        while (co_await put(stream, step.text)) {
        }
        co_return false;
      case Step::Kind::Trickle: {
        asio::steady_timer timer(co_await asio::this_coro::executor);
        for (const char byte : step.text) {
          if (!co_await put(stream, std::string(1, byte))) co_return false;
          timer.expires_after(step.pause);
          if (auto [error] = co_await timer.async_wait(kAwait); error) co_return false;
        }
        co_return true;
      }
      case Step::Kind::Hold: {
        std::array<char, 256> ignored;
        for (;;) {
          auto [error, size] = co_await stream->async_read_some(asio::buffer(ignored), kAwait);
          if (error) co_return false;
        }
      }
      case Step::Kind::Close: co_return false;
      case Step::Kind::Reset: {
        boost::system::error_code ignored;
        auto& lowest = boost::beast::get_lowest_layer(*stream);
        lowest.set_option(asio::socket_base::linger(true, 0), ignored);
        co_return false;
      }
    }
    co_return false;
  }

  template <class Stream>
  static Task<bool> put(Stream* stream, std::string text) {
    auto [error, size] = co_await boost::asio::async_write(
        *stream, boost::asio::buffer(text.data(), text.size()), kAwait);
    co_return !error;
  }

  void listen() {
    using boost::asio::ip::tcp;
    const tcp::endpoint any(boost::asio::ip::address_v4::loopback(), 0);
    acceptor_.open(any.protocol());
    acceptor_.bind(any);
    acceptor_.listen(4'096);
    port_ = acceptor_.local_endpoint().port();
  }

  Task<> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(kAwait);
      if (error) co_return;
      tasks_.spawn(runtime_.executor(0), "peer.connection", serve(std::move(socket)));
    }
  }

  Task<> serve(Socket socket) {
    int number = 0;
    {
      const std::lock_guard guard(mutex_);
      number = connections_++;
      most_ = std::max(most_, ++open_);
    }
    has_changed_.notify_all();
    co_await meet(std::move(socket), number);
    {
      const std::lock_guard guard(mutex_);
      --open_;
    }
    has_changed_.notify_all();
  }

  template <class Message>
  Script note(const Message& message, int number) {
    SeenRequest seen{std::string(message.method_string()),
                     std::string(message.target()),
                     {},
                     message.body(),
                     number};
    for (const auto& field : message) {
      seen.headers.push_back({std::string(std::string_view(field.name_string())),
                              std::string(std::string_view(field.value()))});
    }
    const std::string path = seen.target.substr(0, seen.target.find('?'));
    {
      const std::lock_guard guard(mutex_);
      seen_.push_back(std::move(seen));
    }
    has_changed_.notify_all();
    const auto script = scripts_.find(path);
    return script == scripts_.end() ? respond(404) : script->second;
  }

  int read(const int& number) const {
    const std::lock_guard guard(mutex_);
    return number;
  }

  net::Runtime runtime_{1};
  net::TaskGroup tasks_;
  boost::asio::ip::tcp::acceptor acceptor_{runtime_.executor(0)};
  std::uint16_t port_ = 0;
  std::map<std::string, Script> scripts_;

  mutable std::mutex mutex_;  // a leaf
  mutable std::condition_variable has_changed_;
  std::vector<SeenRequest> seen_;
  int connections_ = 0;
  int open_ = 0;
  int most_ = 0;
};

}  // namespace rialto::test
