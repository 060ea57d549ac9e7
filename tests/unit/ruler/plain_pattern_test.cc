// The quick reader: what it reads is what Pattern::compile reads, and the rest it leaves alone.
#include "ruler/index/plain_pattern.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "ruler/index/encode.h"
#include "support/random.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

// The clause of the only alternative, with the paths by their places.
template <class Fields, class PathOf>
std::string clause_of(const Fields& fields, const PathOf& path_of) {
  ClauseWriter writer;
  writer.begin(1);
  std::string paths;
  std::uint32_t path = 0;
  for (const auto& field : fields) {
    paths += std::string(path_of(field)) + "\n";
    writer.begin_condition(++path);
    write_tests(writer, field);
    writer.end_condition();
  }
  return paths + std::string(writer.bytes().begin(), writer.bytes().end());
}

std::string plain_clause(const PlainPattern& plain) {
  return clause_of(plain.fields(), [](const PlainPattern::Field& field) { return field.path; });
}

std::string compiled_clause(const Pattern& pattern) {
  std::vector<Field> fields;
  for (const std::size_t place : pattern.alternatives().front()) {
    fields.push_back(pattern.fields()[place]);
  }
  return clause_of(fields, [](const Field& field) { return field.path; });
}

// Whether the quick reader could read it.
bool expect_agreement(PlainPattern& plain, const std::string& text) {
  if (!plain.read(text)) return false;
  const Result<Pattern> compiled = Pattern::compile(text);
  EXPECT_TRUE(compiled.ok()) << text << compiled.error().message;
  if (!compiled.ok()) return true;
  EXPECT_EQ(compiled->alternatives().size(), 1U) << text;
  EXPECT_EQ(compiled->fields().size(), plain.fields().size()) << text;
  EXPECT_EQ(plain_clause(plain), compiled_clause(*compiled)) << text;
  return true;
}

TEST(RulerPlainPattern, ReadsObjectsOfListsOfScalars) {
  PlainPattern plain;
  for (const char* text :
       {R"({"a":["x"]})", R"({"a":["x","y",1,-2.50,true,false,null]})",
        R"({"a":{"b":{"c":["x"]},"d":[1]},"e":[""]})", R"({"b":[1],"a":[2]})",
        R"({"a.b":[1],"a":{"c":[2]}})", R"({"":[1]})", " {\n\"a\"\t:\r[ \"x\" , 1 ] } ",
        R"({"a":[1,1.0,1e0,9007199254740993]})", R"({"a":["h","g","f","e","d","c","b","a","a"]})",
        R"({"a":["1.2.3","x:y"]})", R"({"numeric":["x"]})", "{\"a\":[\"\x7f\"]}",
        R"({"a":[1e400,-1e-400]})"}) {
    EXPECT_TRUE(expect_agreement(plain, text)) << text;
  }
}

TEST(RulerPlainPattern, LeavesAloneWhatIsOutOfTheOrdinary) {
  PlainPattern plain;
  for (const char* text : {"",
                           " ",
                           "{}",
                           "[]",
                           "null",
                           R"("a")",
                           "{",
                           R"({"a")",
                           R"({"a":)",
                           R"({"a":[)",
                           R"({"a":["x")",
                           R"({"a":["x"])",
                           R"({"a":["x"]}})",
                           R"({"a":["x"]}x)",
                           R"({"a":["x"]} {})",
                           R"({"a":[]})",
                           R"({"a":{}})",
                           R"({"a":"x"})",
                           R"({"a":1})",
                           R"({"a":[["x"]]})",
                           R"({"a":["x",]})",
                           R"({"a":["x"],})",
                           R"({"a":["x" "y"]})",
                           R"({"a" ["x"]})",
                           R"({a:["x"]})",
                           R"({"a":['x']})",
                           R"({"a":[{"prefix":"x"}]})",
                           R"({"a":["x",{"exists":true}]})",
                           R"({"$or":[{"a":["x"]},{"b":["x"]}]})",
                           R"({"a":{"$or":[{"b":[1]},{"c":[1]}]}})",
                           R"({"$or":["x"]})",
                           R"({"$a":["x"]})",
                           R"({"a":["\n"]})",
                           R"({"a\u0062":["x"]})",
                           R"({"a":["é"]})",
                           R"({"é":["x"]})",
                           "{\"a\":[\"\n\"]}",
                           "{\"a\":[\"\xff\"]}",
                           "{\"a\x01\":[1]}",
                           R"({"a":["10.0.0.1"]})",
                           R"({"a":["::1"]})",
                           R"({"a":["999.1.1.1"]})",
                           R"({"a":["x"],"a":["y"]})",
                           R"({"a.b":["x"],"a":{"b":["y"]}})",
                           R"({"a":{"b":["x"]},"a":{"b":["y"]}})",
                           R"({"a":[01]})",
                           R"({"a":[1.]})",
                           R"({"a":[-]})",
                           R"({"a":[+1]})",
                           R"({"a":[.5]})",
                           R"({"a":[1e]})",
                           R"({"a":[1x]})",
                           R"({"a":[tru]})",
                           R"({"a":[nulll]})",
                           R"({"a":[NaN]})",
                           "{\"a\":[1]}\x01",
                           "\xef\xbb\xbf{\"a\":[1]}",
                           R"({"a":[1]/**/})"}) {
    EXPECT_FALSE(plain.read(text)) << text;
  }
  EXPECT_FALSE(plain.read(std::string_view("{\"a\":[1]}\0", 10)));
  EXPECT_FALSE(plain.read("{\"a\":[\"" + std::string(5000, 'x') + "\"]}"));
}

TEST(RulerPlainPattern, IsUsedAgain) {
  PlainPattern plain;
  ASSERT_TRUE(plain.read(R"({"a":{"b":["x","y"]},"c":[1]})"));
  ASSERT_FALSE(plain.read(R"({"z":[1],"y":[{"prefix":"x"}]})"));
  const std::string text = R"({"q":["z"]})";
  ASSERT_TRUE(plain.read(text));
  ASSERT_EQ(plain.fields().size(), 1U);
  EXPECT_EQ(plain.fields()[0].path, "q");
  ASSERT_EQ(plain.fields()[0].values.size(), 1U);
  EXPECT_EQ(plain.fields()[0].values[0].text, "z");
}

TEST(RulerPlainPattern, AgreesOnEveryPatternOfTheSpec) {
  namespace fs = std::filesystem;
  PlainPattern plain;
  std::size_t read = 0;
  for (const auto& entry :
       fs::directory_iterator(fs::path(RIALTO_TEST_DATA).parent_path() / "spec/ruler")) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("pattern ")) read += expect_agreement(plain, line.substr(8)) ? 1 : 0;
    }
  }
  EXPECT_GT(read, 50U);
}

// Mostly plain patterns, a few of them damaged.
class RandomPattern {
 public:
  explicit RandomPattern(test::Random& random) : random_(random) {}

  std::string make() {
    std::string out = object(0);
    if (random_.once_in(4)) {
      constexpr std::string_view kNasty = "{}[]\",:\\ 019.-+etfn$x\n\x80";
      const std::size_t at = random_.below(out.size());
      if (random_.once_in(2)) {
        out[at] = random_.one_of(kNasty);
      } else {
        out.insert(at, 1, random_.one_of(kNasty));
      }
    }
    return out;
  }

 private:
  using Texts = std::vector<std::string>;

  std::string blank() {
    return random_.once_in(6) ? random_.one_of(Texts{" ", "\n", "\t ", "\r"}) : "";
  }

  std::string object(std::size_t depth) {
    static const Texts kKeys = {"a",           "b", "a.b", "b.c",     "c",
                                "detail-type", "",  "1",   "numeric", "A"};
    std::string out = "{";
    for (std::size_t i = 1 + random_.below(3); i > 0; --i) {
      const bool is_deeper = depth < 4 && random_.once_in(3);
      out += blank() + "\"" + random_.one_of(kKeys) + "\"" + blank() + ":" + blank();
      out += (is_deeper ? object(depth + 1) : values()) + blank() + (i > 1 ? "," : "");
    }
    return out + blank() + "}";
  }

  std::string values() {
    static const Texts kValues = {R"("x")",
                                  R"("y")",
                                  R"("")",
                                  R"("a longer text, with blanks")",
                                  R"("1")",
                                  "1",
                                  "1.0",
                                  "1e0",
                                  "-0",
                                  "0",
                                  "-1.5E+3",
                                  "9007199254740993",
                                  "1e999",
                                  "1e-999",
                                  "1e23",
                                  "0.1",
                                  "null",
                                  "true",
                                  "false",
                                  R"("10.0.0.1")",
                                  R"("1.2.3")",
                                  R"("a:b")",
                                  R"("::")",
                                  R"("*")",
                                  R"("{}[],:")",
                                  "123456789012345678901234567890",
                                  "0.10000000000000000000000001",
                                  R"("e")"};
    std::string out = "[";
    for (std::size_t i = 1 + random_.below(random_.once_in(10) ? 20 : 3); i > 0; --i) {
      out += blank() + random_.one_of(kValues) + blank() + (i > 1 ? "," : "");
    }
    return out + "]";
  }

  test::Random& random_;
};

TEST(RulerPlainPattern, AgreesOnRandomPatterns) {
  test::Random random(1);
  RandomPattern patterns(random);
  PlainPattern plain;
  std::size_t read = 0;
  const std::size_t tries = test::scaled(20'000);
  for (std::size_t i = 0; i < tries; ++i) {
    read += expect_agreement(plain, patterns.make()) ? 1 : 0;
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_GT(read, tries / 5);
}

TEST(RulerPlainPattern, AgreesOnWhatIsLong) {
  PlainPattern plain;
  for (const std::size_t size : {1U, 100U, 1'000U, 1'001U, 4'000U}) {
    expect_agreement(plain, "{\"a\":[" + std::string(size, '1') + "]}");
    expect_agreement(plain, "{\"a\":[1." + std::string(size, '0') + "]}");
    expect_agreement(plain, "{\"a\":[1e" + std::string(size, '1') + "]}");
    expect_agreement(plain, "{\"" + std::string(size, 'k') + "\":[1]}");
    std::string deep;
    for (std::size_t i = 0; i < size; ++i) deep += "{\"a\":";
    expect_agreement(plain, deep + "[1]" + std::string(size, '}'));
    std::string wide = "{";
    for (std::size_t i = 0; i < size; ++i) wide += "\"" + std::to_string(i) + "\":[1],";
    wide.back() = '}';
    expect_agreement(plain, wide);
  }
}

}  // namespace
}  // namespace rialto::ruler
