#include "targets/types/signed_call.h"

namespace rialto::targets {
namespace {

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

 private:
  const Row& row_;
  const std::shared_ptr<AwsClient> client_;
};

}  // namespace

Result<AwsCall> make_call(const Row& row, const Invocation& invocation) {
  AwsCall call{.service = std::string(row.service),
               .account = invocation.target.account,
               .region = invocation.target.region};
  const json::Value* role = invocation.parameters->given.find("RoleArn");
  if (role != nullptr && role->is_string()) call.role_arn = role->as_string();
  RIALTO_TRY_VOID(row.make(call, invocation));
  return call;
}

std::unique_ptr<TargetType> make_signed_call_type(const Row& row,
                                                  std::shared_ptr<AwsClient> client) {
  return std::make_unique<SignedCallType>(row, std::move(client));
}

}  // namespace rialto::targets
