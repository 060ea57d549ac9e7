#include "front/own_endpoints.h"

#include <algorithm>

#include "front/answer.h"
#include "front/host.h"
#include "json/number.h"
#include "json/read.h"
#include "model/arn.h"

namespace rialto::front {
namespace {

constexpr std::string_view kRialtoHeader = "X-Rialto-Request";

std::string take_field(const aws::Form& query, std::string_view name, std::string otherwise = {}) {
  const std::string* found = aws::find_field(query, name);
  return found == nullptr ? std::move(otherwise) : *found;
}

http::Response answer(const Result<json::Value>& outcome) {
  return outcome.ok() ? json_response(200, *outcome) : error_response(outcome.error());
}

http::Response answer(const Result<>& outcome) {
  return outcome.ok() ? json_response(200, json::Object{}) : error_response(outcome.error());
}

}  // namespace

std::span<const OwnEndpoints::Row> OwnEndpoints::rows() {
  using enum Row::For;
  static constexpr Row kRows[] = {
      {"GET", "/_rialto/status", "rialto:Status", Admins, false, &OwnEndpoints::status},
      {"POST", "/_rialto/events", "rialto:PutEnvelopes", Bus, false, &OwnEndpoints::put_envelopes},
      {"POST", "/_rialto/explain", "rialto:Explain", Bus, false, &OwnEndpoints::explain},
      {"GET", "/_rialto/trace", "rialto:Trace", Admins, false, &OwnEndpoints::trace},
      {"GET", "/_rialto/tail", "rialto:Tail", Bus, false, &OwnEndpoints::tail},
      {"GET", "/_rialto/targets", "rialto:Targets", Account, false, &OwnEndpoints::targets},
      {"POST", "/_rialto/replay", "rialto:StartReplay", Account, false,
       &OwnEndpoints::start_replay},
      {"GET", "/_rialto/replay", "rialto:DescribeReplay", Account, false,
       &OwnEndpoints::describe_replay},
      {"POST", "/_rialto/backup", "rialto:Backup", Admins, false, &OwnEndpoints::backup},
      {"POST", "/_rialto/reset", "rialto:Reset", Admins, true, &OwnEndpoints::reset},
      {"POST", "/_rialto/clock", "rialto:AdvanceClock", Admins, true, &OwnEndpoints::advance_clock},
  };
  return kRows;
}

std::optional<http::Response> OwnEndpoints::check_host(const http::Request& request) const {
  if (!options_.takes_any_host && !is_loopback_host(request.header("Host"))) {
    return error_response(403, "The Host header must name this machine (localhost, 127.0.0.1).");
  }
  return std::nullopt;
}

std::optional<http::Response> OwnEndpoints::check_browser(const http::Request& request) const {
  if (gate_.checks_signatures()) return std::nullopt;  // a page has no access key
  if (auto refused = check_host(request)) return refused;
  if (request.header(kRialtoHeader) != "1") {
    return error_response(403, "Send the header " + std::string(kRialtoHeader) +
                                   ": 1. It keeps web pages from calling this endpoint.");
  }
  return std::nullopt;
}

Task<http::Response> OwnEndpoints::handle(http::Request request) {
  if (auto refused = check_browser(request)) co_return *std::move(refused);
  const auto row = std::ranges::find_if(rows(), [&request](const Row& each) {
    return each.path == request.path() && each.method == request.method;
  });
  if (row == rows().end()) {
    co_return error_response(404, "There is no such endpoint: " + request.method + " " +
                                      std::string(request.path()) + ".");
  }
  if (row->is_for_dev && !options_.is_dev) {
    const bool is_clock = row->path == "/_rialto/clock";
    co_return error_response(403, is_clock
                                      ? "Only the clock of a server with dev = true can be moved."
                                      : "Only a server with dev = true can be emptied.");
  }
  auto ask = admit(std::move(request), *row);
  if (!ask.ok()) co_return error_response(ask.error());
  co_return co_await (this->*row->handle)(std::move(ask).value());
}

Result<OwnEndpoints::Ask> OwnEndpoints::admit(http::Request request, const Row& row) const {
  RIALTO_TRY(const Asker asker, gate_.admit(view_of(request), kSigningName));
  RIALTO_TRY(const aws::Form query, aws::parse_form(request.query()));
  Ask ask;
  ask.caller = asker.caller;
  ask.caller.account = take_field(query, "account", asker.caller.account);
  ask.caller.region = take_field(query, "region", asker.caller.region);
  if (!model::is_account_id(ask.caller.account) || !model::is_region(ask.caller.region)) {
    return fail(Code::InvalidArgument, "'account' takes 12 digits, 'region' a Region's name.");
  }
  ask.bus = take_field(query, "bus");
  ask.name = take_field(query, "name", take_field(query, "id"));
  if (const std::string* pattern = aws::find_field(query, "pattern")) ask.pattern = *pattern;
  RIALTO_TRY_VOID(permit(asker, ask, row));
  ask.request = std::move(request);
  return ask;
}

Result<> OwnEndpoints::permit(const Asker& asker, const Ask& ask, const Row& row) const {
  if (asker.is_admin) return {};
  std::optional<std::string> named;
  if (!ask.bus.empty()) named = ask.bus;
  RIALTO_TRY(const auto bus, model::BusRef::parse(named, {.account = ask.caller.account,
                                                          .region = ask.caller.region}));
  const std::string& own = asker.caller.account;
  if (row.is_for == Row::For::Admins || ask.caller.account != own || bus.account != own) {
    return fail(Code::AccessDenied,
                "The access key " + asker.caller.access_key +
                    " may ask this of its own account's buses only; an admin's key "
                    "(`rialto keys create --admin`) may ask all.");
  }
  const bool is_of_bus = row.is_for == Row::For::Bus;
  return gate_.permit(asker.caller, std::string(row.action), is_of_bus ? bus.arn() : "*");
}

Task<http::Response> OwnEndpoints::status(Ask) { co_return json_response(200, port_.status()); }

Task<http::Response> OwnEndpoints::put_envelopes(Ask ask) {
  auto envelopes = json::read_items(ask.request.body);
  if (!envelopes.ok()) co_return error_response(envelopes.error());
  const auto count = co_await port_.put_envelopes(std::move(ask.caller), std::move(ask.bus),
                                                  std::move(envelopes).value());
  if (!count.ok()) co_return error_response(count.error());
  co_return json_response(200, json::Object{{"Accepted", static_cast<std::int64_t>(*count)}});
}

Task<http::Response> OwnEndpoints::explain(Ask ask) {
  auto event = json::parse(ask.request.body);
  if (!event.ok()) co_return error_response(event.error());
  if (!event->is_object()) co_return error_response(400, "An event is a JSON object.");
  co_return answer(
      co_await port_.explain(std::move(ask.caller), std::move(ask.bus), std::move(event).value()));
}

Task<http::Response> OwnEndpoints::trace(Ask ask) {
  if (ask.name.empty()) co_return error_response(400, "'id' takes an event's id.");
  co_return answer(port_.trace(std::move(ask.name)));
}

Task<http::Response> OwnEndpoints::targets(Ask ask) {
  co_return json_response(200, co_await port_.targets(std::move(ask.caller)));
}

Task<http::Response> OwnEndpoints::tail(Ask ask) {
  auto stream =
      co_await port_.tail(std::move(ask.caller), std::move(ask.bus), std::move(ask.pattern));
  if (!stream.ok()) co_return error_response(stream.error());
  http::Response response{200, {{"Content-Type", "application/x-ndjson"}}, {}};
  response.stream = std::move(stream).value();
  co_return response;
}

Task<http::Response> OwnEndpoints::start_replay(Ask ask) {
  auto asked = json::parse(ask.request.body);
  if (!asked.ok()) co_return error_response(asked.error());
  co_return answer(co_await port_.start_replay(std::move(ask.caller), std::move(asked).value()));
}

Task<http::Response> OwnEndpoints::describe_replay(Ask ask) {
  co_return answer(port_.describe_replay(ask.caller, ask.name));
}

Task<http::Response> OwnEndpoints::backup(Ask ask) {
  const auto input = json::parse(ask.request.body);
  if (!input.ok()) co_return error_response(input.error());
  const json::Value* directory = input->find("Directory");
  if (directory == nullptr || !directory->is_string() || !directory->as_string().starts_with('/')) {
    co_return error_response(400, "'Directory' takes an absolute path on the server's machine.");
  }
  co_return answer(co_await port_.backup(directory->as_string()));
}

Task<http::Response> OwnEndpoints::reset(Ask) { co_return answer(co_await port_.reset()); }

Task<http::Response> OwnEndpoints::advance_clock(Ask ask) {
  const auto body = json::parse(ask.request.body);
  if (!body.ok()) co_return error_response(body.error());
  const json::Value* by = body->is_object() ? body->find("advance_seconds") : nullptr;
  const auto seconds = by != nullptr && by->is_number() ? json::to_int64(by->number_text())
                                                        : std::optional<std::int64_t>();
  if (!seconds || *seconds < 0) {
    co_return error_response(400,
                             "Send {\"advance_seconds\": N}, a whole number that is not negative.");
  }
  const auto now = port_.advance_clock(std::chrono::seconds(*seconds));
  if (!now.ok()) co_return error_response(now.error());
  co_return json_response(200, json::Object{{"Now", to_iso_millis(*now)}});
}

}  // namespace rialto::front
