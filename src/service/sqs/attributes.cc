#include "service/sqs/attributes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "json/read.h"
#include "service/sqs/redrive.h"

namespace rialto::service::sqs {
namespace {

using queue::Settings;

// Bounds: the quotas of SQS.
struct NumberAttribute {
  std::string_view name;
  std::int64_t low;
  std::int64_t high;
  std::int64_t (*get)(const Settings&);
  void (*set)(Settings&, std::int64_t);
};

constexpr std::chrono::seconds seconds(std::int64_t count) { return std::chrono::seconds(count); }

constexpr NumberAttribute kNumbers[] = {
    {"DelaySeconds", 0, 900, [](const Settings& s) -> std::int64_t { return s.delay.count(); },
     [](Settings& s, std::int64_t n) { s.delay = seconds(n); }},
    {"MaximumMessageSize", 1024, 1'048'576,
     [](const Settings& s) -> std::int64_t { return s.message_size_bytes_max; },
     [](Settings& s, std::int64_t n) { s.message_size_bytes_max = static_cast<std::uint32_t>(n); }},
    {"MessageRetentionPeriod", 60, 1'209'600,
     [](const Settings& s) -> std::int64_t { return s.retention.count(); },
     [](Settings& s, std::int64_t n) { s.retention = seconds(n); }},
    {"ReceiveMessageWaitTimeSeconds", 0, 20,
     [](const Settings& s) -> std::int64_t { return s.receive_wait.count(); },
     [](Settings& s, std::int64_t n) { s.receive_wait = seconds(n); }},
    {"VisibilityTimeout", 0, 43'200,
     [](const Settings& s) -> std::int64_t { return s.visibility.count(); },
     [](Settings& s, std::int64_t n) { s.visibility = seconds(n); }},
};

constexpr std::array<std::string_view, 2> kNotSupported = {"KmsDataKeyReusePeriodSeconds",
                                                           "KmsMasterKeyId"};

// The attributes of FIFO queues, which SQS does not know on a standard queue: each is one of two
// words.
struct FifoAttribute {
  std::string_view name;
  std::string_view when_false;
  std::string_view when_true;
  bool queue::FifoSettings::* member;
};

constexpr FifoAttribute kFifo[] = {
    {"ContentBasedDeduplication", "false", "true", &queue::FifoSettings::deduplicates_content},
    {"DeduplicationScope", "queue", "messageGroup", &queue::FifoSettings::deduplicates_by_group},
    {"FifoThroughputLimit", "perQueue", "perMessageGroupId",
     &queue::FifoSettings::is_limited_by_group},
};
constexpr std::array<std::string_view, 6> kReadOnly = {"ApproximateNumberOfMessages",
                                                       "ApproximateNumberOfMessagesDelayed",
                                                       "ApproximateNumberOfMessagesNotVisible",
                                                       "CreatedTimestamp",
                                                       "LastModifiedTimestamp",
                                                       "QueueArn"};
constexpr std::array<std::string_view, 3> kExtras = {"Policy", "RedriveAllowPolicy",
                                                     "SqsManagedSseEnabled"};

bool is_one_of(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

Error unknown_attribute(std::string_view name) {
  return fail(Code::InvalidArgument, "Unknown Attribute " + std::string(name) + ".",
              "InvalidAttributeName");
}

Error invalid_attribute(std::string_view name) {
  return fail(Code::InvalidArgument, "Invalid value for the parameter " + std::string(name) + ".",
              "InvalidAttributeValue");
}

Error not_supported(std::string_view what) {
  return fail(Code::Unsupported, std::string(what) + " not supported yet by this server.",
              "UnsupportedOperation");
}

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

Result<> apply_extra(std::string_view name, const std::string& value, Settings& settings) {
  if (name != "SqsManagedSseEnabled" && value.empty()) {
    settings.extras.erase(std::string(name));
    return {};
  }
  if (name == "RedriveAllowPolicy") {
    RIALTO_TRY_VOID(check_redrive_allow_policy(value));
    settings.extras.insert_or_assign(std::string(name), value);
    return {};
  }
  bool is_valid = value == "true" || value == "false";
  if (name == "Policy") {
    const auto policy = json::parse(value);
    is_valid = policy.ok() && policy->is_object();
  }
  if (!is_valid) return invalid_attribute(name);
  settings.extras.insert_or_assign(std::string(name), value);
  return {};
}

Result<> apply_fifo(std::string_view name, const std::string& value, Settings& settings) {
  if (name == "FifoQueue") {
    if (value == "true") return {};
    if (value != "false") return invalid_attribute(name);
    return fail(Code::InvalidArgument,
                "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not "
                "supported.",
                "InvalidAttributeValue");
  }
  const auto* row = std::ranges::find(kFifo, name, &FifoAttribute::name);
  if (value != row->when_false && value != row->when_true) return invalid_attribute(name);
  (*settings.fifo).*(row->member) = value == row->when_true;
  return {};
}

bool is_fifo_attribute(std::string_view name) {
  return name == "FifoQueue" ||
         std::ranges::find(kFifo, name, &FifoAttribute::name) != std::end(kFifo);
}

Result<> apply_redrive(const std::string& value, Settings& settings) {
  settings.redrive.reset();
  if (value.empty()) return {};
  RIALTO_TRY(settings.redrive, parse_redrive_policy(value));
  return {};
}

Result<> apply_one(std::string_view name, const std::string& value, Settings& settings) {
  const auto* row = std::ranges::find(kNumbers, name, &NumberAttribute::name);
  if (row != std::end(kNumbers)) {
    const std::optional<std::int64_t> number = to_number(value);
    if (!number || *number < row->low || *number > row->high) return invalid_attribute(name);
    row->set(settings, *number);
    return {};
  }
  if (is_one_of(kExtras, name)) return apply_extra(name, value, settings);
  if (name == "RedrivePolicy") return apply_redrive(value, settings);
  if (settings.fifo && is_fifo_attribute(name)) return apply_fifo(name, value, settings);
  if (is_one_of(kNotSupported, name)) {
    // Clients clear an attribute that is not there with an empty text.
    if (value.empty()) return {};
    return not_supported("The attribute " + std::string(name) + " is");
  }
  return unknown_attribute(name);
}

}  // namespace

// Unverified text of a rule that SQS documents.
constexpr std::string_view kNeedsGroupScope =
    "Invalid value for the parameter FifoThroughputLimit. Reason: The perMessageGroupId value is "
    "allowed only when the value for DeduplicationScope is messageGroup.";

Result<> apply(const api::Map<std::string>& attributes, Settings& settings) {
  for (const auto& [name, value] : attributes) {
    RIALTO_TRY_VOID(apply_one(name, value, settings));
  }
  if (settings.fifo && settings.fifo->is_limited_by_group &&
      !settings.fifo->deduplicates_by_group) {
    return fail(Code::InvalidArgument, std::string(kNeedsGroupScope), "InvalidAttributeValue");
  }
  return {};
}

std::string find_difference(const api::Map<std::string>& attributes, const Settings& settings) {
  for (const auto& [name, value] : attributes) {
    Settings changed = settings;
    if (!apply_one(name, value, changed).ok() || changed != settings) return name;
  }
  return {};
}

api::Map<std::string> describe(const queue::QueueInfo& info, const queue::Counts& counts,
                               std::string_view arn) {
  api::Map<std::string> out;
  for (const NumberAttribute& row : kNumbers) {
    out.emplace(row.name, std::to_string(row.get(info.settings)));
  }
  for (const auto& [name, value] : info.settings.extras) out.emplace(name, value);
  if (info.settings.redrive) {
    out.emplace("RedrivePolicy", redrive_policy_text(*info.settings.redrive));
  }
  if (const auto& fifo = info.settings.fifo) {
    out.emplace("FifoQueue", "true");
    for (const FifoAttribute& row : kFifo) {
      out.emplace(row.name, (*fifo).*(row.member) ? row.when_true : row.when_false);
    }
  }
  out.emplace("ApproximateNumberOfMessages", std::to_string(counts.visible));
  out.emplace("ApproximateNumberOfMessagesDelayed", std::to_string(counts.delayed));
  out.emplace("ApproximateNumberOfMessagesNotVisible", std::to_string(counts.in_flight));
  out.emplace("CreatedTimestamp", std::to_string(to_millis(info.created_at) / 1000));
  out.emplace("LastModifiedTimestamp", std::to_string(to_millis(info.modified_at) / 1000));
  out.emplace("QueueArn", arn);
  return out;
}

bool is_known_attribute(std::string_view name) {
  return name == "All" || is_one_of(kExtras, name) || is_one_of(kNotSupported, name) ||
         is_fifo_attribute(name) || is_one_of(kReadOnly, name) || name == "RedrivePolicy" ||
         std::ranges::find(kNumbers, name, &NumberAttribute::name) != std::end(kNumbers);
}

}  // namespace rialto::service::sqs
