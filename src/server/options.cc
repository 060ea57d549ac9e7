#include "server/options.h"

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "http/outbound.h"
#include "model/arn.h"
#include "targets/credentials.h"

namespace rialto::server {
namespace {

Error takes(std::string_view what) {
  return fail(Code::InvalidArgument, "it takes " + std::string(what));
}

template <class Number>
Result<Number> to_number(std::string_view text, std::string_view what) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return takes(what);
  return number;
}

template <std::string Options::* kMember>
Result<> set_text(Options& to, std::string_view text) {
  to.*kMember = text;
  return {};
}

template <std::string Options::* kMember>
std::string show_text(const Options& from) {
  return from.*kMember;
}

Result<> set_switch(bool& to, std::string_view text) {
  if (text != "true" && text != "false") return takes("true or false");
  to = text == "true";
  return {};
}

std::string show_switch(bool is_on) { return is_on ? "true" : "false"; }

// A value that is one of a few words.
template <class T, std::size_t N>
Result<> set_word(T& to, std::string_view text,
                  const std::array<std::pair<std::string_view, T>, N>& words) {
  std::string known;
  for (const auto& [word, value] : words) {
    if (word == text) {
      to = value;
      return {};
    }
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  return takes("one of " + known);
}

template <class T, std::size_t N>
std::string show_word(T value, const std::array<std::pair<std::string_view, T>, N>& words) {
  return std::string(
      std::ranges::find(words, value, &std::pair<std::string_view, T>::second)->first);
}

constexpr std::array<std::pair<std::string_view, store::Durability>, 3> kDurabilities = {
    {{"fsync", store::Durability::Fsync},
     {"os", store::Durability::Os},
     {"none", store::Durability::None}}};
constexpr std::array<std::pair<std::string_view, log::Level>, 5> kLevels = {
    {{"debug", log::Level::Debug},
     {"info", log::Level::Info},
     {"warn", log::Level::Warn},
     {"error", log::Level::Error},
     {"off", log::Level::Off}}};
constexpr std::array<std::pair<std::string_view, log::Format>, 2> kFormats = {
    {{"text", log::Format::Text}, {"json", log::Format::Json}}};

Result<> set_listen(Options& options, std::string_view text) {
  constexpr std::string_view kWhat = "an address and a port, such as 127.0.0.1:1591";
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return takes(kWhat);
  RIALTO_TRY(options.listen_port, to_number<std::uint16_t>(text.substr(colon + 1), kWhat));
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  options.listen_address = address == "localhost" ? "127.0.0.1" : address;
  return {};
}

std::string show_listen(const Options& options) {
  const bool is_v6 = options.listen_address.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + options.listen_address + "]" : options.listen_address;
  return host + ":" + std::to_string(options.listen_port);
}

// "KEY=ACCOUNT,KEY=ACCOUNT".
Result<> set_accounts(Options& options, std::string_view text) {
  constexpr std::string_view kWhat =
      "pairs of an access key and a 12-digit account, such as "
      "AKIAEXAMPLE=123456789012, with commas between them";
  options.accounts.clear();
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || equals == 0) return takes(kWhat);
    const std::string_view account = pair.substr(equals + 1);
    if (!model::is_account_id(account)) return takes(kWhat);
    options.accounts.emplace(pair.substr(0, equals), account);
  }
  return {};
}

std::string show_accounts(const Options& options) {
  std::string out;
  for (const auto& [key, account] : options.accounts) {
    out += (out.empty() ? "" : ",") + key + "=" + account;
  }
  return out;
}

Result<> set_egress(std::vector<http::EgressRule>& rules, std::string_view text) {
  rules.clear();
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    auto rule = http::EgressRule::parse(one);
    if (!rule.ok()) {
      return takes(
          "networks such as 10.0.0.0/8 or fd00::/8, addresses, and names of hosts, with commas "
          "between them; " +
          rule.error().message);
    }
    rules.push_back(std::move(*rule));
  }
  return {};
}

std::string show_egress(const std::vector<http::EgressRule>& rules) {
  std::string out;
  for (const http::EgressRule& rule : rules) out += (out.empty() ? "" : ",") + rule.text;
  return out;
}

constexpr std::uint32_t kTraceKeepMax = 7 * 24 * 3'600;
constexpr std::string_view kTraceKeepTakes = "seconds, a week's at most: 0 to 604800";
constexpr std::string_view kMemoryTakes = "0, or a number of bytes from 268435456 on";

Result<> set_rate(std::uint32_t& rate, std::string_view text) {
  RIALTO_TRY(rate, to_number<std::uint32_t>(text, "0, or a number of events a second"));
  return {};
}

constexpr std::string_view kTraceBytesTakes = "0, or a number of bytes from 1048576 on";

constexpr std::array<std::pair<std::string_view, Auth>, 2> kAuths = {
    {{"dev", Auth::Dev}, {"sigv4", Auth::Sigv4}}};
constexpr std::string_view kConnectionsTakes = "a number of connections, 1 at least";
constexpr std::uint32_t kSkewMax = 3'600;
constexpr std::string_view kSkewTakes = "seconds, an hour's at most: 1 to 3600";

constexpr std::array<OptionRow, 33> kRows = {{
    {"listen", "ADDRESS:PORT", "Where to listen; port 0 takes a free one.", set_listen,
     show_listen},
    {"insecure-listen", "",
     "Listen on an address that others can reach, without authentication (for containers).",
     [](Options& to, std::string_view text) { return set_switch(to.insecure_listen, text); },
     [](const Options& from) { return show_switch(from.insecure_listen); }},
    {"tls-certificate", "FILE",
     "Speak TLS, and nothing else, with this certificate (PEM, with those that lead to its CA). "
     "Read "
     "again on SIGHUP.",
     set_text<&Options::tls_certificate>, show_text<&Options::tls_certificate>},
    {"tls-key", "FILE", "The certificate's key (PEM).", set_text<&Options::tls_key>,
     show_text<&Options::tls_key>},
    {"tls-client-ca", "FILE",
     "Who must have signed the certificates of clients; if not given, clients need none.",
     set_text<&Options::tls_client_ca>, show_text<&Options::tls_client_ca>},
    {"connections-max", "N", "Connections of clients at a time.",
     [](Options& to, std::string_view text) -> Result<> {
       RIALTO_TRY(to.connections_max, to_number<std::uint32_t>(text, kConnectionsTakes));
       if (to.connections_max < 1) return takes(kConnectionsTakes);
       return {};
     },
     [](const Options& from) { return std::to_string(from.connections_max); }},
    {"connections-per-address", "N", "Of these, those of one address; 0: no limit.",
     [](Options& to, std::string_view text) -> Result<> {
       RIALTO_TRY(to.connections_per_address_max,
                  to_number<std::uint32_t>(text, "0, or a number of connections"));
       return {};
     },
     [](const Options& from) { return std::to_string(from.connections_per_address_max); }},
    {"auth", "dev|sigv4",
     "Who may ask: dev, whoever reaches the port, and signatures are not checked; sigv4, whoever "
     "signs with an access key (`rialto keys`).",
     [](Options& to, std::string_view text) { return set_word(to.auth, text, kAuths); },
     [](const Options& from) { return show_word(from.auth, kAuths); }},
    {"access-keys-file", "FILE",
     "The access keys; if not given, access-keys.json of the data directory. Read again when it "
     "changes.",
     set_text<&Options::access_keys_file>, show_text<&Options::access_keys_file>},
    {"clock-skew", "SECONDS", "How far the clocks of those who sign may be off.",
     [](Options& to, std::string_view text) -> Result<> {
       RIALTO_TRY(const auto seconds, to_number<std::uint32_t>(text, kSkewTakes));
       if (seconds < 1 || seconds > kSkewMax) return takes(kSkewTakes);
       to.clock_skew = std::chrono::seconds(seconds);
       return {};
     },
     [](const Options& from) { return std::to_string(from.clock_skew.count()); }},
    {"metrics-allow", "RULE,...",
     "Networks and addresses besides this machine that may read /metrics where signatures are "
     "checked.",
     [](Options& to, std::string_view text) { return set_egress(to.metrics_allow, text); },
     [](const Options& from) { return show_egress(from.metrics_allow); }},
    {"data-dir", "DIR", "Where everything is kept; made when it is not there.",
     [](Options& to, std::string_view text) -> Result<> {
       if (text.empty()) return takes("a directory");
       to.data_dir = text;
       return {};
     },
     [](const Options& from) { return from.data_dir; }},
    {"port-file", "FILE", "Write the port here once the server is ready.",
     set_text<&Options::port_file>, show_text<&Options::port_file>},
    {"secrets-key-file", "FILE",
     "The key that secrets of connections are encrypted with; if not given, secrets.key of the "
     "data directory, which the first start makes.",
     set_text<&Options::secrets_key_file>, show_text<&Options::secrets_key_file>},
    {"durability", "fsync|os|none",
     "What an accepted event survives: fsync, a power cut; os, a crash of the process only; none, "
     "an orderly stop only (for tests).",
     [](Options& to, std::string_view text) {
       return set_word(to.durability, text, kDurabilities);
     },
     [](const Options& from) { return show_word(from.durability, kDurabilities); }},
    {"threads", "N", "I/O threads; 0 takes one per core.",
     [](Options& to, std::string_view text) -> Result<> {
       RIALTO_TRY(to.threads, to_number<std::uint32_t>(text, "a number from 0 to 256"));
       if (to.threads > 256) return takes("a number from 0 to 256");
       return {};
     },
     [](const Options& from) { return std::to_string(from.threads); }},
    {"dev", "true|false",
     "Serve the endpoints for test suites, such as POST /_rialto/reset, and call targets on this "
     "machine; true unless signatures are checked.",
     [](Options& to, std::string_view text) { return set_switch(to.dev.emplace(), text); },
     [](const Options& from) { return show_switch(from.is_dev()); }},
    {"default-region", "REGION", "The Region of requests that carry no credentials.",
     [](Options& to, std::string_view text) -> Result<> {
       if (!model::is_region(text)) return takes("a Region such as us-east-1");
       to.default_region = text;
       return {};
     },
     [](const Options& from) { return from.default_region; }},
    {"accounts", "KEY=ACCOUNT,...",
     "Whose an access key is; a key of 12 digits is its own account, any other is 000000000000.",
     set_accounts, show_accounts},
    {"trace-keep", "SECONDS",
     "How long what became of an event is kept for `rialto trace`; 0: not.",
     [](Options& to, std::string_view text) -> Result<> {
       RIALTO_TRY(const auto seconds, to_number<std::uint32_t>(text, kTraceKeepTakes));
       if (seconds > kTraceKeepMax) return takes(kTraceKeepTakes);
       to.trace.keep = std::chrono::seconds(seconds);
       return {};
     },
     [](const Options& from) { return std::to_string(from.trace.keep.count()); }},
    {"trace-bytes", "BYTES", "How much memory that may take, of the latest events; 0: none.",
     [](Options& to, std::string_view text) -> Result<> {
       RIALTO_TRY(const auto bytes, to_number<std::size_t>(text, kTraceBytesTakes));
       if (bytes != 0 && bytes < watch::kTraceBytesMin) return takes(kTraceBytesTakes);
       to.trace.bytes_max = bytes;
       return {};
     },
     [](const Options& from) { return std::to_string(from.trace.bytes_max); }},
    {"memory-budget", "BYTES",
     "How much memory the process may use before producers are throttled; 0: a quarter of the "
     "machine's.",
     [](Options& to, std::string_view text) -> Result<> {
       RIALTO_TRY(const auto bytes, to_number<std::size_t>(text, kMemoryTakes));
       if (bytes != 0 && bytes < kMemoryBudgetMin) return takes(kMemoryTakes);
       to.memory_budget = bytes;
       return {};
     },
     [](const Options& from) { return std::to_string(from.memory_budget); }},
    {"account-rate", "N", "Events a second that an account may put; 0: no limit.",
     [](Options& to, std::string_view text) { return set_rate(to.rates.per_account, text); },
     [](const Options& from) { return std::to_string(from.rates.per_account); }},
    {"bus-rate", "N", "Events a second that may be put on one bus; 0: no limit.",
     [](Options& to, std::string_view text) { return set_rate(to.rates.per_bus, text); },
     [](const Options& from) { return std::to_string(from.rates.per_bus); }},
    {"target-endpoints", "SERVICE=URL,...",
     "Where the services are that targets call, by the names in their ARNs; `aws` is AWS's own. "
     "SERVICE@REGION, @ACCOUNT or @ACCOUNT/REGION are finer, `default` is every other service.",
     [](Options& to, std::string_view text) -> Result<> {
       RIALTO_TRY(to.endpoints, targets::Endpoints::parse(text));
       return {};
     },
     [](const Options& from) { return from.endpoints.text(); }},
    {"aws-credentials-file", "FILE",
     "Whose keys sign these calls, such as ~/.aws/credentials; AWS_ACCESS_KEY_ID and its like if "
     "not given.",
     set_text<&Options::aws_credentials_file>, show_text<&Options::aws_credentials_file>},
    {"aws-profile", "NAME", "Which profile of that file.",
     [](Options& to, std::string_view text) -> Result<> {
       if (text.empty()) return takes("a profile's name");
       to.aws_profile = text;
       return {};
     },
     [](const Options& from) { return from.aws_profile; }},
    {"egress-allow", "RULE,...",
     "Networks, addresses and hosts that may be called though they are denied by default "
     "(link-local, multicast; loopback unless in dev mode).",
     [](Options& to, std::string_view text) { return set_egress(to.egress_allow, text); },
     [](const Options& from) { return show_egress(from.egress_allow); }},
    {"egress-deny", "RULE,...", "Networks, addresses and hosts that are never called.",
     [](Options& to, std::string_view text) { return set_egress(to.egress_deny, text); },
     [](const Options& from) { return show_egress(from.egress_deny); }},
    {"outbound-proxy", "URL",
     "The proxy that calls go through, but those of this machine; the proxy looks up their hosts, "
     "so only rules for names guard them.",
     [](Options& to, std::string_view text) -> Result<> {
       const std::string url(text);
       if (!url.empty() && !http::is_proxy(url)) {
         return takes("the URL of a proxy, such as http://10.0.0.1:3128");
       }
       to.outbound_proxy = url;
       return {};
     },
     [](const Options& from) { return http::hide_password(from.outbound_proxy); }},
    {"outbound-ca-file", "FILE",
     "The certificates (PEM) of who is trusted when called over TLS, in place of the system's.",
     [](Options& to, std::string_view text) -> Result<> {
       const std::string file(text);
       if (!file.empty() && !std::ifstream(file).good()) {
         return takes("a file of certificates that can be read");
       }
       to.outbound_ca_file = file;
       return {};
     },
     [](const Options& from) { return from.outbound_ca_file; }},
    {"log-level", "debug|info|warn|error|off", "The least level that is logged.",
     [](Options& to, std::string_view text) { return set_word(to.log_level, text, kLevels); },
     [](const Options& from) { return show_word(from.log_level, kLevels); }},
    {"log-format", "text|json", "How log lines are written, to standard error.",
     [](Options& to, std::string_view text) { return set_word(to.log_format, text, kFormats); },
     [](const Options& from) { return show_word(from.log_format, kFormats); }},
}};

std::string key_of(const OptionRow& row) {
  std::string key(row.name);
  std::ranges::replace(key, '-', '_');
  return key;
}

std::string variable_of(const OptionRow& row) {
  std::string name = "RIALTO_" + key_of(row);
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

Result<> apply(Options& options, const OptionRow& row, std::string_view text,
               const std::string& where) {
  const Result<> outcome = row.set(options, text);
  if (outcome.ok()) return {};
  return fail(Code::InvalidArgument,
              where + " is '" + std::string(text) + "', but " + outcome.error().message + ".");
}

Result<std::string> text_of(const toml::node& node, const std::string& where) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto truth = node.value_exact<bool>()) return show_switch(*truth);
  return fail(Code::InvalidArgument, where + " must be a text, a number, true or false.");
}

// The library's exceptions end here.
Result<toml::table> parse_file(const std::string& path) {
  try {
    return toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return fail(Code::InvalidArgument, "The configuration file " + path + " cannot be read: " +
                                           std::string(error.description()) + " (line " +
                                           std::to_string(error.source().begin.line) + ").");
  }
}

// `[targets.lambda]` with the line `endpoint = "URL"`; `[targets.lambda."eu-west-1"]` is finer.
Result<> apply_endpoints(Options& options, std::string_view service, const std::string& place,
                         const toml::node& node, const std::string& where) {
  const auto* table = node.as_table();
  if (table == nullptr) return fail(Code::InvalidArgument, where + " must be a table.");
  for (const auto& [key, member] : *table) {
    const std::string name(key.str());
    if (const auto url = member.value_exact<std::string>(); url && name == "endpoint") {
      const Result<> outcome = options.endpoints.add(service, place, *url);
      if (outcome.ok()) continue;
      return fail(Code::InvalidArgument,
                  where + " has the endpoint '" + *url + "', but " + outcome.error().message + ".");
    }
    if (!place.empty() || !member.is_table()) {
      return fail(Code::InvalidArgument,
                  where + " knows one line, endpoint, but no '" + name + "'.");
    }
    RIALTO_TRY_VOID(apply_endpoints(options, service, name, member, where + "." + name));
  }
  return {};
}

Result<> apply_targets(Options& options, const toml::node& node, const std::string& path) {
  const auto* table = node.as_table();
  if (table == nullptr) {
    return fail(Code::InvalidArgument, "'targets' in " + path + " must be tables of services.");
  }
  for (const auto& [service, member] : *table) {
    const std::string where = "targets." + std::string(service.str()) + " in " + path;
    RIALTO_TRY_VOID(apply_endpoints(options, service.str(), "", member, where));
  }
  return {};
}

Result<> apply_file(Options& options, const std::string& path) {
  RIALTO_TRY(const toml::table table, parse_file(path));
  for (const auto& [key, node] : table) {
    if (key.str() == "targets") {
      RIALTO_TRY_VOID(apply_targets(options, node, path));
      continue;
    }
    const std::string where = "'" + std::string(key.str()) + "' in " + path;
    const auto row = std::ranges::find(kRows, key.str(), key_of);
    if (row == kRows.end()) {
      return fail(Code::InvalidArgument,
                  where + " is no option. `rialto serve --print-config` shows them all.");
    }
    RIALTO_TRY(const std::string text, text_of(node, where));
    RIALTO_TRY_VOID(apply(options, *row, text, where));
  }
  return {};
}

std::string environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::string() : text;
}

Result<> load_keys(Options& options) {
  if (options.aws_credentials_file.empty()) {
    options.aws_keys = environment_keys();
    return {};
  }
  std::ifstream file(options.aws_credentials_file);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  auto keys = file ? targets::parse_credentials(text, options.aws_profile)
                   : Result<aws::Keys>(fail(Code::InvalidArgument, "it cannot be read"));
  if (!keys.ok()) {
    return fail(Code::InvalidArgument, "The credentials file is " + options.aws_credentials_file +
                                           ", but " + keys.error().message + ".");
  }
  options.aws_keys = std::move(keys).value();
  return {};
}

// A number or a switch as itself, everything else as a TOML string.
std::string to_toml(const std::string& shown) {
  if (shown == "true" || shown == "false") return shown;
  // TOML has no leading zeros and no integers beyond 64 bits.
  const bool is_number = !shown.empty() && shown.size() <= 18 &&
                         shown.find_first_not_of("0123456789") == shown.npos &&
                         (shown == "0" || shown.front() != '0');
  if (is_number) return shown;
  std::string out = "\"";
  for (const char c : shown) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 0xF];
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

std::span<const OptionRow> option_rows() { return kRows; }

Result<Options> load_options(const Flags& flags, const std::optional<std::string>& config_file) {
  Options options;
  if (config_file) RIALTO_TRY_VOID(apply_file(options, *config_file));
  for (const OptionRow& row : kRows) {
    const std::string variable = variable_of(row);
    if (const char* text = std::getenv(variable.c_str())) {
      RIALTO_TRY_VOID(apply(options, row, text, variable));
    }
  }
  for (const OptionRow& row : kRows) {
    if (const auto flag = flags.find(row.name); flag != flags.end()) {
      RIALTO_TRY_VOID(apply(options, row, flag->second, "--" + std::string(row.name)));
    }
  }
  RIALTO_TRY_VOID(load_keys(options));
  return options;
}

std::string print_options(const Options& options) {
  std::string out;
  for (const OptionRow& row : kRows) {
    out += "# " + std::string(row.summary) + "\n";
    out += key_of(row) + " = " + to_toml(row.show(options)) + "\n";
  }
  return out;
}

aws::Keys environment_keys() {
  return {environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"),
          environment("AWS_SESSION_TOKEN")};
}

}  // namespace rialto::server
