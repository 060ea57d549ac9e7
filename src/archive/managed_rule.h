// The rule that feeds an archive: an ordinary rule of the bus, but that the service looks after it
// (docs/spec/04 §1). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/archive.h"
#include "model/bus.h"

namespace rialto::archive {

// `given`, which must be one that compiles, and that the event is no replayed one.
std::string rule_pattern(const std::optional<std::string>& given);

// `uuid` goes into the target's template, as at AWS. Error: Corruption, for a bug of ours.
Result<model::Rule> make_rule(const model::Archive& archive, std::string_view uuid);

}  // namespace rialto::archive
