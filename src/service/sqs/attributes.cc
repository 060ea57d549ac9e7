#include "service/sqs/attributes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "json/read.h"

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

constexpr std::array<std::string_view, 4> kNotSupported = {
    "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "RedriveAllowPolicy", "RedrivePolicy"};
// What SQS does not know on a standard queue either.
constexpr std::array<std::string_view, 4> kFifoOnly = {
    "ContentBasedDeduplication", "DeduplicationScope", "FifoQueue", "FifoThroughputLimit"};
constexpr std::array<std::string_view, 6> kReadOnly = {"ApproximateNumberOfMessages",
                                                       "ApproximateNumberOfMessagesDelayed",
                                                       "ApproximateNumberOfMessagesNotVisible",
                                                       "CreatedTimestamp",
                                                       "LastModifiedTimestamp",
                                                       "QueueArn"};
constexpr std::array<std::string_view, 2> kExtras = {"Policy", "SqsManagedSseEnabled"};

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
  if (name == "Policy" && value.empty()) {
    settings.extras.erase("Policy");
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

Result<> apply_one(std::string_view name, const std::string& value, Settings& settings) {
  const auto* row = std::ranges::find(kNumbers, name, &NumberAttribute::name);
  if (row != std::end(kNumbers)) {
    const std::optional<std::int64_t> number = to_number(value);
    if (!number || *number < row->low || *number > row->high) return invalid_attribute(name);
    row->set(settings, *number);
    return {};
  }
  if (is_one_of(kExtras, name)) return apply_extra(name, value, settings);
  if (is_one_of(kNotSupported, name)) {
    // Clients clear an attribute that is not there with an empty text.
    if (value.empty()) return {};
    return not_supported("The attribute " + std::string(name) + " is");
  }
  return unknown_attribute(name);
}

}  // namespace

Result<> apply(const api::Map<std::string>& attributes, Settings& settings) {
  const auto fifo = attributes.find("FifoQueue");
  if (fifo != attributes.end() && fifo->second == "true") return not_supported("FIFO queues are");
  for (const auto& [name, value] : attributes) {
    RIALTO_TRY_VOID(apply_one(name, value, settings));
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
         is_one_of(kFifoOnly, name) || is_one_of(kReadOnly, name) ||
         std::ranges::find(kNumbers, name, &NumberAttribute::name) != std::end(kNumbers);
}

}  // namespace rialto::service::sqs
