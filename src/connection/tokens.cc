#include "connection/tokens.h"

namespace rialto::connection {

std::optional<Token> Tokens::find(const std::string& arn, TimePoint now) const {
  const std::lock_guard guard(mutex_);
  const auto found = entries_.find(arn);
  if (found == entries_.end() || !found->second.token) return std::nullopt;
  const auto& expires_at = found->second.token->expires_at;
  if (expires_at && *expires_at - now <= kTokenLeftMin) return std::nullopt;
  return found->second.token;
}

void Tokens::keep(const std::string& arn, Token token) {
  const std::lock_guard guard(mutex_);
  entries_[arn].token = std::move(token);
}

void Tokens::reject(const std::string& arn, std::string_view token) {
  const std::lock_guard guard(mutex_);
  const auto found = entries_.find(arn);
  if (found == entries_.end() || !found->second.token) return;
  if (found->second.token->text == token) found->second.token.reset();
}

void Tokens::drop(const std::string& arn) {
  const std::lock_guard guard(mutex_);
  entries_.erase(arn);
}

void Tokens::clear() {
  const std::lock_guard guard(mutex_);
  entries_.clear();
}

std::shared_ptr<net::Turn> Tokens::turn(const std::string& arn) {
  const std::lock_guard guard(mutex_);
  return entries_[arn].turn;
}

}  // namespace rialto::connection
