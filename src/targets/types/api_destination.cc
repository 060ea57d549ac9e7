#include "targets/types/api_destination.h"

#include <utility>

#include "net/runtime.h"
#include "targets/types/api_destination_answer.h"
#include "targets/types/api_destination_request.h"
#include "targets/types/slots.h"

namespace rialto::targets {
namespace {

// Whoever would wait longer for its slot is put off instead, and holds no place among the attempts.
constexpr std::chrono::seconds kSlotAheadMax{60};

Error no_such_destination(const model::Arn& arn) {
  return fail(Code::NotFound, "The API destination " + arn.text() + " does not exist.",
              "NO_RESOURCE");
}

class ApiDestinationType final : public TargetType {
 public:
  explicit ApiDestinationType(ApiDestinationServices services)
      : services_(services), slots_(services.clock, kSlotAheadMax) {}

  std::string_view name() const override { return "api-destination"; }

  bool serves(const model::Arn& arn) const override { return model::ApiDestinationRef::names(arn); }

  Task<Outcome> invoke(Invocation invocation) override {
    RIALTO_CO_TRY(const auto ref, model::ApiDestinationRef::from(invocation.target));
    auto destination = services_.destinations.find(ref);
    if (!destination) co_return no_such_destination(invocation.target);
    const auto slot =
        slots_.take(invocation.target.text(), destination->rate, invocation.expires_at);
    if (!slot.is_taken) co_return put_off(*destination, slot.wait);
    if (slot.wait > Millis(0)) {
      co_await net::sleep_for(slot.wait);
      // It may be another one by now.
      destination = services_.destinations.find(ref);
      if (!destination) co_return no_such_destination(invocation.target);
    }
    co_return co_await call(std::move(destination), std::move(invocation));
  }

 private:
  static Outcome put_off(const model::ApiDestination& destination, Millis wait) {
    Outcome outcome(fail(Code::Throttled,
                         "More is owed to the API destination than its " +
                             std::to_string(destination.rate) + " invocations a second.",
                         "THROTTLING"));
    outcome.retry_after = wait;
    outcome.was_called = false;
    return outcome;
  }

  Task<Outcome> call(connection::SharedDestination destination, Invocation invocation) {
    RIALTO_CO_TRY(const auto access,
                  co_await services_.connections.access(destination->connection));
    RIALTO_CO_TRY(auto request, make_request({*destination, access, invocation.parameters->given,
                                              invocation.event->root, invocation.payload,
                                              invocation.event->trace_header}));
    RIALTO_CO_TRY(const auto answer, co_await services_.sender.send(std::move(request)));
    // The next attempt comes with another token.
    if (is_unauthorized(answer.status)) services_.connections.reject(access);
    co_return read_answer(answer, services_.clock.now());
  }

  ApiDestinationServices services_;
  Slots slots_;
};

}  // namespace

std::unique_ptr<TargetType> make_api_destination_type(ApiDestinationServices services) {
  return std::make_unique<ApiDestinationType>(services);
}

}  // namespace rialto::targets
