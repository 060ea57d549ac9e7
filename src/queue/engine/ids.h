// What senders may say about groups and duplicates: the checks, in SQS's words.
#pragma once

#include <string_view>

#include "base/result.h"
#include "queue/message.h"

namespace rialto::queue {

// Of a message on its way to a standard queue: it may have a group, which fair queues use.
Result<> check_standard(const NewMessage& message);

Error invalid_parameter(std::string message, std::string_view reason = {});

}  // namespace rialto::queue
