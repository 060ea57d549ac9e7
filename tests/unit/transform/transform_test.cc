#include "transform/transform.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace rialto::transform {
namespace {

using Paths = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kEvent =
    R"({"version":"0","id":"e1","detail-type":"order","source":"my.app","account":"123456789012",)"
    R"("time":"2026-01-15T12:00:00Z","region":"eu-west-1","resources":["r0","r1"],)"
    R"("detail":{"command":"update","n":1.0,"yes":true,"none":null,"list":["A","B"],)"
    R"("payload":{"acc_id":"0a787ecb-4015","sf_id":"baz"},"quote":"say \"hi\"","path":"C:\\dir",)"
    R"("line":"a\nb","tag":"<command>","umlaut":"größe","empty":"","inject":"x\",\"y\":\"z"}})";
constexpr std::string_view kRuleArn = "arn:aws:events:eu-west-1:123456789012:rule/b/r";

const Paths kPaths = {
    {"command", "$.detail.command"},
    {"n", "$.detail.n"},
    {"yes", "$.detail.yes"},
    {"none", "$.detail.none"},
    {"list", "$.detail.list"},
    {"payload", "$.detail.payload"},
    {"quote", "$.detail.quote"},
    {"path", "$.detail.path"},
    {"line", "$.detail.line"},
    {"tag", "$.detail.tag"},
    {"umlaut", "$.detail.umlaut"},
    {"empty", "$.detail.empty"},
    {"inject", "$.detail.inject"},
    {"missing", "$.detail.no"},
    {"stars", "$.resources[*]"},
    {"AWSkey", "$.account"},
    {"whole", "$"},
    {"odd", "$..x"},
};

Result<std::string> render(const InputSpec& spec) {
  auto root = json::parse(kEvent);
  RIALTO_TRY(const Transform transform, Transform::compile("t1", spec));
  return transform.render(
      EventView{.text = kEvent, .root = *root, .ingested_at = from_millis(1'768'478'400'123)},
      RuleView{.arn = kRuleArn, .name = "r"});
}

InputSpec with_template(std::string text, Paths paths = kPaths) {
  return InputSpec{.input = {},
                   .input_path = {},
                   .transformer = InputTransformer{std::move(paths), std::move(text)}};
}

// What is sent; `!` and the reason, or the message when there is no reason, for errors.
std::string sent(const InputSpec& spec) {
  auto out = render(spec);
  if (out.ok()) return *out;
  return '!' + (out.error().reason.empty() ? out.error().message : std::string(out.error().reason));
}
std::string filled(std::string text) { return sent(with_template(std::move(text))); }
std::string picked(std::string path) {
  return sent(InputSpec{.input = {}, .input_path = std::move(path), .transformer = {}});
}
std::string constant(std::string text) {
  return sent(InputSpec{.input = std::move(text), .input_path = {}, .transformer = {}});
}

TEST(Transform, SendsTheWholeEventWithoutInput) {
  EXPECT_EQ(sent(InputSpec{}), kEvent);
  auto transform = Transform::compile("t", InputSpec{});
  ASSERT_TRUE(transform.ok());
  EXPECT_TRUE(transform->is_whole_event());
}

TEST(Transform, SendsAConstantAsItIsWritten) {
  EXPECT_EQ(constant(R"({ "a" : "<command>" })"), R"({ "a" : "<command>" })");
  EXPECT_EQ(constant("\"i-0abc\""), "\"i-0abc\"");
  EXPECT_EQ(constant("42"), "42");
  EXPECT_EQ(constant("null"), "null");
}

TEST(Transform, RefusesAConstantThatIsNotJson) {
  for (const char* text : {"word", "", "{", "'a'", "{\"a\":1,}"}) {
    EXPECT_EQ(constant(text), "!JSON syntax error in input for target t1") << text;
  }
}

TEST(Transform, PathSendsTheJsonOfItsNode) {
  EXPECT_EQ(picked("$"), kEvent);
  EXPECT_EQ(picked("$.detail.payload"), R"({"acc_id":"0a787ecb-4015","sf_id":"baz"})");
  EXPECT_EQ(picked("$.detail.payload.sf_id"), "\"baz\"");
  EXPECT_EQ(picked("$.detail.n"), "1.0");
  EXPECT_EQ(picked("$.resources[*]"), R"(["r0","r1"])");
  EXPECT_EQ(picked("$.detail.none"), "null");
}

TEST(Transform, PathThatLeadsNowhereFailsForGood) {
  EXPECT_EQ(picked("$.detail.no"), "!INVALID_JSON");
  EXPECT_EQ(picked("$..detail"), "!INVALID_JSON");
}

TEST(Transform, RefusesPathsInAwsWords) {
  for (const char* path : {"detail", "", "$['detail']", "$.detail[\"a\"]"}) {
    EXPECT_EQ(picked(path), "!InputPath for target t1 is invalid.") << path;
    EXPECT_EQ(sent(with_template("{\"a\":1}", {{"a", path}})),
              "!InputPath for target t1 is invalid.")
        << path;
  }
}

TEST(Transform, TakesOnlyOneKindOfInput) {
  const std::string message =
      "!Only one of Input, InputPath, or InputTransformer must be provided for target t1.";
  InputSpec both = with_template("{}");
  both.input_path = "$.detail";
  EXPECT_EQ(sent(both), message);
  EXPECT_EQ(sent(InputSpec{.input = "{}", .input_path = "$", .transformer = {}}), message);
  EXPECT_EQ(sent(InputSpec{.input = "nonsense", .input_path = "nonsense", .transformer = {}}),
            message);
}

TEST(Transform, RefusesUndefinedPlaceholders) {
  EXPECT_EQ(filled("\"of <command> and <notdefinedkey>\""),
            "!InputTemplate for target t1 contains invalid placeholder notdefinedkey.");
  EXPECT_EQ(filled("{\"a\":<aws.events.other>}"),
            "!InputTemplate for target t1 contains invalid placeholder aws.events.other.");
  EXPECT_EQ(filled("<b>"), "!InputTemplate for target t1 contains invalid placeholder b.");
}

TEST(Transform, TakesKeysThatBeginWithAws) {
  EXPECT_EQ(filled("{\"a\":<AWSkey>}"), "{\"a\":\"123456789012\"}");
}

TEST(Transform, UnquotedPlaceholdersAreJsonValues) {
  EXPECT_EQ(filled("{\"a\":<command>,\"b\":<n>, \"c\": <yes>,\n\"d\":[<none>,<list>]}"),
            "{\"a\":\"update\",\"b\":1.0, \"c\": true,\n\"d\":[null,[\"A\",\"B\"]]}");
  EXPECT_EQ(filled("{\"p\":<payload>}"), R"({"p":{"acc_id":"0a787ecb-4015","sf_id":"baz"}})");
  EXPECT_EQ(filled("[<quote>,<line>,<path>]"), R"(["say \"hi\"","a\nb","C:\\dir"])");
  EXPECT_EQ(filled("{\"r\":<stars>}"), R"({"r":["r0","r1"]})");
  EXPECT_EQ(filled("{\"e\":<whole>}"), "{\"e\":" + std::string(kEvent) + "}");
}

TEST(Transform, MissingValuesAreEmptyText) {
  EXPECT_EQ(filled("{\"command\": <missing>}"), "{\"command\": \"\"}");
  EXPECT_EQ(filled("{\"a\":<odd>}"), "{\"a\":\"\"}");
  EXPECT_EQ(filled("{\"a\":\"[<missing>]\"}"), "{\"a\":\"[]\"}");
  EXPECT_EQ(filled("\"detail <missing>\""), "\"detail \"");
  EXPECT_EQ(filled("<missing>"), "\"\"");
}

TEST(Transform, InsertsTextRawInsideQuotes) {
  EXPECT_EQ(filled("{\"a\":\"x/<command>/<n>/<yes>/<none>/<umlaut><empty>\"}"),
            "{\"a\":\"x/update/1.0/true/null/größe\"}");
}

TEST(Transform, RawTextMayBreakAJsonTemplate) {
  EXPECT_EQ(filled("{\"a\":\"<quote>\"}"), "!INVALID_JSON");
  EXPECT_EQ(filled("{\"a\":\"<line>\"}"), "!INVALID_JSON");
  EXPECT_EQ(filled("{\"a\":\"<path>\"}"), "!INVALID_JSON");
  // Raw means raw: text that happens to be JSON again is delivered.
  EXPECT_EQ(filled("{\"a\":\"<inject>\"}"), R"({"a":"x","y":"z"})");
}

TEST(Transform, ObjectsInsideQuotesOfAJsonTemplateFail) {
  EXPECT_EQ(filled("{\"payload\":\"<payload>\"}"), "!INVALID_JSON");
  EXPECT_EQ(filled("{\"a\":\"is <list>\"}"), "!INVALID_JSON");
  EXPECT_EQ(filled("{\"a\":\"<aws.events.event.json>\"}"), "!INVALID_JSON");
  EXPECT_EQ(filled("[\"<aws.events.event>\"]"), "!INVALID_JSON");
}

TEST(Transform, TextTemplatesKeepTheirQuotes) {
  EXPECT_EQ(filled("\"Event of <command> type\""), "\"Event of update type\"");
  EXPECT_EQ(filled("\"{[/Check <command>\""), "\"{[/Check update\"");
  EXPECT_EQ(filled("  \"a\"  "), "  \"a\"  ");
  EXPECT_EQ(filled("\"<quote> <line>\""), "\"say \"hi\" a\nb\"");
}

TEST(Transform, TextTemplatesLoseTheQuotesOfObjects) {
  EXPECT_EQ(filled("\"is <list>\""), "\"is [A,B]\"");
  EXPECT_EQ(filled("\"is <payload>\""), "\"is {acc_id:0a787ecb-4015,sf_id:baz}\"");
}

TEST(Transform, KeepsEveryQuotedLine) {
  EXPECT_EQ(filled("\"first <command>\"\n\"second <n>\""), "\"first update\"\n\"second 1.0\"");
  EXPECT_EQ(filled("\"a\"\r\n\n\t\"b\"\n"), "\"a\"\r\n\n\t\"b\"\n");
}

TEST(Transform, KeepsEscapesOfTheTemplate) {
  EXPECT_EQ(filled(R"("is \"<command>\" \\")"), R"("is \"update\" \\")");
  EXPECT_EQ(filled(R"({"a":"is \"<command>\"\u00e9"})"), R"({"a":"is \"update\"\u00e9"})");
}

TEST(Transform, WhatIsNeitherJsonNorQuotedNeverArrives) {
  for (const char* text :
       {"<command> item", "item", "<command><n>", "-<n>", "\"a\" <command>", "\"a\", \"b\"",
        "\"a\" 1", "\"open <command>", "\"line\nbreak\"", "{\"a\":<n>", "{\"a\":<n>}}", "{a:<n>}",
        " ", "{\"a\":\"\\<command>\"}", R"({"a":"\<command>""})", R"({"a":"\u00<command>41"})",
        R"({"a":"\ud83d<empty>\ude00"})", "{\"a\":\"<command>}", "[<n> <n>]"}) {
    EXPECT_EQ(filled(text), "!INVALID_JSON") << text;
  }
}

TEST(Transform, BareTemplatesMustBecomeJson) {
  EXPECT_EQ(filled("<payload>"), R"({"acc_id":"0a787ecb-4015","sf_id":"baz"})");
  EXPECT_EQ(filled(" <command> "), " \"update\" ");
  EXPECT_EQ(filled("true"), "true");
}

TEST(Transform, PlaceholdersAreNoKeys) {
  EXPECT_EQ(filled("{<command>:1}"), "!INVALID_JSON");
  EXPECT_EQ(filled("{\"<command>\":1}"), "!INVALID_JSON");
  EXPECT_EQ(filled("{\"a-<command>\" :1}"), "!INVALID_JSON");
  EXPECT_EQ(filled("{\"a\":\"<command>:\",\"b\":[\"<n>\"],\"c\":1}"),
            "{\"a\":\"update:\",\"b\":[\"1.0\"],\"c\":1}");
}

TEST(Transform, AngleBracketsWithoutANameAreText) {
  EXPECT_EQ(filled("\"1 < 2 <> < command> <command\""), "\"1 < 2 <> < command> <command\"");
}

TEST(Transform, NeverLooksAtInsertedText) {
  EXPECT_EQ(filled("\"<tag>\""), "\"<command>\"");
  EXPECT_EQ(filled("{\"a\":<tag>,\"b\":\"<tag>\"}"), R"({"a":"<command>","b":"<command>"})");
}

TEST(Transform, KnowsThePredefinedVariables) {
  EXPECT_EQ(filled("\"<aws.events.rule-arn> <aws.events.rule-name> "
                   "<aws.events.event.ingestion-time>\""),
            "\"" + std::string(kRuleArn) + " r 2026-01-15T12:00:00.123Z\"");
  EXPECT_EQ(filled("{\"a\":<aws.events.rule-arn>,\"t\":<aws.events.event.ingestion-time>}"),
            "{\"a\":\"" + std::string(kRuleArn) + "\",\"t\":\"2026-01-15T12:00:00.123Z\"}");
  EXPECT_EQ(filled("{\"e\":<aws.events.event>}"),
            R"({"e":{"id":"e1","account":"123456789012","detailType":"order",)"
            R"("time":"2026-01-15T12:00:00.123Z","source":"my.app","region":"eu-west-1",)"
            R"("resources":["r0","r1"],"version":"0"}})");
  EXPECT_EQ(filled("{\"e\": <aws.events.event.json>}"), "{\"e\": " + std::string(kEvent) + "}");
}

TEST(Transform, PredefinedVariablesNeedNoPaths) {
  EXPECT_EQ(sent(with_template("\"<aws.events.rule-name>\"", {})), "\"r\"");
}

TEST(Transform, EventJsonIsForObjectTemplatesOnly) {
  for (const char* text : {"[<aws.events.event.json>]", "\"<aws.events.event.json>\"",
                           "<aws.events.event.json>", " [ <aws.events.event.json> ]"}) {
    EXPECT_EQ(filled(text),
              "!InputTemplate for target t1 contains placeholder aws.events.event.json valid only "
              "for JSON template.")
        << text;
  }
  EXPECT_EQ(filled(" {\"e\":[<aws.events.event.json>]}"), " {\"e\":[" + std::string(kEvent) + "]}");
}

TEST(Transform, ErrorsOfRenderingArePermanent) {
  auto out = render(with_template("{\"a\":\"<payload>\"}"));
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().code, Code::InvalidArgument);
  EXPECT_EQ(out.error().reason, kInvalidJson);
  EXPECT_FALSE(is_retryable(out.error().code));
}

TEST(Transform, BoundsWhatAShortTemplateMakes) {
  const json::Value root(json::Object{{"big", json::Value(std::string(1U << 20, 'x'))}});
  std::string text = "[<b>";
  for (int i = 0; i < 1000; ++i) text += ",<b>";
  auto transform = Transform::compile("t", with_template(text + "]", {{"b", "$.big"}}));
  ASSERT_TRUE(transform.ok());
  auto out =
      transform->render(EventView{.text = "{}", .root = root, .ingested_at = {}}, RuleView{});
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().code, Code::LimitExceeded);
  EXPECT_EQ(out.error().reason, kInvalidParameter);
}

TEST(Transform, DeepValuesInDeepTemplatesAreFine) {
  const std::string deep = std::string(900, '[') + std::string(900, ']');
  auto root = json::parse("{\"deep\":" + deep + ",\"raw\":\"\\\\\\\\\"}");
  ASSERT_TRUE(root.ok());
  const std::string text = std::string(900, '[') + "<d>,\"<r>\"" + std::string(900, ']');
  auto transform = Transform::compile("t", with_template(text, {{"d", "$.deep"}, {"r", "$.raw"}}));
  ASSERT_TRUE(transform.ok());
  auto out =
      transform->render(EventView{.text = "{}", .root = *root, .ingested_at = {}}, RuleView{});
  ASSERT_TRUE(out.ok()) << out.error().message;
}

}  // namespace
}  // namespace rialto::transform
