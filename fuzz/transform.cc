// An input template, a line break, an event: what a JSON template renders is JSON.
#include <cstdint>

#include "json/read.h"
#include "transform/transform.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t split = text.find('\n');
  if (split == text.npos) return 0;
  rialto::transform::InputSpec spec;
  spec.transformer.emplace();
  spec.transformer->paths = {{"a", "$.detail.a"}, {"b", "$.detail.b[0]"}, {"c", "$.detail[*].c"}};
  spec.transformer->input_template = text.substr(0, split);
  const auto transform = rialto::transform::Transform::compile("t", spec);
  const std::string_view event_text = text.substr(split + 1);
  const auto event = rialto::json::parse(event_text);
  if (!transform.ok() || !event.ok()) return 0;
  (void)transform->render({event_text, *event, rialto::TimePoint{}}, {"arn", "name"}).ok();
  return 0;
}
