// The SQS handlers over queues in memory.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "service/sqs_service.h"
#include "store/memory/memory_store.h"
#include "support/fake_clock.h"
#include "support/run.h"
#include "support/seeded_ids.h"

namespace rialto::service {

using namespace std::chrono_literals;
namespace wire = api::sqs;

class SqsTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return test::run(runtime_.executor(0), std::move(task));
  }

  std::string create(std::string name = "q", api::Map<std::string> attributes = {}) {
    auto out = run(sqs_.create_queue(
        caller_, {.queue_name = std::move(name), .attributes = std::move(attributes)}));
    EXPECT_TRUE(out.ok());
    return out.ok() ? *out->queue_url : std::string();
  }
  Result<wire::SendMessageResult> send(std::string body) {
    return run(sqs_.send_message(caller_, {.queue_url = url_, .message_body = std::move(body)}));
  }
  std::vector<wire::Message> receive(wire::ReceiveMessageRequest request = {}) {
    request.queue_url = url_;
    if (!request.max_number_of_messages) request.max_number_of_messages = 10;
    auto out = run(sqs_.receive_message(caller_, std::move(request)));
    EXPECT_TRUE(out.ok());
    return out.ok() && out->messages ? *std::move(out->messages) : std::vector<wire::Message>();
  }
  api::Map<std::string> attributes(std::vector<std::string> names = {"All"}) {
    auto out = run(sqs_.get_queue_attributes(
        caller_, {.queue_url = url_, .attribute_names = std::move(names)}));
    EXPECT_TRUE(out.ok());
    return out.ok() && out->attributes ? *std::move(out->attributes) : api::Map<std::string>();
  }
  Result<> set(api::Map<std::string> attributes) {
    return run(sqs_.set_queue_attributes(caller_,
                                         {.queue_url = url_, .attributes = std::move(attributes)}));
  }

  // What a client sees of an error: its name on the wire.
  static std::string name_of(const Error& error) {
    return std::string(api::wire_error(wire::kFacts, error).name);
  }
  template <class T>
  static void expect_error(const Result<T>& result, std::string_view name,
                           std::string_view message) {
    ASSERT_FALSE(result.ok()) << message;
    EXPECT_EQ(name_of(result.error()), name);
    EXPECT_EQ(result.error().message, message);
  }

  api::Caller caller_{
      .account = "000000000000", .region = "eu-west-1", .base_url = "http://127.0.0.1:1591"};
  std::string url_ = "http://127.0.0.1:1591/000000000000/q";
  store::MemoryStore store_;
  test::FakeClock clock_;
  test::SeededIds ids_;
  queue::Queues queues_{store_, clock_, ids_};
  SqsService sqs_{queues_};
  net::Runtime runtime_{1};
};

}  // namespace rialto::service
