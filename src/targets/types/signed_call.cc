#include "targets/types/signed_call.h"

namespace rialto::targets {
namespace {

AwsCall call_to(const Row& row, const Invocation& invocation) {
  AwsCall call{.service = std::string(row.service),
               .account = invocation.target.account,
               .region = invocation.target.region};
  const json::Value* role = invocation.parameters->given.find("RoleArn");
  if (role != nullptr && role->is_string()) call.role_arn = role->as_string();
  return call;
}

class SignedCallType final : public TargetType {
 public:
  SignedCallType(const Row& row, std::shared_ptr<AwsClient> client)
      : row_(row), client_(std::move(client)) {}

  std::string_view name() const override { return row_.name; }
  bool serves(const model::Arn& arn) const override { return row_.serves(arn); }

  Task<Outcome> invoke(Invocation invocation) override {
    RIALTO_CO_TRY(auto call, make_call(row_, invocation));
    const auto body = co_await client_->send(std::move(call));
    if (body.ok()) co_return row_.judge == nullptr ? Result<>() : row_.judge(*body);
    const bool was_made =
        row_.is_named && invocation.attempt > 1 && body.error().code == Code::AlreadyExists;
    co_return was_made ? Result<>() : Result<>(body.error());
  }

  Batching batching() const override {
    return row_.batch == nullptr ? Batching() : row_.batch->limits;
  }

  Task<std::vector<Outcome>> invoke_batch(std::vector<Invocation> invocations) override {
    if (row_.batch == nullptr) co_return co_await TargetType::invoke_batch(std::move(invocations));
    std::vector<Outcome> outcomes(invocations.size());
    std::vector<std::size_t> places;  // of those that are sent
    json::Array entries;
    for (std::size_t i = 0; i < invocations.size(); ++i) {
      auto entry = row_.batch->make_entry(invocations[i], entries.size());
      if (entry.ok()) {
        entries.push_back(std::move(entry).value());
        places.push_back(i);
      } else {
        outcomes[i] = std::move(entry).error();
      }
    }
    if (entries.empty()) co_return outcomes;
    AwsCall call = call_to(row_, invocations.front());
    row_.batch->make(call, invocations.front().target, std::move(entries));
    const auto body = co_await client_->send(std::move(call));
    // What the service refuses as a whole may be the fault of one: each says for itself.
    if (!body.ok() && body.error().code == Code::InvalidArgument) {
      co_return co_await TargetType::invoke_batch(std::move(invocations));
    }
    auto judged = body.ok() ? row_.batch->judge(*body, places.size())
                            : std::vector<Outcome>(places.size(), Outcome(body.error()));
    for (std::size_t i = 0; i < places.size(); ++i) outcomes[places[i]] = std::move(judged[i]);
    co_return outcomes;
  }

 private:
  const Row& row_;
  const std::shared_ptr<AwsClient> client_;
};

}  // namespace

Result<AwsCall> make_call(const Row& row, const Invocation& invocation) {
  AwsCall call = call_to(row, invocation);
  RIALTO_TRY_VOID(row.make(call, invocation));
  return call;
}

std::unique_ptr<TargetType> make_signed_call_type(const Row& row,
                                                  std::shared_ptr<AwsClient> client) {
  return std::make_unique<SignedCallType>(row, std::move(client));
}

}  // namespace rialto::targets
