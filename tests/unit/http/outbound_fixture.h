// A client on two loops, and a scripted peer on this machine.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "http/outbound.h"
#include "support/http_peer.h"
#include "support/run.h"

namespace rialto::http {

using namespace std::chrono_literals;
using test::respond;
using test::send_raw;
using test::Step;

class OutboundTest : public ::testing::Test {
 protected:
  ~OutboundTest() override {
    tasks_.stop();
    if (client_) client_->stop();
  }

  // In dev mode, or the peer could not be called.
  static OutboundOptions dev() {
    OutboundOptions out;
    out.egress.is_dev = true;
    return out;
  }
  void start(OutboundOptions options = dev()) {
    peer_.start();
    client_ = std::make_unique<Outbound>(runtime_, std::move(options));
  }

  Call get(std::string_view target) const { return {.method = "GET", .url = peer_.url(target)}; }
  Call post(std::string_view target, std::string body) const {
    return {.method = "POST", .url = peer_.url(target), .body = std::move(body)};
  }
  Result<Response> send(Call call, std::size_t loop = 0) {
    return test::run(runtime_.executor(loop), client_->send(std::move(call)));
  }
  std::future<Result<Response>> begin(Call call, std::size_t loop = 0) {
    return test::start(tasks_, runtime_.executor(loop), client_->send(std::move(call)));
  }
  void expect_error(Call call, Code code, std::string_view reason, const std::string& message) {
    const auto outcome = send(std::move(call));
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, code) << outcome.error().message;
    EXPECT_EQ(outcome.error().reason, reason);
    EXPECT_EQ(outcome.error().message, message);
  }
  std::uint64_t count(Ending ending) const {
    return client_->metrics().calls[static_cast<std::size_t>(ending)];
  }

  net::Runtime runtime_{2};
  net::TaskGroup tasks_;
  test::HttpPeer peer_;
  std::unique_ptr<Outbound> client_;
};

}  // namespace rialto::http
