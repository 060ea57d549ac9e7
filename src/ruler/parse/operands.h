// The arguments of operators, each with the checks and the words of AWS (docs/spec/01 §4).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ruler/address.h"
#include "ruler/matcher.h"
#include "ruler/parse/jackson.h"

namespace rialto::ruler {

// The next token's text; `otherwise` where it is no string.
Result<std::string> read_string(Reader& reader, std::string_view otherwise);

// Splits a wildcard's text at its stars.
Result<Wildcard> parse_wildcard(const Reader& reader, std::string_view text);

// `address/bits`. Its errors carry no place.
Result<AddressRange> parse_network(std::string_view text);

// The number of a token's text, for a comparison; its error carries no place.
Result<double> parse_comparable(std::string_view text);

// The list of `numeric`, from behind its bracket to its end.
Result<ValueTest> read_comparison(Reader& reader);

// The next token, which must be `end`.
Result<> read_last_element(Reader& reader, Token end);

}  // namespace rialto::ruler
