// The fields of a cron expression, from their texts (docs/spec/06 §1.2). Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "cron/calendar.h"

namespace rialto::cron {

// One text per field, in the order in which they are written.
struct FieldTexts {
  std::string_view minutes;
  std::string_view hours;
  std::string_view day_of_month;
  std::string_view month;
  std::string_view day_of_week;
  std::string_view year;
};

// Nothing when one of them is wrong. Rules and schedules share this part of the grammar.
std::optional<Calendar> read_fields(const FieldTexts& texts);

}  // namespace rialto::cron
