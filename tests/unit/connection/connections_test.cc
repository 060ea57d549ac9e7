// Connections: their states, what is stored of their secrets, and how tokens come and go.
#include "connection/connections.h"

#include "base/crypto/digest.h"
#include "fixture.h"
#include "json/write.h"
#include "store/keys.h"

namespace rialto::connection {
namespace {

TEST_F(ConnectionTest, OfBasicAndApiKeyAreAuthorizedAtOnce) {
  const auto basic = create(AuthorizationType::Basic);
  ASSERT_TRUE(basic.ok()) << basic.error().message;
  EXPECT_EQ((*basic)->state, ConnectionState::Authorized);
  EXPECT_EQ((*basic)->authorized_at, clock_.now());
  const auto with = access();
  ASSERT_TRUE(with.ok());
  EXPECT_EQ(with->header.name, "Authorization");
  EXPECT_EQ(with->header.value, "Basic " + crypto::base64("user:hush-hush"));
  const auto key = create(AuthorizationType::ApiKey, "k");
  ASSERT_TRUE(key.ok());
  const auto header = run(connections_->access(ref(**key)));
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->header.name, "user");
  EXPECT_EQ(header->header.value, "hush-hush");
  EXPECT_TRUE(sender_.calls().empty());
}

TEST_F(ConnectionTest, WhoseNameIsTakenOrTooManyAreRefused) {
  make(1);
  ASSERT_TRUE(create(AuthorizationType::Basic).ok());
  EXPECT_EQ(create(AuthorizationType::Basic).error().message, "Connection c already exists.");
  const auto second = create(AuthorizationType::Basic, "d");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Code::LimitExceeded);
}

TEST_F(ConnectionTest, WithoutWhatTheirTypeNeedsAreRefused) {
  const auto refused = [this](AuthorizationType type, auto edit) {
    auto made = connection(type);
    edit(made);
    return run(connections_->create(made)).error().message;
  };
  EXPECT_EQ(refused(AuthorizationType::Basic, [](auto& c) { c.authorization.reset(); }),
            "Parameter BasicAuthParameters is not valid. Reason: Missing required field(s)");
  EXPECT_EQ(refused(AuthorizationType::ApiKey, [](auto& c) { c.authorization->secret.clear(); }),
            "Parameter ApiKeyAuthParameters is not valid. Reason: Missing required field(s)");
  EXPECT_EQ(refused(AuthorizationType::OAuth, [](auto& c) { c.authorization->endpoint.clear(); }),
            "Parameter OAuthParameters is not valid. Reason: Missing required field(s)");
  EXPECT_EQ(refused(AuthorizationType::OAuth,
                    [](auto& c) { c.authorization->endpoint = "http://auth.example/t"; }),
            "Parameter AuthorizationEndpoint is not valid. Reason: Endpoint "
            "'http://auth.example/t' is not valid");
}

TEST_F(ConnectionTest, OfOAuthAreAuthorizedByTheirFirstToken) {
  sender_.hold();
  answer_token("t1");
  ASSERT_EQ((*create(AuthorizationType::OAuth))->state, ConnectionState::Authorizing);
  const auto early = access();
  ASSERT_FALSE(early.ok());
  EXPECT_TRUE(is_retryable(early.error().code));
  sender_.release();
  await_state(ConnectionState::Authorized);
  const auto with = access();
  ASSERT_TRUE(with.ok());
  EXPECT_EQ(with->header.value, "Bearer t1");
  EXPECT_EQ(sender_.calls().size(), 1U);
}

TEST_F(ConnectionTest, WhoseTokenIsRefusedAreDeauthorizedUntilTheyAreChanged) {
  sender_.answer(401, R"({"error":"invalid_client"})");
  ASSERT_TRUE(create(AuthorizationType::OAuth).ok());
  await_state(ConnectionState::Deauthorized);
  EXPECT_EQ(get()->state_reason,
            "The authorization endpoint answered with status 401 (invalid_client).");
  const auto with = access();
  ASSERT_FALSE(with.ok());
  EXPECT_FALSE(is_retryable(with.error().code));
  EXPECT_EQ(with.error().reason, "NO_PERMISSIONS");
  EXPECT_EQ(sender_.calls().size(), 1U);

  sender_.forget_answers();
  answer_token("t2");
  AuthorizationChange secret;
  secret.secret = "another";
  ASSERT_EQ((*update({.authorization = secret}))->state, ConnectionState::Authorizing);
  await_state(ConnectionState::Authorized);
  EXPECT_FALSE(get()->state_reason);
  EXPECT_NE(sender_.calls().back().body.find("client_secret=another"), std::string::npos);
}

TEST_F(ConnectionTest, FetchAnotherTokenAMinuteBeforeTheirsExpires) {
  answer_token("t1", 100);
  ASSERT_TRUE(create(AuthorizationType::OAuth).ok());
  await_state(ConnectionState::Authorized);
  sender_.forget_answers();
  answer_token("t2");
  clock_.advance(39s);
  EXPECT_EQ(access()->token, "t1");
  clock_.advance(1s);
  EXPECT_EQ(access()->token, "t2");
  EXPECT_EQ(sender_.calls().size(), 2U);
}

TEST_F(ConnectionTest, FetchAnotherTokenAfterTheirsWasRejectedAndOnlyThen) {
  answer_token("t1");
  ASSERT_TRUE(create(AuthorizationType::OAuth).ok());
  await_state(ConnectionState::Authorized);
  const auto first = access();
  sender_.forget_answers();
  answer_token("t2");
  connections_->reject(*first);
  EXPECT_EQ(access()->token, "t2");
  connections_->reject(*first);  // by an attempt that was slower
  EXPECT_EQ(access()->token, "t2");
  EXPECT_EQ(sender_.calls().size(), 2U);
}

TEST_F(ConnectionTest, ShareOneFetchAmongThoseWhoNeedIt) {
  answer_token("t1", 10);
  ASSERT_TRUE(create(AuthorizationType::OAuth).ok());
  await_state(ConnectionState::Authorized);
  sender_.hold();
  sender_.forget_answers();
  answer_token("t2");
  std::vector<std::future<Result<Access>>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(test::start(group_, runtime_.executor(static_cast<std::size_t>(i) % 2),
                              connections_->access(ref(*get()))));
  }
  await([&] { return sender_.calls().size() == 2; });
  sender_.release();
  for (auto& each : all) EXPECT_EQ(each.get()->token, "t2");
  EXPECT_EQ(sender_.calls().size(), 2U);
}

TEST_F(ConnectionTest, ShareOneFailureAmongThoseWhoNeedIt) {
  answer_token("t1", 10);
  ASSERT_TRUE(create(AuthorizationType::OAuth).ok());
  await_state(ConnectionState::Authorized);
  sender_.hold();
  sender_.forget_answers();
  sender_.answer(500);
  std::vector<std::future<Result<Access>>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(test::start(group_, runtime_.executor(0), connections_->access(ref(*get()))));
  }
  await([&] { return sender_.calls().size() == 2; });
  sender_.release();
  for (auto& each : all) EXPECT_EQ(each.get().error().code, Code::AccessDenied);
  EXPECT_EQ(sender_.calls().size(), 2U);
  EXPECT_EQ(get()->state, ConnectionState::Deauthorized);
}

TEST_F(ConnectionTest, KeepTheirStateWhenACallIsGivenUp) {
  answer_token("t1", 10);
  ASSERT_TRUE(create(AuthorizationType::OAuth).ok());
  await_state(ConnectionState::Authorized);
  sender_.forget_answers();
  sender_.answer(fail(Code::Cancelled, "The server is stopping."));
  EXPECT_TRUE(is_retryable(access().error().code));
  EXPECT_EQ(get()->state, ConnectionState::Authorized);
}

TEST_F(ConnectionTest, LoseEverythingSecretWhenTheyAreDeauthorized) {
  ASSERT_TRUE(create(AuthorizationType::Basic).ok());
  ASSERT_TRUE(run(connections_->deauthorize(kScope, "c")).ok());
  restart();
  EXPECT_EQ(get()->state, ConnectionState::Deauthorized);
  EXPECT_FALSE(get()->authorization);
  EXPECT_FALSE(*Connections::has_secrets(store_));
  EXPECT_EQ(access().error().reason, "NO_PERMISSIONS");
  // What is no authorization does not authorize it again.
  ASSERT_TRUE(update({.description = "d"}).ok());
  EXPECT_EQ(get()->state, ConnectionState::Deauthorized);
  AuthorizationChange whole;
  whole.name = "u";
  whole.secret = "s";
  ASSERT_TRUE(update({.authorization = whole}).ok());
  EXPECT_EQ(get()->state, ConnectionState::Authorized);
}

TEST_F(ConnectionTest, ChangeWhatIsNamedAndNothingElse) {
  const auto before = create(AuthorizationType::Basic);
  clock_.advance(1s);
  AuthorizationChange secret;
  secret.secret = "new";
  const auto after = update({.description = "d", .authorization = secret});
  ASSERT_TRUE(after.ok());
  EXPECT_EQ((*after)->arn(), (*before)->arn());
  EXPECT_EQ((*after)->secret_arn(), (*before)->secret_arn());
  EXPECT_EQ((*after)->authorization->name, "user");
  EXPECT_EQ((*after)->authorization->secret, "new");
  EXPECT_EQ((*after)->created_at, (*before)->created_at);
  EXPECT_EQ((*after)->modified_at, clock_.now());
  // Another type needs all of its own.
  EXPECT_EQ(update({.type = AuthorizationType::ApiKey}).error().message,
            "Parameter ApiKeyAuthParameters is not valid. Reason: Missing required field(s)");
  EXPECT_EQ(get()->type, AuthorizationType::Basic);
}

TEST_F(ConnectionTest, AreThereAfterARestartWithTheirSecrets) {
  sender_.hold();
  ASSERT_TRUE(create(AuthorizationType::Basic).ok());
  ASSERT_TRUE(create(AuthorizationType::OAuth, "o").ok());
  sender_.forget_answers();
  connections_->stop();
  sender_.release();
  answer_token("t1");
  restart();
  EXPECT_EQ(access()->header.value, "Basic " + crypto::base64("user:hush-hush"));
  // What was about to be authorized still is.
  await([&] { return (*connections_->get(kScope, "o"))->state == ConnectionState::Authorized; });
}

TEST_F(ConnectionTest, AreStoredWithoutAWordThatIsSecret) {
  auto made = connection(AuthorizationType::Basic);
  made.authorization->invocation_parameters = {.body = {{"k", "whisper", true}}};
  ASSERT_TRUE(run(connections_->create(made)).ok());
  std::size_t records = 0;
  ASSERT_TRUE(store_
                  .scan(store::Table::Resource, {},
                        [&](std::string_view, std::string_view value) {
                          ++records;
                          EXPECT_EQ(value.find("hush"), value.npos);
                          EXPECT_EQ(value.find("whisper"), value.npos);
                          return true;
                        })
                  .ok());
  EXPECT_EQ(records, 1U);
}

TEST_F(ConnectionTest, ThatAnotherKeyHasSealedStopTheStart) {
  const auto made = create(AuthorizationType::Basic);
  key_ = crypto::make_secret_key();
  Connections other({runtime_.executor(0), store_, clock_, ids_, sender_});
  const auto outcome = other.load(key_);
  ASSERT_FALSE(outcome.ok());
  EXPECT_TRUE(outcome.error().message.starts_with(
      "The secrets of " + (*made)->arn() + " cannot be read with the key of this server. Bring"))
      << outcome.error().message;
}

TEST_F(ConnectionTest, ThatWereSwappedStopTheStart) {
  ASSERT_TRUE(create(AuthorizationType::Basic, "a").ok());
  ASSERT_TRUE(create(AuthorizationType::Basic, "b").ok());
  const std::string key = store::connection_key(kScope, "b");
  auto other = store_.get(store::Table::Resource, store::connection_key(kScope, "a"));
  auto mine = store_.get(store::Table::Resource, key);
  const auto stolen = model::decode_connection(**other);
  const auto kept = model::decode_connection(**mine);
  store::Batch batch;
  batch.put(store::Table::Resource, key, model::encode(kept->connection, stolen->sealed));
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  Connections again({runtime_.executor(0), store_, clock_, ids_, sender_});
  EXPECT_EQ(again.load(key_).error().code, Code::AccessDenied);
}

TEST_F(ConnectionTest, AreGoneOnceTheyAreRemovedWhoeverHasTheirName) {
  const auto first = create(AuthorizationType::Basic);
  ASSERT_TRUE(run(connections_->remove(kScope, "c")).ok());
  EXPECT_EQ(run(connections_->remove(kScope, "c")).error().message,
            "Failed to describe the connection(s). Connection 'c' does not exist.");
  const auto second = create(AuthorizationType::Basic);
  EXPECT_EQ(connections_->find(ref(**first)), nullptr);
  EXPECT_NE(connections_->find(ref(**second)), nullptr);
  EXPECT_EQ(run(connections_->access(ref(**first))).error().reason, "NO_RESOURCE");
  ASSERT_TRUE(run(connections_->reset()).ok());
  EXPECT_TRUE(connections_->list(kScope).empty());
  restart();
  EXPECT_TRUE(connections_->list(kScope).empty());
}

TEST_F(ConnectionTest, TellWhatHappensToThem) {
  std::vector<std::string> told;
  connections_->observe(
      [&](const Notice& notice) {
        told.push_back(notice.envelope.find("detail-type")->as_string());
        EXPECT_EQ(notice.scope, kScope);
      },
      [&](const model::Connection&, bool is_active) {
        told.emplace_back(is_active ? "active" : "inactive");
      });
  const auto expect_told = [&](std::vector<std::string> what) {
    EXPECT_EQ(told, what);
    told.clear();
  };
  ASSERT_TRUE(create(AuthorizationType::Basic).ok());
  expect_told({"Connection Creation Started", "Connection Authorized", "active"});
  ASSERT_TRUE(run(connections_->update(kScope, "c", {.description = "d"})).ok());
  expect_told({"Connection Update Started"});
  ASSERT_TRUE(run(connections_->deauthorize(kScope, "c")).ok());
  expect_told({"Connection Deauthorization Started", "Connection Deauthorized", "inactive"});
  ASSERT_TRUE(run(connections_->remove(kScope, "c")).ok());
  expect_told({"Connection Deletion Started"});
}

TEST(Notice, IsAnEventInAwsWords) {
  model::Connection connection;
  connection.account = "111122223333";
  connection.region = "eu-west-1";
  connection.name = "c";
  connection.id = "1-2";
  connection.state_reason = "No token.";
  const Notice notice =
      make_notice(happened::kDeauthorized, connection, from_millis(1'729'761'995'999));
  EXPECT_EQ(notice.scope.region, "eu-west-1");
  EXPECT_EQ(json::write(notice.envelope),
            R"({"detail-type":"Connection Deauthorized","source":"aws.events","resources":)"
            R"(["arn:aws:events:eu-west-1:111122223333:connection/c/1-2"],"detail":)"
            R"({"ConnectionName":"c","StateReason":"No token.",)"
            R"("Timestamp":"2024-10-24 09:26:35 +0000 UTC"}})");
}

TEST_F(ConnectionTest, ThatCannotBeStoredAreNotThere) {
  store_.fail_next(1);
  EXPECT_FALSE(create(AuthorizationType::Basic).ok());
  EXPECT_EQ(get(), nullptr);
}

}  // namespace
}  // namespace rialto::connection
