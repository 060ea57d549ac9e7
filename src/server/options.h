// The options of `rialto serve`: flags, then environment, then a TOML file, then the default; the
// first that says something wins. One table holds them all: parsing, --help, --print-config and
// docs/reference/options.md come from it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/sigv4.h"
#include "base/log.h"
#include "base/result.h"
#include "bus/rates.h"
#include "http/egress.h"
#include "store/durable_store.h"
#include "targets/endpoints.h"
#include "watch/trace.h"

namespace rialto::server {

// Below, the parts of a server would get in each other's way.
inline constexpr std::size_t kMemoryBudgetMin = std::size_t{256} << 20;

// Who may ask: `Dev`, whoever reaches the port, as whom he likes; `Sigv4`, who signs with a key.
enum class Auth : std::uint8_t { Dev, Sigv4 };

struct Options {
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 1591;  // the Rialto bridge was finished in 1591
  bool insecure_listen = false;
  Auth auth = Auth::Dev;
  std::string access_keys_file;  // empty: access-keys.json of the data directory
  std::chrono::seconds clock_skew{300};
  std::vector<http::EgressRule> metrics_allow;
  // PEM files; empty: no TLS is spoken, and clients need no certificates.
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_ca;
  std::uint32_t connections_max = 10'000;
  std::uint32_t connections_per_address_max = 0;
  std::string data_dir = "rialto-data";
  std::string port_file;
  std::string secrets_key_file;  // empty: secrets.key of the data directory
  store::Durability durability = store::Durability::Fsync;
  std::uint32_t threads = 0;  // 0: one per core
  std::optional<bool> dev;    // nothing: as `auth` is
  std::string default_region = "us-east-1";
  log::Level log_level = log::Level::Info;
  log::Format log_format = log::Format::Text;
  // Access key to account. Other keys are their own account when they are 12 digits, else
  // 000000000000.
  std::map<std::string, std::string> accounts;
  watch::TraceOptions trace;
  std::size_t memory_budget = 0;  // bytes; 0: a quarter of what the machine has
  bus::RateLimits rates;
  // Where the services are that targets call, and whose keys sign the calls: from a file such as
  // ~/.aws/credentials, else from AWS_ACCESS_KEY_ID and its like.
  targets::Endpoints endpoints;
  std::string aws_credentials_file;
  std::string aws_profile = "default";
  aws::Keys aws_keys;
  std::vector<http::EgressRule> egress_allow;
  std::vector<http::EgressRule> egress_deny;
  std::string outbound_proxy;    // a URL; empty: none
  std::string outbound_ca_file;  // empty: the system's

  bool is_dev() const { return dev.value_or(auth == Auth::Dev); }
};

// One option. Its flag is `--name`; in the environment it is RIALTO_NAME, in the file name, both
// with `_` for `-`.
struct OptionRow {
  std::string_view name;
  std::string_view value;  // what --help shows for the value; empty for a switch
  std::string_view summary;
  Result<> (*set)(Options& options, std::string_view text);
  std::string (*show)(const Options& options);
};
std::span<const OptionRow> option_rows();

// What was given on the command line, by the rows' names.
using Flags = std::map<std::string, std::string, std::less<>>;

// Errors: InvalidArgument names the option, where it was set, and what it takes.
Result<Options> load_options(const Flags& flags, const std::optional<std::string>& config_file);

// AWS_ACCESS_KEY_ID and its like; maybe empty.
aws::Keys environment_keys();

// The options as a TOML file.
std::string print_options(const Options& options);

}  // namespace rialto::server
