#include "aws/form.h"

#include "api/conform.h"

namespace rialto::aws {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int high = text[at] == '%' && at + 2 < text.size() ? hex_value(text[at + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[at + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      at += 2;
    } else {
      out += text[at] == '+' ? ' ' : text[at];
    }
  }
  return out;
}

// How many bytes the UTF-8 character at `at` has; 0 when there is none (RFC 3629 §4).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t n) -> unsigned {
    return at + n < text.size() ? static_cast<unsigned char>(text[at + n]) : 0;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  for (std::size_t n = 1; n < length; ++n) {
    if ((byte(n) & 0xC0) != 0x80) return 0;
  }
  const unsigned second = byte(1);
  const bool is_overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool is_beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return is_overlong || is_beyond ? 0 : length;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

Error malformed(std::string why) {
  return fail(Code::InvalidArgument, std::move(why), api::kSerializationException);
}

}  // namespace

Result<Form> parse_form(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view field = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (field.empty()) continue;
    if (form.size() == kFormFieldsMax) {
      return malformed("The request has more than " + std::to_string(kFormFieldsMax) +
                       " parameters.");
    }
    const std::size_t equals = field.find('=');
    form.emplace_back(decoded(field.substr(0, equals)), equals == std::string_view::npos
                                                            ? std::string()
                                                            : decoded(field.substr(equals + 1)));
    if (!is_utf8(form.back().first) || !is_utf8(form.back().second)) {
      return malformed("The request has a parameter that is not UTF-8.");
    }
  }
  return form;
}

const std::string* find_field(const Form& form, std::string_view name) {
  for (const auto& [key, value] : form) {
    if (key == name) return &value;
  }
  return nullptr;
}

}  // namespace rialto::aws
