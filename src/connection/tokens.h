// The tokens of OAuth connections, in memory only, and who may fetch one: one at a time for each
// connection, so that those who need it together share what comes.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "connection/token.h"
#include "net/turn.h"

namespace rialto::connection {

// A token that ends sooner than that is not used any more (docs/spec/05 §2).
inline constexpr std::chrono::seconds kTokenLeftMin{60};

// By the connection's ARN. Safe to call from any thread.
class Tokens {
 public:
  // A token that is good for a while yet.
  std::optional<Token> find(const std::string& arn, TimePoint now) const;
  void keep(const std::string& arn, Token token);
  // Forgets the token, if it is still that one.
  void reject(const std::string& arn, std::string_view token);
  // Forgets the connection.
  void drop(const std::string& arn);
  void clear();

  // Whose turn it is to fetch.
  std::shared_ptr<net::Turn> turn(const std::string& arn);

 private:
  struct Entry {
    std::optional<Token> token;
    std::shared_ptr<net::Turn> turn = std::make_shared<net::Turn>();
  };

  mutable std::mutex mutex_;              // a leaf
  std::map<std::string, Entry> entries_;  // guarded by mutex_
};

}  // namespace rialto::connection
