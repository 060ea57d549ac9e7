// One call of an AWS service before it is signed, and the way to its answer. Private to targets.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "http/sender.h"
#include "net/task.h"
#include "targets/credentials.h"
#include "targets/endpoints.h"

namespace rialto::targets {

struct AwsCall {
  std::string service;            // the operator's line, AWS's host, and the name in the signature
  std::string signing_name = {};  // where that is another one
  std::string account;
  std::string region;
  std::string host = {};  // AWS's, where aws_host() does not know it
  std::string role_arn = {};
  std::string method = "POST";
  std::string path = "/";  // encoded
  std::string query = {};
  http::Headers headers = {};
  std::string body = {};
  std::chrono::milliseconds timeout{30'000};
};

// The awsJson protocols: `target` is `Prefix.Operation`, `version` 1.0 or 1.1 (docs/spec/09 §1).
void set_json(AwsCall& call, std::string_view version, std::string_view target, std::string body);
// A form, for the query protocols.
using Fields = std::vector<std::pair<std::string_view, std::string>>;
void set_form(AwsCall& call, const Fields& fields);

// What an answer that is no success means: by its error's name, then by its status
// (docs/spec/02 §5, 09 §8).
Error to_error(const http::Response& answer, std::string_view service);
// The same for one entry of a call that was a success as a whole. `is_ours`: the service blames the
// entry, not itself.
Error to_entry_error(std::string_view service, const std::string& name, const std::string& message,
                     bool is_ours);

// Safe to call from any thread.
class AwsClient {
 public:
  AwsClient(const Endpoints& endpoints, Credentials& credentials, http::Sender& sender,
            const Clock& clock)
      : endpoints_(endpoints), credentials_(credentials), sender_(sender), clock_(clock) {}

  // The body of a success. Errors: of to_error; and as http::Sender and Credentials have them; and
  // when no endpoint is configured, which says what to add.
  Task<Result<std::string>> send(AwsCall call);

 private:
  const Endpoints& endpoints_;
  Credentials& credentials_;
  http::Sender& sender_;
  const Clock& clock_;
};

// The call as it is sent, signed. Pure.
http::Call make_signed(AwsCall call, const Endpoints::Found& endpoint, const aws::Keys& keys,
                       TimePoint now);

}  // namespace rialto::targets
