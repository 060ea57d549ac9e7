// `rialto`: one binary. `serve` is the server; the other commands are its clients, and pure ones.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "base/version.h"
#include "cli/commands.h"
#include "server/options.h"
#include "server/server.h"

namespace {

namespace cli = rialto::cli;
namespace server = rialto::server;

// What the shell is told of a command line that makes no sense; the commands themselves say 2 too
// of what they could not try.
constexpr int kUsageError = 2;

struct ServeArguments {
  server::Flags flags;
  std::string config_file;
  bool prints_config = false;
};

int serve(const ServeArguments& arguments) {
  std::optional<std::string> file;
  if (!arguments.config_file.empty()) file = arguments.config_file;
  auto options = server::load_options(arguments.flags, file);
  if (options.ok() && arguments.prints_config) {
    std::fputs(server::print_options(*options).c_str(), stdout);
    return 0;
  }
  const rialto::Result<> outcome =
      options.ok() ? server::serve(std::move(options).value()) : options.error();
  if (outcome.ok()) return 0;
  std::fprintf(stderr, "rialto serve: %s\n", outcome.error().message.c_str());
  return 1;
}

void add_serve(CLI::App& app, ServeArguments& arguments, int& code) {
  CLI::App* command = app.add_subcommand("serve", "Run the server.");
  for (const server::OptionRow& row : server::option_rows()) {
    const std::string name(row.name);
    const std::string flag = "--" + name;
    if (row.value.empty()) {
      command->add_flag_callback(
          flag, [&arguments, name] { arguments.flags[name] = "true"; }, std::string(row.summary));
    } else {
      command
          ->add_option_function<std::string>(
              flag, [&arguments, name](const std::string& text) { arguments.flags[name] = text; },
              std::string(row.summary))
          ->type_name(std::string(row.value));
    }
  }
  command->add_option("--config", arguments.config_file, "A TOML file with options.")
      ->envname("RIALTO_CONFIG");
  command->add_flag("--print-config", arguments.prints_config,
                    "Print the options that would be in force, as TOML, and end.");
  command->callback([&arguments, &code] { code = serve(arguments); });
}

void add_connection(CLI::App& command, cli::Connection& connection) {
  command.add_option("--endpoint", connection.endpoint, "The server.")
      ->capture_default_str()
      ->envname("RIALTO_ENDPOINT");
  command.add_option("--account", connection.account, "Whose buses.")->capture_default_str();
  command.add_option("--region", connection.region, "The Region.")
      ->capture_default_str()
      ->envname("AWS_REGION");
}

void add_put(CLI::App& app, cli::PutOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "put", "Put events: one from the options, or entries and envelopes from a file.");
  add_connection(*command, options.connection);
  command->add_option("--bus", options.bus, "The event bus, by name or ARN.");
  command->add_option("--source", options.source, "The source of one event.");
  command->add_option("--detail-type", options.detail_type, "Its detail-type.");
  command->add_option("--detail", options.detail, "Its detail, a JSON object.");
  command
      ->add_option("file", options.file,
                   "JSON: an entry or envelope, an array of them, or one a line; - is standard "
                   "input.")
      ->capture_default_str();
  command->callback([&options, &code] { code = cli::put(options); });
}

void add_explain(CLI::App& app, cli::ExplainOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "explain", "Tell which conditions of a pattern an event meets. Exits with 1 for no match.");
  command->add_option("--pattern", options.pattern, "The event pattern: JSON, or @FILE.")
      ->required();
  command->add_option("--event", options.event, "The event: JSON, or @FILE.")->required();
  command->add_flag("--json", options.is_json, "Answer as JSON.");
  command->callback([&options, &code] { code = cli::explain(options); });
}

void add_bench(CLI::App& app, cli::BenchOptions& options, int& code) {
  CLI::App* bench = app.add_subcommand("bench", "Measure a running server.");
  bench->require_subcommand(1);
  CLI::App* command = bench->add_subcommand("put", "Put events as fast as the server takes them.");
  add_connection(*command, options.connection);
  command
      ->add_option_function<std::int64_t>(
          "--seconds",
          [&options](const std::int64_t& seconds) {
            options.duration = std::chrono::seconds(seconds);
          },
          "How long; 10 if not given.")
      ->check(CLI::Range(1, 3600));
  command->add_option("--connections", options.connections, "Calls in flight.")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  command->add_option("--entries", options.entries, "Entries of a call.")
      ->capture_default_str()
      ->check(CLI::Range(1, 10));
  command->add_option("--bytes", options.entry_bytes, "Bytes of an entry's detail.")
      ->capture_default_str()
      ->check(CLI::Range(100, 100'000));
  command->add_flag("--json", options.is_json, "Answer as JSON.");
  command->add_flag("--yardstick", options.is_yardstick,
                    "The endpoint is no Rialto: send the same requests, count the answers.");
  command->callback([&options, &code] { code = cli::bench_put(options); });
}

// Runs the command that is named; 0 unless the command line makes no sense.
int parse(CLI::App& app, int argc, char** argv) {
  CLI11_PARSE(app, argc, argv);
  return 0;
}

bool has_command(const CLI::App& app, const std::string& name) {
  return std::ranges::any_of(app.get_subcommands({}), [&name](const CLI::App* command) {
    return command->check_name(name);
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Rialto: an event bus that speaks Amazon EventBridge's protocols.", "rialto");
  app.require_subcommand(1);
  app.set_version_flag("--version", "rialto " + std::string(rialto::kVersion));
  int code = 0;
  ServeArguments serve_arguments;
  cli::PutOptions put_options;
  cli::ExplainOptions explain_options;
  cli::BenchOptions bench_options;
  add_serve(app, serve_arguments, code);
  add_put(app, put_options, code);
  add_explain(app, explain_options, code);
  add_bench(app, bench_options, code);
  app.add_subcommand("version", "Print the version.")->callback([] {
    std::printf("rialto %s\n", std::string(rialto::kVersion).c_str());
  });
  std::string help = "--help";
  if (argc == 2 && std::string_view(argv[1]) == "help") argv[1] = help.data();
  // Asked for a command that it does not have, CLI11 would only say that one is wanted.
  if (argc > 1 && argv[1][0] != '-' && !has_command(app, argv[1])) {
    std::fprintf(stderr, "rialto: There is no command '%s'. `rialto --help` lists them.\n",
                 argv[1]);
    return kUsageError;
  }
  return parse(app, argc, argv) == 0 ? code : kUsageError;
}
