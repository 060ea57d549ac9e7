// The AWS query protocol's inputs (docs/spec/09 §9): fields such as
//   SendMessageBatchRequestEntry.1.MessageAttribute.2.Value.DataType=String
// become the JSON that the JSON protocol would have sent, by the shape of the operation's input.
//
// Understood besides: `Name.member.1`, a single item or map entry without its number, and an empty
// field for an empty list. Fields that the shape does not know are ignored. Pure.
#pragma once

#include "api/shape.h"
#include "aws/form.h"
#include "json/value.h"

namespace rialto::aws {

// Errors: a number or a boolean that is none. The rest is conform()'s to check.
Result<json::Value> from_form(const api::Shape& shape, const Form& form);

}  // namespace rialto::aws
