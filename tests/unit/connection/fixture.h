// Connections and API destinations on a memory store, with a token server that the test plays.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "connection/api_destinations.h"
#include "connection/connections.h"
#include "store/memory/memory_store.h"
#include "support/fake_clock.h"
#include "support/fake_sender.h"
#include "support/run.h"
#include "support/seeded_ids.h"

namespace rialto::connection {

using namespace std::chrono_literals;
using model::AuthorizationType;
using model::ConnectionState;

inline const model::Scope kScope{.account = "111122223333", .region = "us-east-1"};

class ConnectionTest : public ::testing::Test {
 protected:
  ConnectionTest() { make(); }
  ~ConnectionTest() override {
    sender_.release();
    connections_->stop();
    group_.stop();
    runtime_.stop();
  }

  void make(std::size_t count_max = 3'000) {
    connections_ = std::make_unique<Connections>(Connections::Services{
        runtime_.executor(0), store_, clock_, ids_, sender_, PlainHttp::OnLoopback, count_max});
    destinations_ = std::make_unique<ApiDestinations>(ApiDestinations::Services{
        store_, clock_, ids_, *connections_, PlainHttp::Refused, count_max});
    ASSERT_TRUE(connections_->load(key_).ok());
    ASSERT_TRUE(destinations_->load().ok());
    connections_->start();
  }
  // The process ends and another one starts on the same store.
  void restart() {
    connections_->stop();
    destinations_.reset();
    connections_.reset();
    make();
  }

  template <class T>
  T run(Task<T> task) {
    return test::run(runtime_.executor(0), std::move(task));
  }

  static model::Connection connection(AuthorizationType type, std::string name = "c") {
    model::Connection out;
    out.account = kScope.account;
    out.region = kScope.region;
    out.name = std::move(name);
    out.type = type;
    out.authorization = model::Authorization{.name = "user", .secret = "hush-hush"};
    if (type == AuthorizationType::OAuth) {
      out.authorization->endpoint = "https://auth.example/token";
      out.authorization->http_method = "POST";
    }
    return out;
  }
  Result<SharedConnection> create(AuthorizationType type, std::string name = "c") {
    return run(connections_->create(connection(type, std::move(name))));
  }
  Result<SharedConnection> update(ConnectionChange change) {
    return run(connections_->update(kScope, "c", std::move(change)));
  }
  SharedConnection get() {
    const auto found = connections_->get(kScope, "c");
    return found.ok() ? *found : nullptr;
  }
  static model::ConnectionRef ref(const model::Connection& of) {
    return {.scope = of.scope(), .name = of.name, .id = of.id};
  }
  Result<Access> access() { return run(connections_->access(ref(*get()))); }

  void answer_token(std::string token, int expires_in = 3'600) {
    sender_.answer(200, R"({"access_token":")" + std::move(token) + R"(","expires_in":)" +
                            std::to_string(expires_in) + "}");
  }
  // Waits for what another thread is about to do.
  template <class Condition>
  void await(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      std::this_thread::sleep_for(200us);
    }
  }
  void await_state(ConnectionState state) {
    await([&] { return get() && get()->state == state; });
  }

  crypto::SecretKey key_ = crypto::make_secret_key();
  store::MemoryStore store_;
  test::FakeClock clock_;
  test::SeededIds ids_;
  test::FakeSender sender_;
  net::Runtime runtime_{2};
  net::TaskGroup group_;
  std::unique_ptr<Connections> connections_;
  std::unique_ptr<ApiDestinations> destinations_;
};

}  // namespace rialto::connection
