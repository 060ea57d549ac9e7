#include "service/sts_service.h"

#include "model/arn.h"

namespace rialto::service {

// An access key is as good as its account's root: there are no users yet.
Task<Result<api::sts::GetCallerIdentityResponse>> StsService::get_caller_identity(
    api::Caller caller, api::sts::GetCallerIdentityRequest) {
  api::sts::GetCallerIdentityResponse answer;
  answer.user_id = caller.account;
  answer.account = caller.account;
  answer.arn = "arn:" + std::string(model::partition_of(caller.region)) +
               ":iam::" + caller.account + ":root";
  co_return answer;
}

}  // namespace rialto::service
