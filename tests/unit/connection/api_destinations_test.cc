// API destinations: what they may be, and their state, which is their connection's.
#include "connection/api_destinations.h"

#include "fixture.h"

namespace rialto::connection {
namespace {

class ApiDestinationTest : public ConnectionTest {
 protected:
  ApiDestinationTest() {
    const auto made = create(AuthorizationType::Basic);
    EXPECT_TRUE(made.ok());
    connection_ = ref(**made);
  }

  model::ApiDestination destination(std::string name = "d") {
    model::ApiDestination out;
    out.account = kScope.account;
    out.region = kScope.region;
    out.name = std::move(name);
    out.connection = connection_;
    out.endpoint = "https://api.example/hook";
    out.http_method = "POST";
    return out;
  }
  Result<SharedDestination> make_one(model::ApiDestination from) {
    return run(destinations_->create(std::move(from)));
  }

  model::ConnectionRef connection_;
};

TEST_F(ApiDestinationTest, AreKeptOverARestart) {
  const auto made = make_one(destination());
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ((*made)->rate, 300);
  restart();
  const auto found = destinations_->get(kScope, "d");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ((*found)->arn(), (*made)->arn());
  EXPECT_EQ((*found)->created_at, clock_.now());
}

TEST_F(ApiDestinationTest, AreRefusedInAwssWords) {
  ASSERT_TRUE(make_one(destination()).ok());
  EXPECT_EQ(make_one(destination()).error().message, "An api-destination 'd' already exists.");
  auto plain = destination("e");
  plain.endpoint = "http://api.example/hook";
  EXPECT_EQ(make_one(plain).error().message,
            "Parameter InvocationEndpoint is not valid. Reason: Endpoint "
            "'http://api.example/hook' is not valid");
  auto elsewhere = destination("e");
  elsewhere.connection.scope.region = "eu-west-1";
  EXPECT_EQ(make_one(elsewhere).error().message,
            "Invalid ARN: '" + elsewhere.connection.arn() + "'");
  auto nowhere = destination("e");
  nowhere.connection.id = "other";
  EXPECT_EQ(make_one(nowhere).error().code, Code::NotFound);
  EXPECT_EQ(destinations_->get(kScope, "e").error().message,
            "Failed to describe the api-destination(s). An api-destination 'e' does not exist.");
}

TEST_F(ApiDestinationTest, AreActiveWhileTheirConnectionIsAuthorized) {
  const auto made = make_one(destination());
  EXPECT_TRUE(destinations_->is_active(**made));
  ASSERT_TRUE(run(connections_->deauthorize(kScope, "c")).ok());
  EXPECT_FALSE(destinations_->is_active(**made));
  ASSERT_TRUE(run(connections_->remove(kScope, "c")).ok());
  ASSERT_TRUE(create(AuthorizationType::Basic).ok());
  EXPECT_FALSE(destinations_->is_active(**made));
  // It can still be described anew, and be given the new one.
  ASSERT_TRUE(run(destinations_->update(kScope, "d", {.description = "x"})).ok());
  ASSERT_TRUE(run(destinations_->update(kScope, "d", {.connection = ref(*get())})).ok());
  EXPECT_TRUE(destinations_->is_active(**destinations_->get(kScope, "d")));
}

TEST_F(ApiDestinationTest, ChangeWhatIsNamedAndNothingElse) {
  const auto before = make_one(destination());
  clock_.advance(1s);
  const auto after = run(destinations_->update(kScope, "d", {.http_method = "PUT", .rate = 7}));
  ASSERT_TRUE(after.ok());
  EXPECT_EQ((*after)->arn(), (*before)->arn());
  EXPECT_EQ((*after)->endpoint, (*before)->endpoint);
  EXPECT_EQ((*after)->http_method, "PUT");
  EXPECT_EQ((*after)->rate, 7);
  EXPECT_EQ((*after)->modified_at, clock_.now());
  EXPECT_FALSE(run(destinations_->update(kScope, "d", {.endpoint = "ftp://x"})).ok());
}

TEST_F(ApiDestinationTest, AreGoneOnceTheyAreRemoved) {
  const auto made = make_one(destination());
  const auto ref = model::ApiDestinationRef::from(*model::Arn::parse((*made)->arn()));
  EXPECT_NE(destinations_->find(*ref), nullptr);
  ASSERT_TRUE(run(destinations_->remove(kScope, "d")).ok());
  EXPECT_EQ(destinations_->find(*ref), nullptr);
  ASSERT_TRUE(make_one(destination()).ok());
  EXPECT_EQ(destinations_->find(*ref), nullptr);
  ASSERT_TRUE(run(destinations_->reset()).ok());
  EXPECT_TRUE(destinations_->list(kScope).empty());
}

}  // namespace
}  // namespace rialto::connection
