// A server on a free port, whose handler tells what it was asked.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "http/server.h"
#include "net/wait_list.h"
#include "raw_client.h"
#include "support/run.h"

namespace rialto::http {

using namespace std::chrono_literals;

// "1\n" to "<count>\n", one by one.
class Numbers final : public BodyStream {
 public:
  explicit Numbers(int count) : count_(count) {}
  Task<std::optional<std::string>> next() override {
    if (last_ == count_) co_return std::nullopt;
    co_return std::to_string(++last_) + "\n";
  }

 private:
  const int count_;
  int last_ = 0;
};

class ServerTest : public ::testing::Test {
 protected:
  ~ServerTest() override {
    open_gate();
    if (server_) server_->stop(5s);
  }

  void start(ServerOptions options = {}) {
    server_ = std::make_unique<Server>(
        runtime_, options, [this](Request request) { return answer(std::move(request)); },
        [](int status) { return Response{0, {{"X-Refused", std::to_string(status)}}, "refused"}; });
    const auto port = server_->listen("127.0.0.1", 0);
    ASSERT_TRUE(port.ok()) << port.error().message;
    port_ = *port;
  }

  // `METHOD target body`; /wait answers once the gate is open, /stream the numbers up to 20.
  Task<Response> answer(Request request) {
    ++requests_;
    if (request.path() == "/wait") {
      // Asked in turns, for a cancelled wait ends.
      for (auto waiter = co_await gate_.make_waiter(); !is_open_;
           waiter = co_await gate_.make_waiter()) {
        gate_.enlist(waiter);
        if (is_open_) break;
        const bool was_notified = co_await waiter->wait(1h);
        if (!was_notified) {
          ++cancelled_;
          break;
        }
      }
    }
    Response response;
    if (request.path() == "/nothing") response.status = 204;
    if (request.path() == "/stream") response.stream = std::make_shared<Numbers>(20);
    response.headers.push_back({"X-Seen", std::string(request.header("x-send"))});
    response.body = request.method + " " + request.target + " " + request.body;
    co_return response;
  }
  void open_gate() {
    is_open_ = true;
    gate_.notify_all();
  }
  void await_requests(int count) const {
    while (requests_ < count) std::this_thread::yield();
  }

  net::Runtime runtime_{2};
  std::atomic<int> requests_{0};
  std::atomic<int> cancelled_{0};
  std::atomic<bool> is_open_{false};
  net::WaitList gate_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
};

inline std::string get(std::string_view target, std::string_view headers = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n";
}

}  // namespace rialto::http
