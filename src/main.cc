// `rialto`: one binary. `serve` is the server; the other commands are its clients, and pure ones.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>

#include "base/version.h"
#include "cli/commands.h"
#include "server/can_i.h"
#include "server/keys_command.h"
#include "server/options.h"
#include "server/restore.h"
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

// Where a server's files are, for commands that read them: as for `serve`.
void add_places(CLI::App& command, server::Flags& flags, std::string& config_file) {
  for (const char* name : {"data-dir", "access-keys-file", "secrets-key-file"}) {
    command
        .add_option_function<std::string>(
            std::string("--") + name,
            [&flags, name](const std::string& text) { flags[name] = text; }, "As for rialto serve.")
        ->type_name("PATH");
  }
  command.add_option("--config", config_file, "The server's TOML file.")->envname("RIALTO_CONFIG");
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
  connection.keys = server::environment_keys();
  command.add_option("--endpoint", connection.endpoint, "The server.")
      ->capture_default_str()
      ->envname("RIALTO_ENDPOINT");
  command.add_option("--account", connection.account,
                     "Whose buses; if not given, those of the access key in AWS_ACCESS_KEY_ID.");
  command
      .add_option("--ca-file", connection.ca_file,
                  "Whom to believe that a server with TLS is who it says (PEM).")
      ->envname("AWS_CA_BUNDLE");
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
      "explain",
      "Tell which conditions of a pattern an event meets, or which rules of a server's "
      "bus it matches or nearly matches. Exits with 1 for no match.");
  add_connection(*command, options.connection);
  command->add_option("--pattern", options.pattern, "The event pattern: JSON, or @FILE.");
  command->add_option("--bus", options.bus,
                      "Instead of a pattern: a server's event bus, by name or ARN.");
  command->add_option("--event", options.event, "The event: JSON, or @FILE.")->required();
  command->add_flag("--json", options.is_json, "Answer as JSON.");
  command->callback([&options, &code] { code = cli::explain(options); });
}

void add_tail(CLI::App& app, cli::TailOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "tail", "Show the events of a bus as they pass, and which rules they match.");
  add_connection(*command, options.connection);
  command->add_option("bus", options.bus, "The event bus, by name or ARN.")->required();
  command->add_option("--pattern", options.pattern,
                      "Only events that match this event pattern: JSON, or @FILE.");
  command->add_option("--count", options.count, "End after that many events.")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000'000));
  command->add_flag("--json", options.is_json, "JSON lines, with the whole events.");
  command->footer(
      R"(With --json, which is what GET /_rialto/tail?bus=BUS answers, each line is one of
  {"Bus":"arn:...","Rules":["a","b"],"Event":{...}}
  {"Lost":12}        that many passed by here, more quickly than they were read)");
  command->callback([&options, &code] { code = cli::tail(options); });
}

void add_trace(CLI::App& app, cli::TraceOptions& options, int& code) {
  CLI::App* command = app.add_subcommand("trace", "Tell what became of an event.");
  add_connection(*command, options.connection);
  command->add_option("event", options.event_id, "The event's id.")->required();
  command->add_flag("--json", options.is_json, "Answer as JSON.");
  command->footer(
      R"(With --json, the answer of GET /_rialto/trace?id=EVENT: {"EventId":"...","Steps":[...]},
where each step has its Time and is one of
  received, unknown-bus             by a Bus; MatchedRules
  queued, owed                      for the Target of a Rule; the MessageId
  delivered, failed                 an Attempt; DurationMs, Code, Message, NextAttempt
  dead-lettered, dropped            given up; Retries, Code, Message, DeadLetterQueue or Why)");
  command->callback([&options, &code] { code = cli::trace(options); });
}

void add_targets(CLI::App& app, cli::TargetsOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "targets", "Show where events can go: each type of target, and the endpoint it calls.");
  add_connection(*command, options.connection);
  command->add_flag("--json", options.is_json, "Answer as JSON.");
  command->callback([&options, &code] { code = cli::targets(options); });
}

constexpr const char* kMatchFooter =
    R"(A line of PATTERNS is a pattern, whose id is then the number of its line, or has an id:
  {"source": ["shop"]}
  {"id": 7, "pattern": {"source": ["shop"]}}     the id a number or a string

A line of EVENTS is an event, a JSON object. For each, one line of output: the ids of the patterns
that match, in order; null for a line that is no event, of which standard error says more.
  [7,9]
  {"matched":[7],"near":[{"id":9,"path":"detail.state","condition":["new"],"found":["old"]}]}
                                                 with --explain
  {"id":7,"count":12}                            with --count: a line for each pattern, at the end

A line of CASES brings its own patterns, and pattern and event as strings, so that malformed ones
can be asked about. Each is answered at once, for programs that ask through a pipe.
  {"rules": {"a": "{\"source\": [\"shop\"]}", "b": "{}"}, "event": "{\"source\": \"shop\"}"}
  {"matched":["a"],"errors":{"b":"Event pattern is not valid. Reason: ..."}}
  {"event_error":"..."}                          the event is none
  {"case_error":"..."}                           the line is no case

Blank lines are passed over. Exit code: 0; 1 when a line was no event, or no case; 2 when the work
could not be done, such as for a pattern that is not valid.

Examples:
  rialto match --patterns rules.jsonl --events events.jsonl
  zcat events.gz | rialto match --patterns rules.jsonl --count -j 0)";

void add_match(CLI::App& app, cli::MatchOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "match", "Tell which patterns each event of a file matches, without a server.");
  const auto add_file = [command](const char* name, auto& path, const char* summary) {
    command->add_option(name, path, summary)->type_name("FILE|-");
  };
  add_file("--patterns", options.patterns, "The patterns, one a line.");
  add_file("--events", options.events, "The events, one a line; standard input if not given.");
  add_file("--cases", options.cases, "Instead of both: cases, one a line.");
  command
      ->add_option("-j,--jobs", options.threads,
                   "Threads; 1 if not given, 0 is one for each core. Output stays in order.")
      ->type_name("N")
      ->check(CLI::Range(0, 256));
  command->add_flag("--count", options.is_count,
                    "Print only how many events each pattern matches, at the end.");
  command->add_flag("--explain", options.is_explain,
                    "Tell also which patterns nearly match, at most 10 an event. Slow.");
  command->add_flag("-q,--quiet,--no-progress", options.is_quiet,
                    "No progress on standard error; errors are told all the same.");
  command->footer(kMatchFooter);
  command->callback([&options, &code] { code = cli::match(options); });
}

constexpr const char* kReplayFooter =
    R"(Waits for the end of the replay, and tells how many events were put again. Exit code: 0; 1
for a replay that did not complete, or without the event that was named; 2 when it did not start.

Examples:
  rialto replay orders --from 2026-01-15T12:00:00Z --to 2026-01-15T13:00:00Z
  rialto replay orders --event 3f7a1c52-8e04-4b6d-9f3e-2d1b5a7c9e10 --rule invoices
  rialto replay orders --rate 100
  rialto replay orders --original-pace)";

void add_replay(CLI::App& app, cli::ReplayOptions& options, int& code) {
  CLI::App* command =
      app.add_subcommand("replay", "Put the events of an archive on their bus again.");
  add_connection(*command, options.connection);
  command->add_option("archive", options.archive, "The archive, by name.")->required();
  command->add_option("--name", options.name, "The replay's name, for DescribeReplay and others.");
  command
      ->add_option("--from", options.from,
                   "The time of the first event; the archive's if not given.")
      ->type_name("TIME");
  command->add_option("--to", options.to, "The time of the last event, included.")
      ->type_name("TIME");
  command->add_option("--event", options.event, "Only the event of this id.")->type_name("ID");
  command
      ->add_option("--rule", options.rules, "Only this rule may see the events; may be repeated.")
      ->type_name("NAME");
  command->add_option("--rate", options.events_per_second, "So many events a second.")
      ->check(CLI::Range(1, 1'000'000));
  command->add_flag("--original-pace", options.keeps_pace,
                    "As far apart as the events were accepted.");
  command->add_flag("--no-wait", options.is_detached, "End when the replay has begun.");
  command->footer(kReplayFooter);
  command->callback([&options, &code] { code = cli::replay(options); });
}

void add_backup(CLI::App& app, cli::BackupOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "backup",
      "Copy all that a running server keeps into a directory on its machine, as of one moment. "
      "The files are shared with the server's as long as they are on the same disk.");
  add_connection(*command, options.connection);
  command->add_option("DIR", options.directory, "Empty, or not there.")->required();
  command->callback([&options, &code] { code = cli::backup(options); });
}

struct RestoreArguments {
  std::string from;
  std::string to;
};

void add_restore(CLI::App& app, RestoreArguments& arguments, int& code) {
  CLI::App* command =
      app.add_subcommand("restore", "Make a data directory of a backup. No server is needed.");
  command->add_option("DIR", arguments.from, "What `rialto backup` made.")->required();
  command->add_option("--data-dir", arguments.to, "Empty, or not there.")->required();
  command->callback([&arguments, &code] {
    const rialto::Result<> outcome = server::restore(arguments.from, arguments.to);
    if (outcome.ok()) {
      std::printf("Restored. Start the server: rialto serve --data-dir %s\n", arguments.to.c_str());
    } else {
      std::fprintf(stderr, "rialto restore: %s\n", outcome.error().message.c_str());
      code = 1;
    }
  });
}

constexpr const char* kKeysFooter =
    R"text(Access keys are what requests are signed with, where auth = "sigv4". They are in a file
with sealed secrets, which a running server reads again when it has changed.

Examples:
  eval "$(rialto keys create --account 111122223333)"
  rialto keys create --account 111122223333 --user ci --policy ci.json --json
  rialto keys disable AKIA3EXAMPLE)text";

void add_policies(CLI::App& command, server::KeysArguments& arguments) {
  command
      .add_option("--policy", arguments.policy_files,
                  "A file with a policy in IAM's language, - is standard input; may be repeated. "
                  "Without any, the key may do whatever its account may.")
      ->type_name("FILE");
}

void add_new_key(CLI::App& command, server::KeysArguments& arguments) {
  command.add_option("--account", arguments.account, "Whose key it is, 12 digits.")->required();
  command.add_option("--user", arguments.user, "The user of the account; its root if not given.");
  command.add_option("--id", arguments.id, "The key's id; a random one if not given.");
  command
      .add_option("--secret-file", arguments.secret_file,
                  "A file with the secret, - is standard input; a random one if not given.")
      ->type_name("FILE");
  command.add_flag("--admin", arguments.is_admin,
                   "It may also back up the server, see its state, and more of that kind, of all "
                   "accounts.");
  command
      .add_option_function<std::int64_t>(
          "--valid-for",
          [&arguments](const std::int64_t& seconds) {
            arguments.valid_for = std::chrono::seconds(seconds);
          },
          "A key with a session token, which ends after so long.")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 31'536'000));
  add_policies(command, arguments);
  command.add_flag("--json", arguments.is_json,
                   "Answer as credential_process of an AWS profile does.");
}

void add_keys(CLI::App& app, server::KeysArguments& arguments, int& code) {
  CLI::App* keys = app.add_subcommand("keys", "Make, show and change access keys.");
  keys->require_subcommand(1);
  keys->footer(kKeysFooter);
  const auto add = [&](const char* name, const char* summary, auto run) {
    CLI::App* command = keys->add_subcommand(name, summary);
    add_places(*command, arguments.flags, arguments.config_file);
    command->callback([&arguments, &code, run] { code = run(arguments); });
    return command;
  };
  const auto add_of_one = [&](const char* name, const char* summary, auto run) {
    CLI::App* command = add(name, summary, run);
    command->add_option("KEY", arguments.id, "The key's id.")->required();
    return command;
  };
  add_new_key(*add("create", "Make a key, and show its secret this once.", server::create_key),
              arguments);
  add("list", "Show all keys, without their secrets.", server::list_keys)
      ->add_flag("--json", arguments.is_json, "A line of JSON for each.");
  add_of_one("disable", "Let nobody in with the key.",
             [](const server::KeysArguments& of) { return server::enable_key(of, false); });
  add_of_one("enable", "Undo that.",
             [](const server::KeysArguments& of) { return server::enable_key(of, true); });
  add_of_one("delete", "Forget the key.", server::delete_key);
  add_policies(*add_of_one("set-policies", "Replace the key's policies.", server::set_key_policies),
               arguments);
}

void add_can_i(CLI::App& app, server::CanIArguments& arguments, int& code) {
  CLI::App* command = app.add_subcommand(
      "can-i", "Tell whether an access key may do something, and which statement decides.");
  add_places(*command, arguments.flags, arguments.config_file);
  command->add_option("--key", arguments.key, "The key's id.")->required();
  command->add_option("--action", arguments.action, "Such as events:PutEvents.")->required();
  command->add_option("--resource", arguments.resource, "An ARN, or *.")->required();
  command
      ->add_option("--context", arguments.context,
                   "What conditions may ask, such as events:source=app; may be repeated.")
      ->type_name("KEY=VALUE");
  command
      ->add_option("--bus-policy", arguments.bus_policy_file,
                   "The policy of the bus, as DescribeEventBus answers it; - is standard input.")
      ->type_name("FILE");
  command->footer("Exit code: 0, it may; 1, it may not; 2, there is no answer.");
  command->callback([&arguments, &code] { code = server::can_i(arguments); });
}

// What every measurement takes.
void add_load(CLI::App& command, cli::BenchOptions& options) {
  add_connection(command, options.connection);
  command.add_option("--connections", options.connections, "Calls of PutEvents in flight.")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  command.add_option("--entries", options.entries, "Entries of a call.")
      ->capture_default_str()
      ->check(CLI::Range(1, 10));
  command.add_option("--bytes", options.entry_bytes, "Bytes of an entry's detail.")
      ->capture_default_str()
      ->check(CLI::Range(100, 100'000));
  command.add_flag_callback(
      "--json", [&options] { options.format = cli::BenchFormat::Json; }, "Answer as JSON.");
  command.add_flag_callback(
      "--csv", [&options] { options.format = cli::BenchFormat::Csv; },
      "Answer as a line of names and a line of numbers.");
}

void add_duration(CLI::App& command, cli::BenchOptions& options) {
  command
      .add_option_function<std::int64_t>(
          "--seconds",
          [&options](const std::int64_t& seconds) {
            options.duration = std::chrono::seconds(seconds);
          },
          "How long; 10 if not given.")
      ->check(CLI::Range(1, 3600));
  command
      .add_option("--rate", options.rate,
                  "Events a second, sent whether or not earlier ones are answered, so that "
                  "latencies are honest; as fast as they are answered if not given.")
      ->check(CLI::PositiveNumber);
}

void add_consumers(CLI::App& command, cli::BenchOptions& options) {
  command.add_option("--consumers", options.consumers, "Calls in flight that receive or delete.")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
}

void add_sink_port(CLI::App& command, cli::BenchOptions& options) {
  command.add_option("--port", options.port, "Of the target that the command plays, on 127.0.0.1.");
}

void add_to(CLI::App& command, cli::BenchOptions& options) {
  static const std::map<std::string, cli::BenchTarget> kTargets{
      {"queue", cli::BenchTarget::Queue},
      {"http", cli::BenchTarget::Http},
      {"sqs", cli::BenchTarget::Sqs},
      {"kinesis", cli::BenchTarget::Kinesis}};
  command
      .add_option("--to", options.to,
                  "What events are delivered to: a built-in `queue`; or what the command plays: "
                  "`http`, an API destination; `sqs` or `kinesis`, which the server's endpoint map "
                  "has to lead to --port.")
      ->transform(CLI::CheckedTransformer(kTargets).description(""));
  add_sink_port(command, options);
}

void add_bench(CLI::App& app, cli::BenchOptions& options, int& code) {
  CLI::App* bench = app.add_subcommand("bench", "Measure a running server.");
  bench->require_subcommand(1);
  CLI::App* put = bench->add_subcommand("put", "Put events that a rule sends to a queue.");
  add_load(*put, options);
  add_duration(*put, options);
  put->add_flag("--unmatched", options.is_unmatched,
                "The rule matches none of the events, which go nowhere.");
  put->add_flag("--yardstick", options.is_yardstick,
                "The endpoint is no Rialto: send the same requests, count the answers.");
  put->callback([&options, &code] { code = cli::bench_put(options); });
  CLI::App* deliver =
      bench->add_subcommand("deliver",
                            "Receive and delete what lies in a built-in queue; or put events "
                            "for another target and have them delivered.");
  add_load(*deliver, options);
  add_consumers(*deliver, options);
  deliver->add_option("--messages", options.messages, "How many; they are put beforehand.")
      ->capture_default_str()
      ->check(CLI::Range(10, 100'000'000));
  add_to(*deliver, options);
  deliver->callback([&options, &code] { code = cli::bench_deliver(options); });
  CLI::App* both = bench->add_subcommand(
      "e2e", "Put events and receive them at the same time; how long each was on its way.");
  add_load(*both, options);
  add_duration(*both, options);
  add_consumers(*both, options);
  add_to(*both, options);
  both->callback([&options, &code] { code = cli::bench_end_to_end(options); });
  CLI::App* sink =
      bench->add_subcommand("sink", "Play the targets of --to, for other load generators.");
  add_sink_port(*sink, options);
  sink->callback([&options, &code] { code = cli::bench_sink(options.port); });
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
  cli::MatchOptions match_options;
  cli::TailOptions tail_options;
  cli::TraceOptions trace_options;
  cli::TargetsOptions targets_options;
  cli::ReplayOptions replay_options;
  cli::BenchOptions bench_options;
  add_serve(app, serve_arguments, code);
  add_put(app, put_options, code);
  add_explain(app, explain_options, code);
  add_match(app, match_options, code);
  add_tail(app, tail_options, code);
  add_trace(app, trace_options, code);
  add_targets(app, targets_options, code);
  add_replay(app, replay_options, code);
  cli::BackupOptions backup_options;
  RestoreArguments restore_arguments;
  add_backup(app, backup_options, code);
  add_restore(app, restore_arguments, code);
  server::KeysArguments keys_arguments;
  server::CanIArguments can_i_arguments;
  add_keys(app, keys_arguments, code);
  add_can_i(app, can_i_arguments, code);
  add_bench(app, bench_options, code);
  app.add_subcommand("operations", "List AWS's operations, and which of them there are.")
      ->callback([&code] { code = cli::operations(); });
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
