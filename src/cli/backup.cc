#include <cstdio>
#include <filesystem>

#include "cli/api_client.h"
#include "cli/commands.h"
#include "json/write.h"

namespace rialto::cli {
namespace {

Task<Result<>> ask_server(BackupOptions options) {
  RIALTO_CO_TRY(auto client, ApiClient::make(options.connection));
  const json::Value input{json::Object{{"Directory", options.directory}}};
  RIALTO_CO_TRY(const auto answer,
                co_await client.ask("POST", "/_rialto/backup", json::write(input)));
  co_return Result<>();
}

Task<int> ask_and_report(BackupOptions options) {
  const Result<> outcome = co_await ask_server(options);
  if (outcome.ok()) {
    std::printf("Everything is in %s. Copy it to another disk; `rialto restore` brings it back.\n",
                options.directory.c_str());
    co_return 0;
  }
  std::fprintf(stderr, "rialto backup: %s\n", outcome.error().message.c_str());
  co_return 1;
}

}  // namespace

int backup(const BackupOptions& options) {
  BackupOptions absolute = options;
  std::error_code problem;
  absolute.directory = std::filesystem::absolute(options.directory, problem).lexically_normal();
  if (problem) absolute.directory = options.directory;
  return run(ask_and_report(std::move(absolute)));
}

}  // namespace rialto::cli
