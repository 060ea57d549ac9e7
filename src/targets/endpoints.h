// Where the services of AWS are that targets call: what the operator says, by service, and finer by
// account and Region. Nothing is called that no line names, so that a test on a laptop cannot reach
// a real account by accident. Immutable once made; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rialto::targets {

// In place of a URL: AWS's own endpoint in the Region of the target.
inline constexpr std::string_view kAwsEndpoint = "aws";
// In place of a service: all those that have no line of their own. But not SQS, whose queues are
// built in unless a line of its own says otherwise.
inline constexpr std::string_view kAnyService = "default";

class Endpoints {
 public:
  // `place` is empty for everywhere, or an account, a Region, or `account/region`; of several lines
  // that hold, the one with both wins, then the account's, then the Region's. `url` is http or
  // https with neither query nor fragment, or kAwsEndpoint. Errors: InvalidArgument says what it
  // takes.
  Result<> add(std::string_view service, std::string_view place, std::string_view url);

  // Nothing when there is no line for it.
  struct Found {
    std::string_view url;  // without a slash at its end; into the map
    bool is_aws = false;
  };
  std::optional<Found> find(std::string_view service, std::string_view account,
                            std::string_view region) const;

  bool has(std::string_view service) const;
  bool empty() const { return lines_.empty(); }

  // `service=url` and `service@place=url`, with commas between them: as an option is written.
  static Result<Endpoints> parse(std::string_view text);
  std::string text() const;

 private:
  std::map<std::string, std::string, std::less<>> lines_;  // `service` or `service@place`
};

// What to say when there is none: which line to add.
Error no_endpoint(std::string_view service);

// The host of AWS's own endpoint. Services not in our table have `service.region.amazonaws.com`.
std::string aws_host(std::string_view service, std::string_view region);

}  // namespace rialto::targets
