// A client that sends whatever bytes a test wants, and reads answers as they come. Blocking.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace rialto::http {

struct RawAnswer {
  int status = 0;  // 0: the connection ended, or nothing came in time
  std::string head;
  std::string body;

  // Case of names is as we write them.
  std::string header(std::string_view name) const {
    const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const std::size_t from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ =
        ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { ::close(descriptor_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool is_connected() const { return is_connected_; }

  // False when the server took no more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void send_no_more() { ::shutdown(descriptor_, SHUT_WR); }

  // The next answer; `has_body` is false for the answer to HEAD and for 100 Continue.
  RawAnswer read(bool has_body = true) {
    RawAnswer answer;
    while (received_.find("\r\n\r\n") == std::string::npos) {
      if (!receive()) return answer;
    }
    const std::size_t end = received_.find("\r\n\r\n") + 4;
    answer.head = received_.substr(0, end);
    received_.erase(0, end);
    const std::string length = answer.header("Content-Length");
    const std::size_t size =
        has_body && !length.empty() ? std::strtoul(length.c_str(), nullptr, 10) : 0;
    while (received_.size() < size) {
      if (!receive()) return answer;
    }
    answer.body = received_.substr(0, size);
    received_.erase(0, size);
    answer.status = std::atoi(answer.head.c_str() + answer.head.find(' ') + 1);
    return answer;
  }

  // Whether the server ended the connection, and sent nothing before.
  bool is_at_end() { return received_.empty() && !receive() && is_ended_; }

 private:
  bool receive() {
    char bytes[65'536];
    const ssize_t size = ::recv(descriptor_, bytes, sizeof bytes, 0);
    is_ended_ = size == 0;
    if (size <= 0) return false;
    received_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  int descriptor_;
  bool is_connected_ = false;
  bool is_ended_ = false;
  std::string received_;
};

}  // namespace rialto::http
