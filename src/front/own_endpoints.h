// Our own endpoints, `/_rialto/*`: for commands, test suites and operators. Private to front.
//
// In development they ask for a header that no web page can send unasked, and for a Host of this
// machine; where signatures are checked, for one by an access key of the account, or of an admin.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "aws/form.h"
#include "front/front.h"
#include "front/gate.h"

namespace rialto::front {

class OwnEndpoints {
 public:
  OwnEndpoints(RialtoPort& port, const Gate& gate, const FrontOptions& options)
      : port_(port), gate_(gate), options_(options) {}

  Task<http::Response> handle(http::Request request);

  // Nothing when the Host header is as it should be.
  std::optional<http::Response> check_host(const http::Request& request) const;

 private:
  // Who asks for what, admitted.
  struct Ask {
    http::Request request;
    api::Caller caller;  // whose account and Region are those that the query names
    std::string bus;     // that the query names; maybe empty
    std::string name;    // of what else is asked for
    std::optional<std::string> pattern;
  };
  struct Row {
    std::string_view method, path, action;
    // Whom it is for: those who may use the bus, those who may do it at all, or admins.
    enum class For : std::uint8_t { Bus, Account, Admins } is_for = For::Admins;
    bool is_for_dev = false;
    Task<http::Response> (OwnEndpoints::*handle)(Ask ask) = nullptr;
  };
  static std::span<const Row> rows();

  Result<Ask> admit(http::Request request, const Row& row) const;
  Result<> permit(const Asker& asker, const Ask& ask, const Row& row) const;
  std::optional<http::Response> check_browser(const http::Request& request) const;

  Task<http::Response> status(Ask ask);
  Task<http::Response> put_envelopes(Ask ask);
  Task<http::Response> explain(Ask ask);
  Task<http::Response> trace(Ask ask);
  Task<http::Response> tail(Ask ask);
  Task<http::Response> targets(Ask ask);
  Task<http::Response> start_replay(Ask ask);
  Task<http::Response> describe_replay(Ask ask);
  Task<http::Response> backup(Ask ask);
  Task<http::Response> reset(Ask ask);
  Task<http::Response> advance_clock(Ask ask);

  RialtoPort& port_;
  const Gate& gate_;
  const FrontOptions& options_;
};

}  // namespace rialto::front
