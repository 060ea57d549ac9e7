// The egress guard: which addresses we call. A URL may come from anybody who may make an API
// destination; what it leads to may be this machine, or the metadata service of the cloud that we
// run in. So not the URL is judged but the address a connection is about to be made to, each time.
// Pure.
//
// Denied unless allowed: link-local networks (169.254.0.0/16, where clouds keep their metadata, and
// fe80::/10), the metadata addresses of version 6, the unspecified address, multicast, broadcast,
// and loopback when not in dev mode. Private networks are allowed: they are what we are for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/ip_address.h"

namespace rialto::http {

using net::IpAddress;

// What the operator allows or denies: a network (10.0.0.0/8), an address, or the name of a host,
// which is the whole name as URLs have it.
struct EgressRule {
  std::string text;                  // as the operator wrote it
  std::optional<IpAddress> network;  // nothing: the text is a host's name
  unsigned bits = 0;                 // of the network

  // Errors: InvalidArgument.
  static Result<EgressRule> parse(std::string_view text);
  // `address` is nothing when only a proxy will know it.
  bool covers(std::string_view host, const std::optional<IpAddress>& address) const;
};

struct EgressOptions {
  std::vector<EgressRule> allow = {};  // wins over what is denied by default
  std::vector<EgressRule> deny = {};   // wins over all
  bool is_dev = false;                 // loopback is allowed
};

class Egress {
 public:
  explicit Egress(EgressOptions options);

  // Whether the host of a URL may be called at `address`; at nothing when a proxy looks it up, and
  // then only rules for names say no. Errors: AccessDenied (NO_PERMISSIONS) names the address and
  // the option to set.
  Result<> judge(std::string_view host, const std::optional<IpAddress>& address) const;

 private:
  struct Default {
    EgressRule rule;
    std::string_view what;
  };

  const EgressOptions options_;
  std::vector<Default> defaults_;
};

}  // namespace rialto::http
