#include "service/page.h"

#include "base/crypto/digest.h"

namespace rialto::service {
namespace {

constexpr std::size_t kSealBytes = 8;

}  // namespace

Result<Page> Page::open(const PageRequest& request) {
  Page page;
  std::string bound(request.list);
  bound += '\0';
  bound += request.filter;
  page.seal_ = crypto::sha256(bound).substr(0, kSealBytes);
  page.left_ = request.limit.value_or(kPageMax);
  if (!request.token) return page;
  const auto token = crypto::from_base64(*request.token);
  if (!token || !token->starts_with(page.seal_) || token->size() == kSealBytes) {
    return fail(Code::InvalidArgument,
                "Parameter NextToken is not valid. Reason: It is not a token that this list gave "
                "for the same parameters.");
  }
  page.after_ = token->substr(kSealBytes);
  return page;
}

bool Page::takes(std::string_view name) {
  if (name <= after_ && !after_.empty()) return false;
  if (left_ == 0) {
    if (!next_token_) next_token_ = crypto::base64(seal_ + last_);
    return false;
  }
  --left_;
  last_ = name;
  return true;
}

}  // namespace rialto::service
