// A proxy that makes tunnels, by HTTP's CONNECT or by SOCKS 5. Wherever one is asked to go, it goes
// to the peer that the test has there.
#pragma once

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <string>
#include <vector>

#include "support/http_peer.h"

namespace rialto::test {

class TunnelPeer final : public HttpPeer {
 public:
  enum class Speaks { Http, Socks5 };

  TunnelPeer(Speaks speaks, const HttpPeer& to) : speaks_(speaks), to_port_(to.port()) {}
  ~TunnelPeer() override { stop(); }

  // What CONNECT asked with, whole; or, of SOCKS, host:port.
  std::vector<std::string> asked() const {
    const std::lock_guard guard(mutex_);
    return asked_;
  }

 private:
  Task<> meet(Socket socket, int /*number*/) override {
    const bool is_asked =
        speaks_ == Speaks::Http ? co_await hear_connect(&socket) : co_await hear_socks(&socket);
    if (!is_asked) co_return;
    using boost::asio::ip::tcp;
    Socket there(socket.get_executor());
    const tcp::endpoint to(boost::asio::ip::address_v4::loopback(), to_port_);
    if (auto [error] = co_await there.async_connect(to, kAwait); error) co_return;
    using namespace boost::asio::experimental::awaitable_operators;
    co_await (pass(&socket, &there) || pass(&there, &socket));
  }

  Task<bool> hear_connect(Socket* socket) {
    std::string head;
    auto [error, size] = co_await boost::asio::async_read_until(
        *socket, boost::asio::dynamic_buffer(head), "\r\n\r\n", kAwait);
    if (error) co_return false;
    note(head);
    co_return co_await say(socket, "HTTP/1.1 200 Connected\r\n\r\n");
  }

  // RFC 1928: methods are offered, "none" is taken; a host and port are asked for by name.
  Task<bool> hear_socks(Socket* socket) {
    const std::string offer = co_await hear(socket, 2);
    if (offer.size() < 2) co_return false;
    co_await hear(socket, static_cast<unsigned char>(offer[1]));
    if (!co_await say(socket, std::string("\x05\x00", 2))) co_return false;
    const std::string request = co_await hear(socket, 5);
    if (request.size() < 5 || request[3] != 3) co_return false;
    const std::string host = co_await hear(socket, static_cast<unsigned char>(request[4]));
    const std::string port = co_await hear(socket, 2);
    if (port.size() < 2) co_return false;
    const int number =
        static_cast<unsigned char>(port[0]) * 256 + static_cast<unsigned char>(port[1]);
    note(host + ":" + std::to_string(number));
    co_return co_await say(socket, std::string("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x01", 10));
  }

  static Task<std::string> hear(Socket* socket, std::size_t size) {
    std::string out(size, '\0');
    auto [error, got] = co_await boost::asio::async_read(
        *socket, boost::asio::buffer(out.data(), out.size()), kAwait);
    out.resize(got);
    co_return out;
  }

  static Task<bool> say(Socket* socket, std::string text) {
    auto [error, size] = co_await boost::asio::async_write(
        *socket, boost::asio::buffer(text.data(), text.size()), kAwait);
    co_return !error;
  }

  static Task<> pass(Socket* from, Socket* to) {
    std::array<char, 4096> buffer;
    for (;;) {
      auto [error, size] = co_await from->async_read_some(boost::asio::buffer(buffer), kAwait);
      if (error) co_return;
      if (!co_await say(to, std::string(buffer.data(), size))) co_return;
    }
  }

  void note(std::string what) {
    const std::lock_guard guard(mutex_);
    asked_.push_back(std::move(what));
  }

  const Speaks speaks_;
  const std::uint16_t to_port_;
  mutable std::mutex mutex_;  // a leaf
  std::vector<std::string> asked_;
};

}  // namespace rialto::test
