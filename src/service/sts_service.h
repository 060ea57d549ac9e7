// AWS STS, as far as Rialto has it: who a caller is.
#pragma once

#include "api/sts.h"

namespace rialto::service {

// Any thread.
class StsService final : public api::sts::Sts {
 public:
  Task<Result<api::sts::GetCallerIdentityResponse>> get_caller_identity(
      api::Caller caller, api::sts::GetCallerIdentityRequest input) override;
};

}  // namespace rialto::service
