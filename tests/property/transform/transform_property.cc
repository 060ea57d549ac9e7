// Any values in any template: what comes out is what docs/spec/02 §4 promises, or a permanent
// failure.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "json/read.h"
#include "json/write.h"
#include "transform/transform.h"

namespace rialto::transform {
namespace {

// Text made to be mistaken for syntax: placeholders, quotes, escapes, control characters.
rc::Gen<std::string> gen_text() {
  const auto piece = rc::gen::element<std::string>("<a>", "<b>", "<aws.events.rule-arn>", "<", ">",
                                                   "\"", "\\", "\\u00", "\n", "{", "}", "[", "]",
                                                   ",", ":", "x", "é", "null", "\",\"k\":\"", "");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) {
                        std::string out;
                        for (const std::string& each : pieces) out += each;
                        return out;
                      });
}

rc::Gen<json::Value> gen_scalar() {
  return rc::gen::oneOf(
      rc::gen::map(gen_text(), [](std::string text) { return json::Value(std::move(text)); }),
      rc::gen::map(rc::gen::arbitrary<bool>(), [](bool truth) { return json::Value(truth); }),
      rc::gen::map(rc::gen::arbitrary<int>(), [](int number) { return json::Value(number); }),
      rc::gen::just(json::Value()));
}

rc::Gen<json::Value> gen_value() {
  const auto array = rc::gen::map(rc::gen::container<json::Array>(gen_scalar()),
                                  [](json::Array items) { return json::Value(std::move(items)); });
  const auto object = rc::gen::map(rc::gen::pair(gen_scalar(), array), [](auto members) {
    return json::Value(json::Object{{"k", members.first}, {"<a>", members.second}});
  });
  return rc::gen::oneOf(gen_scalar(), array, object);
}

// Pieces of templates, joined without any regard for grammar.
rc::Gen<std::string> gen_any_template() {
  const auto piece = rc::gen::element<std::string>(
      "<a>", "<b>", "<none>", "<aws.events.event>", "\"", "\"<a>\"", "{", "}", "[", "]",
      "\"k\":", ":", ",", "\\", "\\\"", "\\u00", "\\ud83d", " ", "\n", "1", "x", "é");
  const auto opening = rc::gen::element<std::string>("", "{\"k\":", "[", "\"", "{");
  const auto closing = rc::gen::element<std::string>("", "}", "]", "\"");
  return rc::gen::map(
      rc::gen::tuple(opening, rc::gen::container<std::vector<std::string>>(piece), closing),
      [](const auto& parts) {
        std::string out = std::get<0>(parts);
        for (const std::string& each : std::get<1>(parts)) out += each;
        return out + std::get<2>(parts);
      });
}

// JSON templates that are well formed whatever is put into them: every member is a value, or a
// string around one.
rc::Gen<std::string> gen_object_template() {
  const auto value = rc::gen::element<std::string>("<a>", "<b>", "<none>", "\"<a>\"", "\"x<b>\\n\"",
                                                   "[<a>,\"<b><a>\"]", "{\"n\":<b>}", "7");
  return rc::gen::map(rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(value)),
                      [](const std::vector<std::string>& values) {
                        std::string out;
                        for (std::size_t i = 0; i < values.size(); ++i) {
                          out +=
                              (i == 0 ? "{\"k" : ",\"k") + std::to_string(i) + "\": " + values[i];
                        }
                        return out + "}";
                      });
}

Result<std::string> render(const std::string& text, const json::Value& a, const json::Value& b) {
  const json::Value root(json::Object{{"id", json::Value("e")}, {"a", a}, {"b", b}});
  const std::string event = json::write(root);
  const InputSpec spec{
      .input = {},
      .input_path = {},
      .transformer = InputTransformer{{{"a", "$.a"}, {"b", "$.b"}, {"none", "$.none"}}, text}};
  RIALTO_TRY(const Transform transform, Transform::compile("t", spec));
  return transform.render(EventView{.text = event, .root = root, .ingested_at = from_millis(0)},
                          RuleView{.arn = "arn", .name = "rule"});
}

bool is_json(const std::string& text) {
  return json::parse(text, {.depth_max = 2 * json::kDepthMax}).ok();
}

char first_char(const std::string& text) {
  const std::size_t at = text.find_first_not_of(" \n");
  return at == text.npos ? '\0' : text[at];
}

RC_GTEST_PROP(Transform, GivesJsonOrFailsForGood, ()) {
  const std::string text = *gen_any_template();
  const auto out = render(text, *gen_value(), *gen_value());
  if (!out.ok()) {
    RC_ASSERT(out.error().reason == kInvalidJson);
  } else if (first_char(text) != '"') {
    RC_ASSERT(is_json(*out));
  }
}

RC_GTEST_PROP(Transform, WellFormedObjectTemplatesFailOnlyForWhatStandsInQuotes, ()) {
  const std::string text = *gen_object_template();
  const auto out = render(text, *gen_value(), *gen_value());
  RC_CLASSIFY(out.ok());
  if (out.ok()) {
    RC_ASSERT(is_json(*out));
  } else {
    RC_ASSERT(out.error().reason == kInvalidJson);
    RC_ASSERT(text.contains("<a>\"") || text.contains("<b>\\n\"") || text.contains("\"<b>"));
  }
}

RC_GTEST_PROP(Transform, UnquotedValuesArriveUnchanged, ()) {
  const json::Value a = *gen_value();
  const json::Value b = *gen_value();
  const auto out = render("{\"a\": <a>, \"in\": [<b>, <a>], \"none\": <none>}", a, b);
  RC_ASSERT(out.ok());
  const auto read = json::parse(*out);
  RC_ASSERT(read.ok());
  RC_ASSERT(*read->find("a") == a);
  RC_ASSERT(*read->find("in") == json::Value(json::Array{b, a}));
  RC_ASSERT(*read->find("none") == json::Value(""));
}

RC_GTEST_PROP(Transform, NeverScansInsertedText, ()) {
  const std::string a = *gen_text();
  const std::string b = *gen_text();
  const auto out = render("\"<a>-<b>\"\n\"<b><none><a>\"", a, b);
  RC_ASSERT(out.ok());
  RC_ASSERT(*out == "\"" + a + "-" + b + "\"\n\"" + b + a + "\"");
}

RC_GTEST_PROP(Transform, TextTemplatesDropExactlyTheQuotesOfObjects, ()) {
  const json::Value value(json::Object{{"k", *gen_value()}});
  std::string expected = json::write(value);
  std::erase(expected, '"');
  const auto out = render("\"<a>\"", value, json::Value());
  RC_ASSERT(out.ok());
  RC_ASSERT(*out == "\"" + expected + "\"");
}

RC_GTEST_PROP(JsonPath, AnyTextIsReadAndFollowedSafely, ()) {
  const auto piece =
      rc::gen::element<std::string>(".", "..", "a", "b", "*", "[*]", "[0]", "[1]", "[", "]",
                                    "['a']", "99999999999999999999", "-", "$", "?", "/");
  const auto pieces = *rc::gen::container<std::vector<std::string>>(piece);
  std::string text = "$";
  for (const std::string& each : pieces) text += each;
  const json::Value root(json::Object{{"a", *gen_value()}, {"b", *gen_value()}});
  const auto path = json::Path::parse(text);
  RC_ASSERT(path.ok() != (text.contains("['")));
  if (!path.ok()) return;
  json::Value made;
  const json::Value* found = path->find(root, made);
  if (found && path->is_plural()) RC_ASSERT(found->is_array());
  if (!path->is_plural()) RC_ASSERT(found == path->find(root));
}

}  // namespace
}  // namespace rialto::transform
