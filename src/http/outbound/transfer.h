// One call in curl's words, and its answer out of them.
#pragma once

#include <curl/curl.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "http/egress.h"
#include "http/origin.h"
#include "http/outbound.h"
#include "http/outbound/sockets.h"
#include "http/sender.h"

namespace rialto::http {

// Whether curl can send the call as it is: a method and names of headers that are words, values
// without an end of line. Errors: InvalidArgument (SDK_CLIENT_ERROR).
Result<> check_call(const Call& call);

// What every call of one loop is made with; outlives them.
struct Surroundings {
  const OutboundOptions& options;
  const Egress& egress;
  Sockets& sockets;
};

// Stays where it is, from `begin` until it has ended: curl points to it.
class Transfer {
 public:
  // `on_end` is called once, when there is an outcome.
  Transfer(Call call, Origin origin, const Surroundings& around, std::function<void()> on_end);

  // Tells `easy` what is the same for all calls.
  static void set_common_options(CURL* easy, const Surroundings& around);

  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  const Origin& origin() const { return origin_; }
  const std::string& place() const { return place_; }  // what it shares its host's places by
  CURL* easy() const { return easy_; }                 // null before `begin` and after its end

  // What can be said no to before a connection is looked for.
  Result<> judge_before() const;

  void begin(CURL* easy);
  // Curl is through with it; answers the handle for the next one.
  CURL* end(CURLcode code);
  // It is given up, with or without having begun.
  CURL* end(Error why);
  std::optional<Result<Response>> outcome;

 private:
  struct Callbacks;
  friend Callbacks;
  using List =
      std::unique_ptr<curl_slist, decltype([](curl_slist* list) { curl_slist_free_all(list); })>;

  void set_headers();
  void set_method_and_body();
  bool is_allowed_at(const IpAddress& address);
  std::size_t take_body(const char* data, std::size_t size);
  bool take_header(std::string_view line);
  bool end_head();
  int status() const;
  Result<Response> make_outcome(CURLcode code);
  Error explain(CURLcode code) const;
  std::string say_why(CURLcode code) const;

  const Call call_;
  const Origin origin_;
  const std::string place_;
  const Surroundings& around_;
  const std::function<void()> on_end_;
  bool is_proxied_ = false;
  CURL* easy_ = nullptr;
  List headers_;
  std::array<char, CURL_ERROR_SIZE> said_{};  // by curl, of what went wrong
  std::optional<Error> denied_;               // by the guard, and no other address was allowed
  bool has_opened_ = false;
  bool is_enough_ = false;  // curl was told to stop, for no more is wanted
  bool has_head_ = false;
  std::size_t head_bytes_ = 0;
  Response answer_;
};

}  // namespace rialto::http
