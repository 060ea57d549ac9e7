#include "service/sts_service.h"

#include "model/arn.h"

namespace rialto::service {

Task<Result<api::sts::GetCallerIdentityResponse>> StsService::get_caller_identity(
    api::Caller caller, api::sts::GetCallerIdentityRequest) {
  api::sts::GetCallerIdentityResponse answer;
  // A user's id is not its key's at AWS, but as unique.
  answer.user_id = caller.user.empty() ? caller.account : caller.access_key;
  answer.account = caller.account;
  answer.arn = model::user_arn({.account = caller.account, .region = caller.region}, caller.user);
  co_return answer;
}

}  // namespace rialto::service
