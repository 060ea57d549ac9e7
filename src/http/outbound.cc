#include "http/outbound.h"

#include <curl/curl.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/check.h"
#include "http/outbound/places.h"
#include "http/outbound/sockets.h"
#include "http/outbound/transfer.h"

namespace rialto::http {

namespace asio = boost::asio;

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
// Timers count in nanoseconds.
constexpr std::chrono::milliseconds kTimeoutMax = std::chrono::hours(24);
// Handles that wait for the next call; making one costs more than the rest of a call.
constexpr std::size_t kHandlesKeptMax = 512;

Ending ending_of(const Result<Response>& outcome) {
  if (outcome.ok()) {
    const int hundreds = std::clamp(outcome->status / 100, 2, 5);
    return static_cast<Ending>(hundreds - 2);
  }
  switch (outcome.error().code) {
    case Code::Timeout: return Ending::Timeout;
    case Code::AccessDenied: return Ending::Denied;
    case Code::InvalidArgument: return Ending::Invalid;
    case Code::Cancelled: return Ending::Cancelled;
    default: return Ending::Unavailable;
  }
}

void count(OutboundMetrics& metrics, const Result<Response>& outcome) {
  ++metrics.calls[static_cast<std::size_t>(ending_of(outcome))];
}

Error cancelled(const Origin& origin) {
  return fail(Code::Cancelled, "The call of " + origin.text() + " was cancelled.");
}

asio::execution_context* context_of(const net::Executor& executor) {
  return &asio::query(executor, asio::execution::context);
}

// A URL in curl's eyes, of any scheme.
class UrlParts {
 public:
  explicit UrlParts(const std::string& url)
      : parts_(curl_url(), &curl_url_cleanup), is_good_(set(CURLUPART_URL, url)) {}

  bool is_good() const { return is_good_; }
  std::optional<std::string> get(CURLUPart part) const {
    char* text = nullptr;
    if (curl_url_get(parts_.get(), part, &text, 0) != CURLUE_OK) return std::nullopt;
    const std::unique_ptr<char, decltype(&curl_free)> owned(text, &curl_free);
    return std::string(text);
  }
  bool set(CURLUPart part, const std::string& text) {
    return curl_url_set(parts_.get(), part, text.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  }

 private:
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts_;
  bool is_good_;
};

}  // namespace

bool is_proxy(const std::string& url) {
  constexpr std::string_view kSchemes[] = {"http://", "https://", "socks4://", "socks5://",
                                           "socks5h://"};
  const auto begins = [&](std::string_view scheme) { return url.starts_with(scheme); };
  if (!std::ranges::any_of(kSchemes, begins)) return false;
  return UrlParts(url).is_good();
}

std::string hide_password(const std::string& url) {
  UrlParts parts(url);
  if (!parts.is_good() || !parts.get(CURLUPART_PASSWORD)) return url;
  parts.set(CURLUPART_PASSWORD, "***");
  return parts.get(CURLUPART_URL).value_or("");
}

// Curl's multi handle of one loop, and the calls on it. Used on that loop only.
class Outbound::Loop {
 public:
  Loop(net::Executor on, const OutboundOptions& options, const Egress& egress,
       OutboundMetrics& metrics);

  net::Executor executor;
  Sockets sockets;
  const Surroundings around;

  // False: the loop is stopped.
  bool begin(Transfer& transfer);
  // Ends it early.
  void give_up(Transfer& transfer, Error why);
  void stop();

 private:
  static int on_socket(CURL*, curl_socket_t socket, int what, void* to, void*);
  static int on_timer(CURLM*, long after_ms, void* to);

  void act(curl_socket_t socket, int events);
  void run(Transfer& transfer);
  void leave(Transfer& transfer);
  void keep_handle(CURL* easy);

  OutboundMetrics& metrics_;
  CURLM* multi_;
  bool is_stopped_ = false;
  Places places_;
  std::unordered_set<Transfer*> all_;  // under way, or in line
  std::vector<CURL*> handles_;
};

Outbound::Loop::Loop(net::Executor on, const OutboundOptions& options, const Egress& egress,
                     OutboundMetrics& metrics)
    : executor(on),
      sockets(on, {[this](int socket, int events) {
                     act(socket, (events & Sockets::kReadable ? CURL_CSELECT_IN : 0) |
                                     (events & Sockets::kWritable ? CURL_CSELECT_OUT : 0));
                   },
                   [this] { act(CURL_SOCKET_TIMEOUT, 0); }}),
      around{options, egress, sockets},
      metrics_(metrics),
      multi_(curl_multi_init()),
      places_(options.calls_per_host_max, options.calls_max) {
  const auto set = [this](CURLMoption option, auto value) {
    RIALTO_CHECK(curl_multi_setopt(multi_, option, value) == CURLM_OK, "curl takes the option");
  };
  set(CURLMOPT_SOCKETFUNCTION, &Loop::on_socket);
  set(CURLMOPT_SOCKETDATA, this);
  set(CURLMOPT_TIMERFUNCTION, &Loop::on_timer);
  set(CURLMOPT_TIMERDATA, this);
  set(CURLMOPT_MAXCONNECTS, static_cast<long>(options.connections_kept_max));
}

int Outbound::Loop::on_socket(CURL*, curl_socket_t socket, int what, void* to, void*) {
  int events = Sockets::kNone;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) events |= Sockets::kReadable;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) events |= Sockets::kWritable;
  static_cast<Loop*>(to)->sockets.watch(socket, events);
  return 0;
}

int Outbound::Loop::on_timer(CURLM*, long after_ms, void* to) {
  static_cast<Loop*>(to)->sockets.set_timer(std::chrono::milliseconds(after_ms));
  return 0;
}

void Outbound::Loop::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* pointer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &pointer);
    Transfer& transfer = *static_cast<Transfer*>(pointer);
    const CURLcode code = message->data.result;  // gone with the handle
    curl_multi_remove_handle(multi_, transfer.easy());
    CURL* const easy = transfer.easy();
    long opened = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &opened);
    metrics_.connections_opened += static_cast<std::uint64_t>(opened);
    if (opened == 0 && code == CURLE_OK) ++metrics_.connections_reused;
    keep_handle(transfer.end(code));
    leave(transfer);
  }
}

bool Outbound::Loop::begin(Transfer& transfer) {
  if (is_stopped_) return false;
  all_.insert(&transfer);
  if (places_.take(transfer.place(), &transfer)) run(transfer);
  return true;
}

void Outbound::Loop::run(Transfer& transfer) {
  CURL* easy = nullptr;
  if (handles_.empty()) {
    easy = curl_easy_init();
    RIALTO_CHECK(easy != nullptr, "out of memory");
    Transfer::set_common_options(easy, around);
  } else {
    easy = handles_.back();
    handles_.pop_back();
  }
  transfer.begin(easy);
  ++metrics_.under_way;
  RIALTO_CHECK(curl_multi_add_handle(multi_, easy) == CURLM_OK, "the handle is of no other loop");
}

void Outbound::Loop::give_up(Transfer& transfer, Error why) {
  if (transfer.easy() == nullptr) {
    places_.leave_line(transfer.place(), &transfer);
    all_.erase(&transfer);
    transfer.end(std::move(why));
    count(metrics_, *transfer.outcome);
    return;
  }
  curl_multi_remove_handle(multi_, transfer.easy());  // closes the connection under it, too
  keep_handle(transfer.end(std::move(why)));
  leave(transfer);
}

// It gives its place to the next.
void Outbound::Loop::leave(Transfer& transfer) {
  --metrics_.under_way;
  count(metrics_, *transfer.outcome);
  all_.erase(&transfer);
  if (Transfer* next = places_.give_back(transfer.place())) run(*next);
}

void Outbound::Loop::keep_handle(CURL* easy) {
  if (handles_.size() < kHandlesKeptMax && !is_stopped_) {
    handles_.push_back(easy);
  } else {
    curl_easy_cleanup(easy);
  }
}

void Outbound::Loop::stop() {
  is_stopped_ = true;
  while (!all_.empty()) {
    // Those in line first, so that none of them is begun.
    const auto waits = [](const Transfer* one) { return one->easy() == nullptr; };
    auto next = std::ranges::find_if(all_, waits);
    if (next == all_.end()) next = all_.begin();
    give_up(**next, cancelled((*next)->origin()));
  }
  for (CURL* easy : handles_) curl_easy_cleanup(easy);
  handles_.clear();
  curl_multi_cleanup(multi_);
  sockets.stop();
}

struct Outbound::State {
  explicit State(OutboundOptions from) : options(std::move(from)) {}

  const OutboundOptions options;
  Egress egress{options.egress};
  OutboundMetrics metrics;
  // By where coroutines run; never changed.
  std::unordered_map<asio::execution_context*, std::unique_ptr<Loop>> loops;
  bool is_stopped = false;
};

Outbound::Outbound(const net::Runtime& runtime, OutboundOptions options)
    : state_(std::make_unique<State>(std::move(options))) {
  RIALTO_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "curl can be used");
  for (const net::Executor& executor : runtime.executors()) {
    state_->loops.emplace(
        context_of(executor),
        std::make_unique<Loop>(executor, state_->options, state_->egress, state_->metrics));
  }
}

Outbound::~Outbound() { stop(); }

Task<Result<Response>> Outbound::send(Call call) {
  const net::Executor executor = co_await asio::this_coro::executor;
  const auto at = state_->loops.find(context_of(executor));
  RIALTO_CHECK(at != state_->loops.end(), "calls are made on the loops of the runtime");
  Loop& loop = *at->second;
  const auto refuse = [this](Error why) {
    Result<Response> outcome = std::move(why);
    count(state_->metrics, outcome);
    return outcome;
  };
  if (auto valid = check_call(call); !valid.ok()) co_return refuse(std::move(valid).error());
  auto origin = Origin::parse(call.url);
  if (!origin.ok()) co_return refuse(std::move(origin).error());

  const auto timeout = std::min(call.timeout, kTimeoutMax);
  asio::steady_timer alarm(executor, timeout);
  Transfer transfer(std::move(call), std::move(*origin), loop.around, [&alarm] { alarm.cancel(); });
  if (auto allowed = transfer.judge_before(); !allowed.ok()) {
    co_return refuse(std::move(allowed).error());
  }
  if (!loop.begin(transfer)) co_return refuse(cancelled(transfer.origin()));
  auto [error] = co_await alarm.async_wait(kAwait);
  if (!transfer.outcome) {
    loop.give_up(transfer, error ? cancelled(transfer.origin())
                                 : fail(Code::Timeout,
                                        transfer.place() + " did not answer within " +
                                            std::to_string(timeout.count()) + " ms.",
                                        "TIMEOUT"));
  }
  co_return std::move(*transfer.outcome);
}

void Outbound::stop() {
  if (std::exchange(state_->is_stopped, true)) return;
  for (const auto& [context, loop] : state_->loops) {
    std::promise<void> is_done;
    net::post(loop->executor, [on = loop.get(), &is_done] {
      on->stop();
      is_done.set_value();
    });
    is_done.get_future().wait();
  }
}

const OutboundMetrics& Outbound::metrics() const { return state_->metrics; }

}  // namespace rialto::http
