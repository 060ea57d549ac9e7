#include "cli/match/matcher.h"

#include <algorithm>
#include <utility>

#include "json/write.h"

namespace rialto::cli {
namespace {

constexpr std::size_t kSpillBytes = 4U << 20;

}  // namespace

Matcher::Matcher(const Rules& rules, Answers answers) : rules_(rules), answers_(answers) {
  if (answers_ == Answers::Nothing) counts_.resize(rules_.ranks.size());
}

Matched Matcher::match(const Block& block, const Spill& spill) {
  Matched out;
  if (block.is_too_long) {
    out.lines = out.events = 1;
    complain(too_long_message(), out);
  }
  std::string_view text = block.text, line;
  while (take_line(text, line)) {
    ++out.lines;
    if (is_blank(line)) continue;
    ++out.events;
    answer(line, out);
    if (out.output.size() > kSpillBytes) spill(out.output);
  }
  return out;
}

void Matcher::complain(std::string message, Matched& out) const {
  // Every event has its line of output, so that the two can be laid side by side.
  if (answers_ != Answers::Nothing) out.output += "null\n";
  if (++out.bad <= kProblemsShownMax) out.problems.push_back({out.lines, std::move(message)});
}

void Matcher::answer(std::string_view event, Matched& out) {
  if (event.size() > kLineBytesMax) return complain(too_long_message(), out);
  const auto matched = rules_.snapshot.match(event, scratch_);
  if (!matched.ok()) return complain(matched.error().message, out);
  switch (answers_) {
    case Answers::Nothing:
      for (const ruler::RuleId rule : *matched) ++counts_[rule];
      return;
    case Answers::Ids: append_ids(*matched, out.output); break;
    case Answers::Nearness:
      out.output += R"({"matched":)";
      append_ids(*matched, out.output);
      append_near(event, out.output);
      out.output += '}';
      break;
  }
  out.output += '\n';
}

void Matcher::append_ids(std::span<const ruler::RuleId> matched, std::string& out) {
  ranks_.clear();
  for (const ruler::RuleId rule : matched) ranks_.push_back(rules_.ranks[rule]);
  std::ranges::sort(ranks_);
  out += '[';
  for (const std::uint32_t rank : ranks_) {
    if (out.back() != '[') out += ',';
    out += rules_.ids_json[rank];
  }
  out += ']';
}

void Matcher::append_near(std::string_view event, std::string& out) const {
  out += R"(,"near":[)";
  const auto near = rules_.snapshot.explain(event, kNearMax);
  // What `match` takes, `explain` takes.
  for (std::size_t i = 0; near.ok() && i < near->size(); ++i) {
    const ruler::NearMiss& miss = (*near)[i];
    if (i > 0) out += ',';
    out += R"({"id":)" + rules_.id_json(miss.id) + R"(,"path":)";
    json::append_quoted(out, miss.path);
    out += R"(,"condition":)" + miss.condition + R"(,"found":[)";
    for (std::size_t n = 0; n < miss.found.size(); ++n) {
      if (n > 0) out += ',';
      out += miss.found[n];
    }
    out += miss.is_conflict ? R"(],"conflict":true})" : "]}";
  }
  out += ']';
}

}  // namespace rialto::cli
