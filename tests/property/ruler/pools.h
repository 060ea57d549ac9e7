// What random patterns and events are made of.
#pragma once

#include <string>
#include <vector>

namespace rialto::ruler::proof {

using Pool = std::vector<std::string>;

// Simple keys first, then those with dots, without letters, or that need an escape.
const Pool& plain_keys();
const Pool& odd_keys();

// Pools of strings, each of one kind of difficulty.
const std::vector<Pool>& string_pools();

// JSON numbers: values that are equal in different spellings, and values that are nearly so. Only
// those that json::read accepts.
const Pool& numbers();

// What stands in a pattern only, because it cannot be read from an event.
const Pool& unreadable_numbers();

const Pool& networks();

}  // namespace rialto::ruler::proof
