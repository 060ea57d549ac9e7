// The outbound client when things go wrong: each ends in its own error, and costs no other call.
#include "outbound_fixture.h"

namespace rialto::http {
namespace {

class OutboundFailures : public OutboundTest {
 protected:
  std::string whom() const { return peer_.origin(); }
  void expect_broken(std::string_view target, const std::string& why) {
    expect_error(get(std::string(target) + "?token=secret"), Code::Unavailable,
                 "CONNECTION_FAILURE", whom() + " did not answer: " + why + ".");
  }
  void expect_alive() {
    const auto answer = send(get("/alive"));
    ASSERT_TRUE(answer.ok()) << answer.error().message;
  }
};

TEST_F(OutboundFailures, NobodyListens) {
  start();
  peer_.stop();
  const auto answer = send(get("/x?token=secret"));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, Code::Unavailable);
  EXPECT_EQ(answer.error().reason, "CONNECTION_FAILURE");
  EXPECT_TRUE(answer.error().message.starts_with(whom() + " did not answer: Failed to connect to "))
      << answer.error().message;
  EXPECT_EQ(answer.error().message.find("secret"), std::string::npos);
  EXPECT_EQ(count(Ending::Unavailable), 1U);
}

TEST_F(OutboundFailures, ThePeerBreaksOff) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
  peer_.when("/alive", respond(200));
  peer_.when("/reset", {{Step::Kind::Reset}});
  peer_.when("/close", {{Step::Kind::Close}});
  peer_.when("/head", send_raw("HTTP/1.1 200 OK\r\nContent-Le", Step::Kind::Close));
  peer_.when("/middle", send_raw(head + "half", Step::Kind::Close));
  peer_.when("/middle-reset", send_raw(head, Step::Kind::Reset));
  peer_.when("/chunk", send_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                                Step::Kind::Close));
  start();
  for (const char* target : {"/reset", "/close", "/head", "/middle", "/middle-reset", "/chunk"}) {
    const auto answer = send(get(target + std::string("?token=secret")));
    ASSERT_FALSE(answer.ok()) << target;
    EXPECT_EQ(answer.error().code, Code::Unavailable) << target;
    EXPECT_EQ(answer.error().reason, "CONNECTION_FAILURE");
    EXPECT_TRUE(answer.error().message.starts_with(whom() + " did not answer: "))
        << answer.error().message;
    EXPECT_EQ(answer.error().message.find("secret"), std::string::npos);
    expect_alive();
  }
}

TEST_F(OutboundFailures, TheAnswerIsNoHttp) {
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 40'000; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  peer_.when("/garbage", send_raw("\x15\x03\x03 what?\r\n\r\n", Step::Kind::Hold));
  peer_.when("/version", send_raw("HTTP/9.9 200 OK\r\n\r\n", Step::Kind::Hold));
  peer_.when("/length",
             send_raw("HTTP/1.1 200 OK\r\nContent-Length: secret\r\n\r\n", Step::Kind::Hold));
  peer_.when("/chunk", send_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nsecret\r\n",
                                Step::Kind::Hold));
  peer_.when("/many", send_raw(many, Step::Kind::Hold));
  peer_.when("/endless", {{Step::Kind::Send, "HTTP/1.1 200 OK\r\n"},
                          {Step::Kind::Repeat, "X: " + std::string(1'000, 'y') + "\r\n"}});
  peer_.when("/line", {{Step::Kind::Send, "HTTP/1.1 200 OK\r\nX: "},
                       {Step::Kind::Repeat, std::string(1'000, 'y')}});
  peer_.when("/early", {{Step::Kind::Repeat, "HTTP/1.1 103 Early\r\n\r\n"}});
  start();
  for (const char* target :
       {"/garbage", "/version", "/length", "/chunk", "/many", "/endless", "/line", "/early"}) {
    const auto answer = send(get(target + std::string("?token=secret")));
    ASSERT_FALSE(answer.ok()) << target << answer->status << answer->body;
    EXPECT_EQ(answer.error().code, Code::Unavailable) << target << answer.error().message;
    EXPECT_EQ(answer.error().reason, "CONNECTION_FAILURE");
    EXPECT_EQ(answer.error().message.find("secret"), std::string::npos) << answer.error().message;
  }
  peer_.await_open(0);
}

TEST_F(OutboundFailures, TheAnswerComesTooLate) {
  peer_.when("/hold", {{Step::Kind::Hold}});
  peer_.when("/slow", {{Step::Kind::Send, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"},
                       {Step::Kind::Trickle, std::string(1'000, 'x'), 10ms}});
  start();
  for (const char* target : {"/hold", "/slow"}) {
    Call call = get(target + std::string("?token=secret"));
    call.timeout = 60ms;
    expect_error(call, Code::Timeout, "TIMEOUT", whom() + " did not answer within 60 ms.");
    peer_.await_open(0);
  }
  EXPECT_EQ(count(Ending::Timeout), 2U);
}

TEST_F(OutboundFailures, ASlowAnswerThatComesInTimeIsOne) {
  peer_.when("/", {{Step::Kind::Send, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"},
                   {Step::Kind::Trickle, "0123456789", 2ms}});
  start();
  EXPECT_EQ(send(get("/"))->body, "0123456789");
}

TEST_F(OutboundFailures, NoConnectionComesToBe) {
  // A listener that accepts nobody, with room for one: the second gets no answer to its SYN.
  namespace asio = boost::asio;
  asio::ip::tcp::acceptor deaf(runtime_.executor(1));
  deaf.open(asio::ip::tcp::v4());
  deaf.bind({asio::ip::address_v4::loopback(), 0});
  deaf.listen(0);
  asio::ip::tcp::socket first(runtime_.executor(1));
  first.connect(deaf.local_endpoint());
  OutboundOptions options = dev();
  options.connect_timeout = 50ms;
  start(options);
  const std::string origin = "http://127.0.0.1:" + std::to_string(deaf.local_endpoint().port());
  expect_error({.method = "GET", .url = origin + "/?token=secret"}, Code::Timeout, "TIMEOUT",
               origin + " was not connected to within 50 ms.");
}

TEST_F(OutboundFailures, TheNameIsUnknown) {
  start();
  expect_error({.method = "GET", .url = "http://no-such-host.invalid/?token=secret"},
               Code::InvalidArgument, "SDK_CLIENT_ERROR",
               "The address of http://no-such-host.invalid:80 is not found.");
  EXPECT_EQ(count(Ending::Invalid), 1U);
}

TEST_F(OutboundFailures, TheCallIsNone) {
  start();
  for (const std::string url :
       {"", "/path", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://u:p@127.0.0.1/",
        "http://127.0.0.1:99999/", "http://127.0.0.1/a b", "gopher://127.0.0.1/"}) {
    expect_error({.method = "GET", .url = url}, Code::InvalidArgument, "SDK_CLIENT_ERROR",
                 "The URL cannot be called: it must be an absolute one of http or https, encoded, "
                 "and without a user name.");
  }
  Call call = get("/");
  call.method = "GET / HTTP/1.1\r\nX:";
  expect_error(call, Code::InvalidArgument, "SDK_CLIENT_ERROR", "The method of a call is no word.");
  call.method = "GET";
  call.headers = {{"X", "a\r\nY: secret"}};
  expect_error(call, Code::InvalidArgument, "SDK_CLIENT_ERROR",
               "The header X of a call has an end of line in its value.");
  call.headers = {{"X: secret", "a"}};
  expect_error(call, Code::InvalidArgument, "SDK_CLIENT_ERROR",
               "The name of a header of a call is no word.");
  EXPECT_TRUE(peer_.seen().empty());
}

TEST_F(OutboundFailures, TheTaskIsCancelled) {
  peer_.when("/hold", {{Step::Kind::Hold}});
  peer_.when("/alive", respond(200));
  start();
  auto answer = begin(get("/hold"));
  peer_.await_seen(1);
  tasks_.stop();
  const auto outcome = answer.get();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, Code::Cancelled);
  peer_.await_open(0);
  EXPECT_EQ(count(Ending::Cancelled), 1U);
  EXPECT_EQ(client_->metrics().under_way, 0U);
  expect_alive();
}

TEST_F(OutboundFailures, TheClientIsStopped) {
  peer_.when("/hold", {{Step::Kind::Hold}});
  peer_.when("/alive", respond(200));
  OutboundOptions options = dev();
  options.calls_per_host_max = 3;
  start(options);
  expect_alive();
  std::vector<std::future<Result<Response>>> answers;
  for (std::size_t i = 0; i < 20; ++i) answers.push_back(begin(get("/hold"), i % 2));
  peer_.await_seen(7);
  client_->stop();
  for (auto& answer : answers) EXPECT_EQ(answer.get().error().code, Code::Cancelled);
  EXPECT_EQ(send(get("/alive")).error().code, Code::Cancelled);
  peer_.await_open(0);
  EXPECT_EQ(peer_.seen().size(), 7U) << "who stood in line was not sent";
}

TEST_F(OutboundFailures, ACallInLineIsLateOrCancelledAsOthers) {
  peer_.when("/hold", {{Step::Kind::Hold}});
  OutboundOptions options = dev();
  options.calls_per_host_max = 1;
  start(options);
  auto first = begin(get("/hold"));
  peer_.await_seen(1);
  Call late = get("/hold");
  late.timeout = 20ms;
  EXPECT_EQ(send(late).error().code, Code::Timeout);
  net::TaskGroup own;
  auto waits = test::start(own, runtime_.executor(0), client_->send(get("/hold")));
  own.stop();
  EXPECT_EQ(waits.get().error().code, Code::Cancelled);
  tasks_.stop();
  EXPECT_EQ(first.get().error().code, Code::Cancelled);
  EXPECT_EQ(peer_.seen().size(), 1U);
}

TEST_F(OutboundFailures, OneSlowHostKeepsNoOtherWaiting) {
  peer_.when("/hold", {{Step::Kind::Hold}});
  test::HttpPeer quick;
  quick.when("/", respond(200));
  quick.start();
  OutboundOptions options = dev();
  options.calls_per_host_max = 4;
  options.calls_max = 8;
  start(options);
  std::vector<std::future<Result<Response>>> held;
  for (int i = 0; i < 50; ++i) held.push_back(begin(get("/hold")));
  peer_.await_seen(4);
  std::vector<std::future<Result<Response>>> answers;
  for (int i = 0; i < 100; ++i) {
    answers.push_back(begin({.method = "GET", .url = quick.url("/")}));
  }
  for (auto& answer : answers) EXPECT_TRUE(answer.get().ok());
  EXPECT_EQ(peer_.seen().size(), 4U);
}

}  // namespace
}  // namespace rialto::http
