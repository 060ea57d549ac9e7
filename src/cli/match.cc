// `rialto match`: many events against many patterns, without a server.
#include <cstdio>
#include <string_view>
#include <utility>

#include "cli/commands.h"
#include "cli/match/cases.h"
#include "cli/match/event_run.h"
#include "cli/match/lines.h"
#include "cli/match/output.h"
#include "cli/match/rules.h"

namespace rialto::cli {
namespace {

// What does not go together, with how to mend it.
Result<> check(const MatchOptions& options) {
  const auto wrong = [](const char* message) { return fail(Code::InvalidArgument, message); };
  if (!options.cases && !options.patterns) {
    return wrong("Name the patterns with --patterns FILE, or the cases with --cases FILE.");
  }
  if (options.cases && (options.patterns || options.events)) {
    return wrong(
        "A case has its own patterns and event: leave out --cases, or --patterns and --events.");
  }
  if (options.cases && (options.threads || options.is_count || options.is_explain)) {
    return wrong("Cases are answered one by one: leave out --jobs, --count and --explain.");
  }
  if (options.is_count && options.is_explain) {
    return wrong("--count shows no events that --explain could say more of: leave out one.");
  }
  if (options.patterns == "-" && options.events.value_or("-") == "-") {
    return wrong("Standard input cannot be both: give --patterns or --events a file.");
  }
  return {};
}

Result<int> match_events(const MatchOptions& options) {
  RIALTO_TRY(BlockReader patterns, BlockReader::open(*options.patterns));
  RIALTO_TRY(BlockReader events, BlockReader::open(options.events.value_or("-")));
  RIALTO_TRY(const Rules rules, read_rules(std::move(patterns)));
  const Answers answers = options.is_count     ? Answers::Nothing
                          : options.is_explain ? Answers::Nearness
                                               : Answers::Ids;
  EventRun run(rules, answers, std::move(events), options.threads.value_or(1), options.is_quiet);
  RIALTO_TRY(const std::uint64_t bad, run.run());
  std::string text;
  for (std::size_t rule = 0; rule < run.counts().size(); ++rule) {
    text += R"({"id":)" + rules.id_json(rule) + R"(,"count":)" +
            std::to_string(run.counts()[rule]) + "}\n";
  }
  RIALTO_TRY_VOID(write_output(text));
  return bad == 0 ? 0 : 1;
}

// At once: whoever asks may wait for the answer before asking more.
Result<> write_answer(std::string& answer) {
  answer += '\n';
  auto written = write_output(answer);
  answer.clear();
  return written;
}

Result<int> answer_cases(const std::string& path) {
  RIALTO_TRY(BlockReader reader, BlockReader::open(path));
  Cases cases;
  Block block;
  bool are_all_cases = true;
  std::string answer;
  for (;;) {
    RIALTO_TRY(const bool is_some, reader.next(block));
    if (!is_some) return are_all_cases ? 0 : 1;
    if (block.is_too_long) {
      are_all_cases = false;
      Cases::refuse(too_long_message(), answer);
      RIALTO_TRY_VOID(write_answer(answer));
    }
    std::string_view text = block.text, line;
    while (take_line(text, line)) {
      if (is_blank(line)) continue;
      are_all_cases &= cases.answer(line, answer);
      RIALTO_TRY_VOID(write_answer(answer));
    }
  }
}

Result<int> match_to_output(const MatchOptions& options) {
  RIALTO_TRY_VOID(check(options));
  ignore_broken_pipes();
  return options.cases ? answer_cases(*options.cases) : match_events(options);
}

}  // namespace

int match(const MatchOptions& options) {
  const auto code = match_to_output(options);
  if (code.ok()) return *code;
  if (code.error().code != Code::Cancelled) {
    std::fprintf(stderr, "rialto match: %s\n", code.error().message.c_str());
  }
  return 2;
}

}  // namespace rialto::cli
