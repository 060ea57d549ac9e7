// The stored forms of connections and API destinations, byte for byte: whoever changes one of these
// tests changes the format on disk (docs/internals/storage.md).
#include "model/connection.h"

#include <gtest/gtest.h>

#include "model/api_destination.h"

namespace rialto::model {
namespace {

constexpr const char* kAuthorization =
    R"({"version":1,"name":"n","secret":"s","endpoint":"https://a.example/t","http_method":"POST",)"
    R"("token_parameters":{"headers":[],"query":[],)"
    R"("body":[{"key":"k","value":"v","is_secret":true}]},)"
    R"("invocation_parameters":{"headers":[{"key":"h","value":"w","is_secret":false}],)"
    R"("query":[],"body":[]}})";

constexpr const char* kConnection =
    R"({"version":1,"account":"111122223333","region":"eu-west-1","name":"c","id":"1-2",)"
    R"("secret_id":"3-4-AbCdEf","description":"d","type":"OAUTH_CLIENT_CREDENTIALS",)"
    R"("state":"DEAUTHORIZED","state_reason":"r","sealed":"AAE=","created_ms":1,"modified_ms":2,)"
    R"("authorized_ms":3})";

constexpr const char* kDestination =
    R"({"version":1,"account":"111122223333","region":"eu-west-1","name":"d","id":"5-6",)"
    R"("description":"d","connection_arn":"arn:aws:events:eu-west-1:111122223333:connection/c/1-2",)"
    R"("endpoint":"https://a.example/*","http_method":"PUT","rate":7,"created_ms":1,)"
    R"("modified_ms":2})";

TEST(ConnectionV1, IsPinned) {
  const auto stored = decode_connection(kConnection);
  ASSERT_TRUE(stored.ok()) << stored.error().message;
  EXPECT_EQ(encode(stored->connection, stored->sealed), kConnection);
  EXPECT_EQ(stored->sealed, std::string("\0\x01", 2));
  EXPECT_EQ(stored->connection.arn(), "arn:aws:events:eu-west-1:111122223333:connection/c/1-2");
  EXPECT_EQ(stored->connection.secret_arn(),
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:events!connection/c/3-4-AbCdEf");
}

TEST(ConnectionV1, KeepsWhatIsAbsentAbsent) {
  Connection connection;
  connection.name = "c";
  const auto read = decode_connection(encode(connection, ""));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_FALSE(read->connection.description || read->connection.state_reason ||
               read->connection.authorized_at || read->connection.authorization);
  EXPECT_TRUE(read->sealed.empty());
}

TEST(AuthorizationV1, IsPinned) {
  const auto authorization = decode_authorization(kAuthorization);
  ASSERT_TRUE(authorization.ok()) << authorization.error().message;
  EXPECT_EQ(encode(*authorization), kAuthorization);
  const auto plain = decode_authorization(encode(Authorization{.name = "n", .secret = "s"}));
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE(plain->token_parameters || plain->invocation_parameters);
}

TEST(ApiDestinationV1, IsPinned) {
  const auto destination = decode_api_destination(kDestination);
  ASSERT_TRUE(destination.ok()) << destination.error().message;
  EXPECT_EQ(encode(*destination), kDestination);
  EXPECT_EQ(destination->arn(), "arn:aws:events:eu-west-1:111122223333:api-destination/d/5-6");
}

TEST(StoredConnections, ThatAreDamagedAreCorrupt) {
  for (const std::string bytes : {R"({"version":2})", R"({"version":1,"name":"x"})", "{", ""}) {
    EXPECT_EQ(decode_connection(bytes).error().code, Code::Corruption) << bytes;
    EXPECT_EQ(decode_authorization(bytes).error().code, Code::Corruption) << bytes;
    EXPECT_EQ(decode_api_destination(bytes).error().code, Code::Corruption) << bytes;
  }
  std::string odd = kConnection;
  odd.replace(odd.find("AAE="), 4, "A A=");
  EXPECT_FALSE(decode_connection(odd).ok());
  odd = kAuthorization;
  odd.replace(odd.find("true"), 4, "null");
  EXPECT_FALSE(decode_authorization(odd).ok());
}

TEST(ConnectionRef, ReadsArnsOfConnectionsOnly) {
  const std::string arn = "arn:aws:events:eu-west-1:111122223333:connection/c/1-2";
  const auto ref = ConnectionRef::parse(arn);
  ASSERT_TRUE(ref.ok());
  EXPECT_EQ(ref->arn(), arn);
  EXPECT_EQ(ref->scope.region, "eu-west-1");
  for (const char* text : {"arn:aws:events:eu-west-1:111122223333:connection/c", "c",
                           "arn:aws:events:eu-west-1:111122223333:connection/c/",
                           "arn:aws:sqs:eu-west-1:111122223333:connection/c/1"}) {
    EXPECT_EQ(ConnectionRef::parse(text).error().message,
              "Invalid ARN: '" + std::string(text) + "'");
  }
}

TEST(ApiDestinationRef, ReadsArnsOfApiDestinationsOnly) {
  const auto from = [](const char* text) { return ApiDestinationRef::from(*Arn::parse(text)); };
  const auto ref = from("arn:aws:events:eu-west-1:111122223333:api-destination/d/5-6");
  ASSERT_TRUE(ref.ok());
  EXPECT_EQ(ref->name, "d");
  EXPECT_EQ(ref->id, "5-6");
  EXPECT_FALSE(from("arn:aws:events:eu-west-1:111122223333:api-destination/d").ok());
  EXPECT_FALSE(from("arn:aws:events:eu-west-1:111122223333:event-bus/d/5").ok());
}

}  // namespace
}  // namespace rialto::model
