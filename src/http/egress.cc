#include "http/egress.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "http/message.h"

namespace rialto::http {
namespace {

// Of a network that is written in version 6 and stands for one of version 4.
constexpr unsigned kPrefixBits = 96;

constexpr std::string_view kDeniedNetworks[][2] = {
    {"0.0.0.0/8", "an unspecified address"},
    {"169.254.0.0/16", "link-local, where clouds keep their metadata"},
    {"224.0.0.0/4", "multicast"},
    {"255.255.255.255/32", "broadcast"},
    {"::/128", "the unspecified address"},
    {"fe80::/10", "link-local"},
    {"ff00::/8", "multicast"},
    {"fd00:ec2::254/128", "a cloud's metadata service"},  // Amazon
    {"fd20:ce::254/128", "a cloud's metadata service"},   // Google
};
constexpr std::string_view kLoopback[] = {"127.0.0.0/8", "::1/128"};

std::string_view without_last_dot(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

bool is_host_name(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  const auto is_of_number = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  return !text.empty() && std::ranges::all_of(text, is_allowed) &&
         !std::ranges::all_of(text, is_of_number);
}

// The bytes of the address as it is written, before it may become one of version 4.
bool is_written_as_v6(std::string_view text) { return text.find(':') != text.npos; }

std::string subject(std::string_view host, const std::optional<IpAddress>& address) {
  const std::string shown = address ? address->text() : std::string(host);
  return shown == host ? "'" + shown + "'"
                       : "'" + shown + "', an address of '" + std::string(host) + "',";
}

}  // namespace

Result<EgressRule> EgressRule::parse(std::string_view text) {
  const auto refuse = [text] {
    return fail(Code::InvalidArgument,
                "'" + std::string(text) + "' is no network, no address and no name of a host");
  };
  const std::size_t slash = text.find('/');
  const std::string_view literal = text.substr(0, slash);
  EgressRule out{.text = std::string(text), .network = IpAddress::parse(literal)};
  if (!out.network) {
    if (!is_host_name(text)) return refuse();
    return out;
  }
  out.bits = out.network->bits();
  if (slash == text.npos) return out;
  const std::string_view digits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.bits);
  if (error != std::errc() || end != digits.data() + digits.size()) return refuse();
  // A network written in version 6 that is one of version 4: ::ffff:10.0.0.0/104.
  if (is_written_as_v6(literal) && out.network->bits() == 32) {
    if (out.bits < kPrefixBits) return refuse();
    out.bits -= kPrefixBits;
  }
  if (out.bits > out.network->bits()) return refuse();
  return out;
}

bool EgressRule::covers(std::string_view host, const std::optional<IpAddress>& address) const {
  if (network) return address && address->is_in(*network, bits);
  return is_same_name(without_last_dot(host), without_last_dot(text));
}

Egress::Egress(EgressOptions options) : options_(std::move(options)) {
  const auto deny = [this](std::string_view network, std::string_view what) {
    auto rule = EgressRule::parse(network);
    RIALTO_CHECK(rule.ok(), "the networks above are networks");
    defaults_.push_back({std::move(*rule), what});
  };
  for (const auto& [network, what] : kDeniedNetworks) deny(network, what);
  if (options_.is_dev) return;
  for (const std::string_view network : kLoopback) deny(network, "this machine itself");
}

Result<> Egress::judge(std::string_view host, const std::optional<IpAddress>& address) const {
  const auto covers = [&](const EgressRule& rule) { return rule.covers(host, address); };
  if (const auto rule = std::ranges::find_if(options_.deny, covers); rule != options_.deny.end()) {
    return fail(Code::AccessDenied,
                subject(host, address) + " is not called: '" + rule->text + "' in egress_deny.",
                "NO_PERMISSIONS");
  }
  if (std::ranges::any_of(options_.allow, covers)) return {};
  const auto denied = std::ranges::find_if(
      defaults_, [&](const Default& one) { return one.rule.covers(host, address); });
  if (denied == defaults_.end()) return {};
  return fail(Code::AccessDenied,
              subject(host, address) + " is not called: it is " + std::string(denied->what) +
                  ". If it is meant, add '" + address->text() + "' to egress_allow.",
              "NO_PERMISSIONS");
}

}  // namespace rialto::http
