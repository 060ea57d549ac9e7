// How the built-in queues say what went wrong.
#pragma once

#include <string_view>

namespace rialto::queue {

// The words of Error::reason that callers tell apart; they are SQS's names.
inline constexpr std::string_view kQueueDoesNotExist = "QueueDoesNotExist";
inline constexpr std::string_view kQueueNameExists = "QueueNameExists";
inline constexpr std::string_view kMessageTooLong = "MessageTooLong";
inline constexpr std::string_view kReceiptHandleIsInvalid = "ReceiptHandleIsInvalid";
inline constexpr std::string_view kReceiptHandleExpired = "ReceiptHandleExpired";
inline constexpr std::string_view kMessageNotInflight = "MessageNotInflight";
inline constexpr std::string_view kMessageGone = "MessageGone";
inline constexpr std::string_view kVisibilityTooLong = "VisibilityTooLong";
inline constexpr std::string_view kOverLimit = "OverLimit";
inline constexpr std::string_view kPurgeQueueInProgress = "PurgeQueueInProgress";
inline constexpr std::string_view kMissingParameter = "MissingRequiredParameterException";

}  // namespace rialto::queue
