#include "store/store.h"

#include "net/bridge.h"

namespace rialto::store {

Range prefix_range(std::string_view prefix) {
  std::string to(prefix);
  while (!to.empty() && static_cast<unsigned char>(to.back()) == 0xFF) to.pop_back();
  if (!to.empty()) to.back() = static_cast<char>(static_cast<unsigned char>(to.back()) + 1);
  return Range{std::string(prefix), std::move(to)};
}

Task<Result<>> Store::commit(Batch batch) {
  if (batch.empty()) co_return Result<>();
  co_return co_await net::await_callback<Result<>>(
      [this, batch = std::move(batch)](auto resume) mutable {
        submit(std::move(batch),
               [resume = std::move(resume)](const Result<>& outcome) { resume(outcome); });
      });
}

Task<Result<>> Store::make_backup(std::string directory) {
  co_return co_await net::await_callback<Result<>>([this, directory](auto resume) {
    backup(directory, [resume = std::move(resume)](const Result<>& outcome) { resume(outcome); });
  });
}

}  // namespace rialto::store
