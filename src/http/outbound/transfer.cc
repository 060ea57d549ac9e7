#include "http/outbound/transfer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace rialto::http {
namespace {

// Of all heads of one answer, with those that are only informational. Servers send 8 KB at most.
constexpr std::size_t kHeadBytesMax = std::size_t{256} << 10;
// Debian's; given as one file, because curl keeps what it read of a file, and of a directory not.
constexpr const char* kSystemCaFile = "/etc/ssl/certs/ca-certificates.crt";

template <class Value>
void set_option(CURL* easy, CURLoption option, Value value) {
  RIALTO_CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK, "curl takes the option");
}

bool is_word(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110 §5.6.2
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != kMarks.npos;
  });
}

bool is_this_machine(const std::string& host) {
  if (is_same_name(host, "localhost")) return true;
  const auto address = IpAddress::parse(host);
  const auto is_in = [&](std::string_view network) {
    const auto rule = EgressRule::parse(network);
    return rule.ok() && rule->covers(host, address);
  };
  return address && (is_in("127.0.0.0/8") || is_in("::1/128"));
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<IpAddress> address_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
    return IpAddress::v4(bytes);
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return IpAddress::v6(bytes);
  }
  return std::nullopt;
}

// Whether what curl says of such an error is about the connection only, never about the request.
bool is_of_connection(CURLcode code) {
  return code == CURLE_COULDNT_CONNECT || code == CURLE_SSL_CONNECT_ERROR ||
         code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_ISSUER_ERROR || code == CURLE_PROXY;
}

}  // namespace

Result<> check_call(const Call& call) {
  const auto refuse = [](std::string what) {
    return fail(Code::InvalidArgument, std::move(what), "SDK_CLIENT_ERROR");
  };
  if (!is_word(call.method)) return refuse("The method of a call is no word.");
  for (const Header& header : call.headers) {
    if (!is_word(header.name)) return refuse("The name of a header of a call is no word.");
    constexpr std::string_view kEnds("\r\n\0", 3);
    if (header.value.find_first_of(kEnds) != header.value.npos) {
      return refuse("The header " + header.name + " of a call has an end of line in its value.");
    }
  }
  return {};
}

// What curl calls; it finds the transfer by the pointer it was given.
struct Transfer::Callbacks {
  static std::size_t body(char* data, std::size_t, std::size_t size, void* to) {
    return static_cast<Transfer*>(to)->take_body(data, size);
  }
  static std::size_t header(char* data, std::size_t, std::size_t size, void* to) {
    return static_cast<Transfer*>(to)->take_header({data, size}) ? size : 0;
  }
  static curl_socket_t open(void* to, curlsocktype, curl_sockaddr* at) {
    auto& self = *static_cast<Transfer*>(to);
    const auto address = address_of(at->addr);
    if (!address || !self.is_allowed_at(*address)) return CURL_SOCKET_BAD;
    self.has_opened_ = true;
    return self.around_.sockets.open(at->family, at->socktype, at->protocol);
  }
  static int close(void* to, curl_socket_t socket) {
    static_cast<Sockets*>(to)->close(socket);
    return 0;
  }
  // A connection that is used again was judged for another call, perhaps a trusted one.
  static int before_request(void* to, char* address, char*, int, int) {
    auto& self = *static_cast<Transfer*>(to);
    const auto parsed = IpAddress::parse(address);
    if (parsed && self.is_allowed_at(*parsed)) return CURL_PREREQFUNC_OK;
    self.has_opened_ = false;
    return CURL_PREREQFUNC_ABORT;
  }
};

void Transfer::set_common_options(CURL* easy, const Surroundings& around) {
  const OutboundOptions& options = around.options;
  const auto set = [easy](CURLoption option, auto value) { set_option(easy, option, value); };
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PATH_AS_IS, 1L);  // it may be signed
  set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  // A look-up of a name that is given up goes on in its thread; without this the loop would wait.
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_CAINFO, options.ca_file.empty() ? kSystemCaFile : options.ca_file.c_str());
  set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  set(CURLOPT_NOPROXY, "");  // or the environment's would count
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_WRITEFUNCTION, &Callbacks::body);
  set(CURLOPT_HEADERFUNCTION, &Callbacks::header);
  set(CURLOPT_OPENSOCKETFUNCTION, &Callbacks::open);
  set(CURLOPT_PREREQFUNCTION, &Callbacks::before_request);
  set(CURLOPT_CLOSESOCKETFUNCTION, &Callbacks::close);
  set(CURLOPT_CLOSESOCKETDATA, &around.sockets);
}

Transfer::Transfer(Call call, Origin origin, const Surroundings& around,
                   std::function<void()> on_end)
    : call_(std::move(call)),
      origin_(std::move(origin)),
      place_(origin_.text()),
      around_(around),
      on_end_(std::move(on_end)),
      is_proxied_(!around.options.proxy.empty() && !is_this_machine(origin_.host)) {}

Result<> Transfer::judge_before() const {
  if (!is_proxied_ || call_.is_trusted) return {};
  return around_.egress.judge(origin_.host, IpAddress::parse(origin_.host));
}

void Transfer::begin(CURL* easy) {
  easy_ = easy;
  const auto set = [easy](CURLoption option, auto value) { set_option(easy, option, value); };
  set(CURLOPT_URL, call_.url.c_str());
  set(CURLOPT_PROXY, is_proxied_ ? around_.options.proxy.c_str() : "");
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, said_.data());
  set_method_and_body();
  set_headers();
}

// The handle comes from another call: everything is set, in an order in which curl lets each stand.
void Transfer::set_method_and_body() {
  const auto set = [this](CURLoption option, auto value) { set_option(easy_, option, value); };
  set(CURLOPT_HTTPGET, 1L);
  set(CURLOPT_CUSTOMREQUEST, call_.method.c_str());
  // To curl this means that none is sent, too; `end_head` is for a HEAD that has one.
  set(CURLOPT_NOBODY, call_.method == "HEAD" && call_.body.empty() ? 1L : 0L);
  // These mean a body, and say with a length of 0 that it is empty (RFC 9110 §8.6).
  const bool expects_body =
      call_.method == "POST" || call_.method == "PUT" || call_.method == "PATCH";
  if (call_.body.empty() && !expects_body) return;
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
  set(CURLOPT_POSTFIELDS, call_.body.data());
}

void Transfer::set_headers() {
  curl_slist* list = nullptr;
  const auto add = [&list](const std::string& line) {
    list = curl_slist_append(list, line.c_str());
    RIALTO_CHECK(list != nullptr, "out of memory");
  };
  for (const Header& header : call_.headers) {
    if (is_same_name(header.name, "Expect")) continue;
    add(header.name + (header.value.empty() ? ";" : ": " + header.value));
  }
  // A name without a value keeps curl from adding its own.
  add("Expect:");
  for (const std::string name : {"Accept", "Content-Type"}) {
    if (std::ranges::none_of(call_.headers,
                             [&](const Header& one) { return is_same_name(one.name, name); })) {
      add(name + ":");
    }
  }
  headers_.reset(list);
  set_option(easy_, CURLOPT_HTTPHEADER, list);
}

bool Transfer::is_allowed_at(const IpAddress& address) {
  if (call_.is_trusted || is_proxied_) return true;
  auto verdict = around_.egress.judge(origin_.host, address);
  if (verdict.ok()) return true;
  denied_ = std::move(verdict).error();
  return false;
}

std::size_t Transfer::take_body(const char* data, std::size_t size) {
  const std::size_t room = call_.answer_bytes_max - answer_.body.size();
  is_enough_ = size > room;
  answer_.body.append(data, std::min(size, room));
  return is_enough_ ? 0 : size;  // less than came ends it
}

bool Transfer::take_header(std::string_view line) {
  head_bytes_ += line.size();
  if (head_bytes_ > kHeadBytesMax) return false;
  if (line.starts_with("HTTP/")) {  // of the answer, or of another one that is informational
    answer_.headers.clear();
    has_head_ = false;
    return true;
  }
  const std::string_view content = trim(line);
  if (has_head_) return true;  // what follows the body is not kept
  if (content.empty()) return end_head();
  const bool is_continued = line.front() == ' ' || line.front() == '\t';
  if (is_continued) {
    if (!answer_.headers.empty()) answer_.headers.back().value += " " + std::string(content);
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return true;
  answer_.headers.push_back(
      {std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
  return true;
}

bool Transfer::end_head() {
  has_head_ = true;
  is_enough_ = call_.method == "HEAD" && !call_.body.empty() && status() >= 200;
  return !is_enough_;
}

int Transfer::status() const {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

CURL* Transfer::end(CURLcode code) {
  outcome.emplace(make_outcome(code));
  on_end_();
  return std::exchange(easy_, nullptr);
}

CURL* Transfer::end(Error why) {
  outcome.emplace(std::move(why));
  on_end_();
  return std::exchange(easy_, nullptr);
}

Result<Response> Transfer::make_outcome(CURLcode code) {
  if (code != CURLE_OK && !is_enough_) return explain(code);
  // Curl is content with the first lines of a head that breaks off.
  if (!has_head_) return explain(CURLE_GOT_NOTHING);
  answer_.status = status();
  return std::move(answer_);
}

Error Transfer::explain(CURLcode code) const {
  const std::string whom = place_;
  if (denied_ && !has_opened_) return *denied_;
  // Not told apart: that there is no such name, and that no server of names answered. Both are
  // taken for permanent, as docs/spec/02 §5 has it for a failure of DNS.
  if (code == CURLE_COULDNT_RESOLVE_HOST) {
    return fail(Code::InvalidArgument, "The address of " + whom + " is not found.",
                "SDK_CLIENT_ERROR");
  }
  if (code == CURLE_URL_MALFORMAT) {
    return fail(Code::InvalidArgument, "The URL for " + whom + " is malformed.",
                "SDK_CLIENT_ERROR");
  }
  // Of connecting; that of the whole call is the loop's.
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return fail(Code::Timeout,
                whom + " was not connected to within " +
                    std::to_string(around_.options.connect_timeout.count()) + " ms.",
                "TIMEOUT");
  }
  return fail(Code::Unavailable, whom + " did not answer: " + say_why(code) + ".",
              "CONNECTION_FAILURE");
}

std::string Transfer::say_why(CURLcode code) const {
  long tunnel = 0;
  curl_easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &tunnel);
  if (tunnel >= 300) return "The proxy refused with status " + std::to_string(tunnel);
  const bool has_said = is_of_connection(code) && said_.front() != '\0';
  return has_said ? said_.data() : curl_easy_strerror(code);
}

}  // namespace rialto::http
