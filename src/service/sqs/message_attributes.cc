#include "service/sqs/message_attributes.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/crypto/digest.h"
#include "base/text.h"
#include "service/sqs/common.h"
#include "store/keys.h"

namespace rialto::service::sqs {
namespace {

constexpr std::size_t kAttributesMax = 10;  // SQS quota
constexpr std::size_t kNameMax = 255;       // "shorter than 256 bytes"

// The code point at the front of `text`, which is moved past it. Requires valid UTF-8, as the
// readers of requests guarantee.
char32_t next_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) -> char32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const char32_t first = byte(0);
  std::size_t size = 1;
  char32_t out = first;
  if (first >= 0xF0) {
    size = 4;
    out = ((first & 0x07) << 18) | ((byte(1) & 0x3F) << 12) | ((byte(2) & 0x3F) << 6) |
          (byte(3) & 0x3F);
  } else if (first >= 0xE0) {
    size = 3;
    out = ((first & 0x0F) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F);
  } else if (first >= 0xC0) {
    size = 2;
    out = ((first & 0x1F) << 6) | (byte(1) & 0x3F);
  }
  text.remove_prefix(std::min(size, text.size()));
  return out;
}

// SQS's words say less than it accepts: Latin letters with accents pass too.
bool is_name_character(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9') ||
         c == U'_' || c == U'.' || c == U'-' || (c >= 0xC0 && c <= 0x17F);
}

bool is_reserved_name(std::string_view name) {
  const std::string lower = to_lower(name);
  return lower.starts_with("aws.") || lower.starts_with("amazon.") || lower.starts_with('.') ||
         lower.ends_with('.');
}

Result<> check_name(std::string_view name) {
  if (name.empty()) {
    return invalid_parameter("The request must contain non-empty message (user) attribute names.");
  }
  if (name.size() > kNameMax) {
    return invalid_parameter("Message (user) attribute names must be shorter than 256 Bytes");
  }
  for (std::string_view rest = name; !rest.empty();) {
    if (is_name_character(next_code_point(rest))) continue;
    return invalid_parameter(
        "Message (user) attributes name can only contain upper and lower score characters, digits, "
        "periods, hyphens and underscores. ");
  }
  if (is_reserved_name(name)) {
    return invalid_parameter(
        "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings "
        "are reserved for internal use. Additionally, they cannot start or end with '.'.");
  }
  return {};
}

bool is_decimal(std::string_view text) {
  const auto skip_digits = [&text] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  const auto skip_sign = [&text] {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  };
  skip_sign();
  std::size_t digits = skip_digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += skip_digits();
  }
  if (digits == 0) return false;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    skip_sign();
    if (skip_digits() == 0) return false;
  }
  return text.empty();
}

struct Origin {
  std::string_view word;  // (user) or (system)
  const std::string& name;

  Error operator()(std::string_view before, std::string_view after) const {
    return invalid_parameter(std::string(before) + " (" + std::string(word) + ") attribute '" +
                             name + "' " + std::string(after));
  }
};

// `value` is a MessageAttributeValue or a MessageSystemAttributeValue.
Result<queue::Attribute> to_attribute(const Origin& error, const auto& value) {
  const std::string_view type = value.data_type;
  const std::string_view base = type.substr(0, type.find('.'));
  if (type.empty()) return error("Message", "must contain a non-empty attribute type.");
  if (base != "String" && base != "Number" && base != "Binary") {
    return error("The type of message",
                 "is invalid. You must use only the following supported type prefixes: Binary, "
                 "Number, String.");
  }
  if (type.size() > kNameMax) {
    return invalid_parameter("Message (user) attribute types must be shorter than 256 Bytes");
  }
  if ((value.string_list_values && !value.string_list_values->empty()) ||
      (value.binary_list_values && !value.binary_list_values->empty())) {
    return fail(Code::Unsupported,
                "Message attribute list values in SendMessage operation are not supported.",
                "UnsupportedOperation");
  }
  std::string bytes;
  if (base == "Binary") {
    if (value.binary_value) bytes = value.binary_value->bytes;
  } else if (value.string_value) {
    bytes = *value.string_value;
  }
  if (bytes.empty()) {
    return error("Message", "must contain a non-empty value of type '" + std::string(base) + "'.");
  }
  if (base == "Number" && !is_decimal(bytes)) {
    return invalid_parameter("Can't cast the value of message (" + std::string(error.word) +
                             ") attribute '" + error.name + "' to a number.");
  }
  if (base == "String" && !is_message_text(bytes)) {
    return invalid_parameter(invalid_characters().message);
  }
  return queue::Attribute{.name = error.name, .type = std::string(type), .value = std::move(bytes)};
}

}  // namespace

bool is_message_text(std::string_view text) {
  while (!text.empty()) {
    const char32_t c = next_code_point(text);
    if (c < 0x20 && c != 0x9 && c != 0xA && c != 0xD) return false;
    if (c == 0xFFFE || c == 0xFFFF) return false;
  }
  return true;
}

Error invalid_characters() {
  return fail(Code::InvalidArgument,
              "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to "
              "#xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
              "InvalidMessageContents");
}

Result<std::vector<queue::Attribute>> to_attributes(
    const api::Map<api::sqs::MessageAttributeValue>& attributes) {
  if (attributes.size() > kAttributesMax) {
    return invalid_parameter("Number of message attributes [" + std::to_string(attributes.size()) +
                             "] exceeds the allowed maximum [10].");
  }
  std::vector<queue::Attribute> out;
  for (const auto& [name, value] : attributes) {
    RIALTO_TRY_VOID(check_name(name));
    RIALTO_TRY(queue::Attribute attribute, to_attribute(Origin{"user", name}, value));
    out.push_back(std::move(attribute));
  }
  return out;
}

Result<std::vector<queue::Attribute>> to_system_attributes(
    const api::Map<api::sqs::MessageSystemAttributeValue>& attributes) {
  std::vector<queue::Attribute> out;
  for (const auto& [name, value] : attributes) {
    if (name != "AWSTraceHeader") {
      return invalid_parameter("Message system attribute name '" + name + "' is invalid.");
    }
    const Origin error{"system", name};
    RIALTO_TRY(queue::Attribute attribute, to_attribute(error, value));
    if (attribute.type != "String") return error("Message", "must be of type 'String'.");
    out.push_back(std::move(attribute));
  }
  return out;
}

std::string md5_of(std::span<const queue::Attribute> attributes) {
  constexpr char kString = 1;
  constexpr char kBinary = 2;
  std::string bytes;
  for (const queue::Attribute& attribute : attributes) {
    append_text(bytes, attribute.name);
    append_text(bytes, attribute.type);
    bytes += attribute.type.starts_with("Binary") ? kBinary : kString;
    append_text(bytes, attribute.value);
  }
  return crypto::hex(crypto::md5(bytes));
}

bool is_wanted(std::span<const std::string> names, std::string_view attribute) {
  return std::ranges::any_of(names, [&](std::string_view name) {
    if (name == "All" || name == attribute) return true;
    if (!name.ends_with(".*")) return false;
    name.remove_suffix(2);
    return attribute.starts_with(name);
  });
}

api::sqs::MessageAttributeValue to_value(const queue::Attribute& attribute) {
  api::sqs::MessageAttributeValue out{.data_type = attribute.type};
  if (attribute.type.starts_with("Binary")) {
    out.binary_value = api::Blob{attribute.value};
  } else {
    out.string_value = attribute.value;
  }
  return out;
}

}  // namespace rialto::service::sqs
