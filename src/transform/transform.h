// What one target of a rule is sent: the whole event, a constant, a part of the event, or a
// template filled from it (Input, InputPath, InputTransformer; docs/spec/02 §4).
//
// Compiled, and refused in AWS's words, once at PutTargets; rendered for each delivery. Immutable,
// owned by value; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "json/path.h"
#include "json/value.h"
#include "transform/template.h"

namespace rialto::transform {

// Unverified at AWS: an InputPath that leads nowhere. True: a permanent INVALID_JSON failure.
// False: `""` is delivered, as a JSON template has it.
inline constexpr bool kMissingInputPathFails = true;

// Unverified at AWS: `2022-01-01T00:00:00.123Z`, not whole seconds, for times of ingestion.
inline constexpr bool kIngestionTimeHasMillis = true;

struct InputTransformer {
  std::vector<std::pair<std::string, std::string>> paths;  // InputPathsMap
  std::string input_template;
};

// A target's members, as PutTargets was given them; at most one may be there.
struct InputSpec {
  std::optional<std::string> input;
  std::optional<std::string> input_path;
  std::optional<InputTransformer> transformer;
};

// An event as it is delivered, for the time of a call.
struct EventView {
  std::string_view text;    // compact JSON
  const json::Value& root;  // the same, read
  TimePoint ingested_at;
};

struct RuleView {
  std::string_view arn;
  std::string_view name;
};

class Transform {
 public:
  // Errors: InvalidArgument with AWS's message, which names the target (docs/spec/02 §2).
  static Result<Transform> compile(std::string_view target_id, const InputSpec& spec);

  // Whether the event is sent as it is, so that its text need not be copied: no member was given.
  // An InputPath of `$` sends the same text, but counts as a member at some targets.
  bool is_whole_event() const { return std::holds_alternative<Whole>(form_); }

  // Errors are permanent: see Template::render.
  Result<std::string> render(const EventView& event, const RuleView& rule) const;

 private:
  enum class Predefined : unsigned char { RuleArn, RuleName, IngestionTime, Event, EventJson };
  using Variable = std::variant<Predefined, json::Path>;
  struct Whole {};
  struct Constant {
    std::string text;
  };
  struct Part {
    json::Path path;
  };
  struct Filled {
    Template text;
    std::vector<Variable> variables;  // one for each name of the template
  };
  using Form = std::variant<Whole, Constant, Part, Filled>;

  explicit Transform(Form form) : form_(std::move(form)) {}

  static std::optional<Predefined> find_predefined(std::string_view name);
  static Result<Transform> compile_transformer(std::string_view target_id,
                                               const InputTransformer& transformer);
  static Slot bind(const Variable& variable, const EventView& event, const RuleView& rule,
                   json::Value& made);
  static Slot bind(Predefined variable, const EventView& event, const RuleView& rule,
                   json::Value& made);

  Form form_;
};

}  // namespace rialto::transform
