// One field `f`, and every operator with every operand it can take.
#include "json/write.h"
#include "property/ruler/families.h"

namespace rialto::ruler::proof {
namespace {

using Texts = std::vector<std::string>;

void add(Family& family, std::string_view operation, const std::string& matchers) {
  family.cases.push_back({operation, R"({"f":[)" + matchers + "]}"});
}

// {"name": operand}
std::string call(std::string_view name, const std::string& operand) {
  return "{" + json::quoted(name) + ":" + operand + "}";
}

void add_fields(Family& family, const Texts& values) {
  for (const std::string& value : values) family.events.push_back(R"({"f":)" + value + "}");
  family.events.push_back("{}");
  family.events.push_back(R"({"g":1})");
}

Texts quoted(const Texts& texts) {
  Texts out;
  for (const std::string& text : texts) out.push_back(json::quoted(text));
  return out;
}

// `a`, `[a,b]` for all pairs of the shorter operands.
Texts singles_and_pairs(const Texts& operands, std::size_t pairs_of) {
  Texts out = operands;
  for (std::size_t i = 0; i < operands.size() && i < pairs_of; ++i) {
    for (std::size_t j = 0; j < operands.size() && j < pairs_of; ++j) {
      out.push_back("[" + operands[i] + "," + operands[j] + "]");
    }
  }
  return out;
}

void add_text_operators(Family& family, const Texts& operands) {
  for (const std::string& text : operands) {
    const std::string ignoring_case = call("equals-ignore-case", text);
    add(family, "string", text);
    add(family, "exactly", call("exactly", text));
    add(family, "prefix", call("prefix", text));
    add(family, "suffix", call("suffix", text));
    add(family, "equals-ignore-case", ignoring_case);
    add(family, "prefix ignoring case", call("prefix", ignoring_case));
    add(family, "suffix ignoring case", call("suffix", ignoring_case));
  }
}

void add_anything_but(Family& family, const Texts& operands, std::size_t pairs_of) {
  for (const std::string& text : singles_and_pairs(operands, pairs_of)) {
    const bool is_list = text.front() == '[';
    add(family, is_list ? "anything-but list" : "anything-but string", call("anything-but", text));
    const auto inner = [&](std::string_view name) {
      return call("anything-but", call(name, text));
    };
    add(family, "anything-but ignoring case", inner("equals-ignore-case"));
    if (text.find(R"("")") != text.npos) continue;  // no prefix and no suffix may be empty
    add(family, "anything-but prefix", inner("prefix"));
    add(family, "anything-but suffix", inner("suffix"));
  }
}

void add_wildcards(Family& family, const Texts& texts, std::size_t pairs_of) {
  Texts operands;
  for (const std::string& text : texts) {
    if (text.find("**") == text.npos) operands.push_back(json::quoted(text));
  }
  for (const std::string& text : singles_and_pairs(operands, pairs_of)) {
    if (text.front() == '"') add(family, "wildcard", call("wildcard", text));
    add(family, "anything-but wildcard", call("anything-but", call("wildcard", text)));
  }
}

void add_others(Family& family) {
  for (const char* literal : {"true", "false", "null"}) add(family, "literal", literal);
  add(family, "exists true", R"({"exists":true})");
  add(family, "exists false", R"({"exists":false})");
}

// Values that most families have no use for, but must not take for theirs.
Texts strangers() {
  return {"null",         "true",   "false",   "0",      "1",         "1.0",           "-1",
          "12",           R"("1")", "{}",      "[]",     R"("null")", R"("true")",     R"({"f":1})",
          R"([{"f":1}])", "[[]]",   R"([{}])", R"("*")", R"("\\")",   R"("10.0.0.1")", R"("::1")"};
}

}  // namespace

Family strings() {
  Family out;
  out.name = "strings";
  out.slice_stride = 5;
  add_text_operators(out, quoted(words({"a", "A", "b"}, 3)));
  add_anything_but(out, quoted(words({"a", "A", "b"}, 3)), 13);
  add_wildcards(out, words({"a", "b", "*"}, 5), 14);
  add_wildcards(out, {"\\*", "\\\\", "a\\*", "\\**", "*\\*", "\\*a", "*\\\\*"}, 3);
  add_others(out);
  Texts values = quoted(words({"a", "A", "b"}, 5));
  for (std::string& value : strangers()) values.push_back(std::move(value));
  const Texts few = {R"("")",   R"("a")", R"("b")", R"("aa")",      R"("ab")",
                     R"("Ab")", "1",      "null",   R"({"f":"a"})", R"(["a"])"};
  for (std::string& value : arrays(few, 2)) values.push_back(std::move(value));
  add_fields(out, values);
  return out;
}

// Characters whose other case is another character, several characters, or of another length.
Family letters() {
  Family out;
  out.name = "letters";
  out.slice_stride = 7;
  const Texts alphabet = {"s", "S", "ſ",      "ß", "ẞ", "k", "K", "K", "i", "I",
                          "İ", "ı", "\u0307", "σ", "ς", "Σ", "ﬁ", "F", "Ⱥ", "😀"};
  const Texts texts = quoted(words(alphabet, 2));
  for (const std::string& text : texts) {
    const std::string ignoring_case = call("equals-ignore-case", text);
    add(out, "equals-ignore-case", ignoring_case);
    add(out, "prefix ignoring case", call("prefix", ignoring_case));
    add(out, "suffix ignoring case", call("suffix", ignoring_case));
    add(out, "anything-but ignoring case", call("anything-but", ignoring_case));
  }
  add_text_operators(out, quoted(alphabet));
  Texts values = texts;
  for (const char* text : {"sss", "SSS", "ssS", "Sss", "ßs", "sßs", "i̇s", "FI", "fi", "aK"}) {
    values.push_back(json::quoted(text));
  }
  add_fields(out, values);
  return out;
}

Family numbers() {
  Family out;
  out.name = "numbers";
  out.slice_stride = 5;
  const Texts ordered = {"-1e300", "-12",
                         "-1.0",   "-0.5",
                         "0",      "5e-324",
                         "1e-7",   "0.1",
                         "0.5",    "1",
                         "1.5",    "2",
                         "10",     "12e0",
                         "300",    "9007199254740992",
                         "1e23",   "1.7976931348623157e308"};
  for (const std::string& number : ordered) {
    add(out, "number", number);
    add(out, "anything-but number", call("anything-but", number));
    for (const char* operation : {"=", "<", "<=", ">", ">="}) {
      add(out, "numeric", call("numeric", "[" + json::quoted(operation) + "," + number + "]"));
    }
  }
  for (const std::string& list : singles_and_pairs(ordered, ordered.size())) {
    if (list.front() == '[') add(out, "anything-but list", call("anything-but", list));
  }
  for (std::size_t low = 0; low < ordered.size(); ++low) {
    for (std::size_t high = low + 1; high < ordered.size(); ++high) {
      for (const char* bottom : {">", ">="}) {
        for (const char* top : {"<", "<="}) {
          add(out, "numeric",
              call("numeric", "[" + json::quoted(bottom) + "," + ordered[low] + "," +
                                  json::quoted(top) + "," + ordered[high] + "]"));
        }
      }
    }
  }
  Texts odd = {"-0",
               "-0.0",
               "0.0",
               "0e9",
               "-0e-9",
               "1.0",
               "1e0",
               "10e-1",
               "1E+0",
               "0.10",
               "1e-1",
               "3.0e2",
               "3e+2",
               "300.0",
               "30000e-2",
               "1.50",
               "1.5000000000000001",
               "9007199254740993",
               "9007199254740993.0",
               "9007199254740992.0",
               "90071992547409920e-1",
               "100000000000000000000000",
               "1.0000000000000001e23",
               "4e-324",
               "3e-324",
               "1e-400",
               "-1e-400",
               "0.1000000000000000055511151231257827",
               "123456789012345678901234567890",
               "1.7976931348623158e308",
               "-1.7976931348623157e308",
               "2.0000000000000000000000001"};
  for (const std::string& number : odd) add(out, "number", number);
  add_others(out);
  add_text_operators(out, {R"("")", R"("1")", R"("300")"});
  odd.insert(odd.end(), ordered.begin(), ordered.end());
  Texts values = odd;
  for (std::string& value : strangers()) values.push_back(std::move(value));
  for (const std::string& left : odd) {
    for (const char* right : {"1", "9007199254740993", R"("1")"}) {
      values.push_back("[" + left + "," + right + "]");
      values.push_back("[[" + std::string(right) + "]," + left + "]");
    }
  }
  add_fields(out, values);
  return out;
}

Family addresses() {
  Family out;
  out.name = "addresses";
  out.slice_stride = 5;
  const Texts literals = {"0.0.0.0",
                          "0.0.0.1",
                          "9.255.255.255",
                          "10.0.0.0",
                          "10.0.0.1",
                          "10.0.0.01",
                          "010.0.0.1",
                          "10.0.0.128",
                          "10.0.1.0",
                          "10.128.0.0",
                          "11.0.0.0",
                          "127.255.255.255",
                          "128.0.0.0",
                          "255.255.255.255",
                          "256.0.0.1",
                          "10.0.0",
                          "10.0.0.1.",
                          " 10.0.0.1",
                          "10.0.0.1/32",
                          "::",
                          "::1",
                          "0:0:0:0:0:0:0:1",
                          "0:0::0:1",
                          "::0001",
                          "::1%1",
                          "::A",
                          "::a",
                          "::ffff:10.0.0.1",
                          "::ffff:a00:1",
                          "::FFFF:0A00:0001",
                          "fe80::",
                          "fe80::1",
                          "FE80:0::1",
                          "ffff::",
                          "8000::",
                          "7fff::",
                          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                          "1::2::3",
                          ":::",
                          ":",
                          "a",
                          "example.org",
                          ""};
  const Texts bases = {"0.0.0.0",         "10.0.0.1",  "10.128.0.0",
                       "255.255.255.255", "128.0.0.0", "::ffff:a00:1"};
  for (const std::string& base : bases) {
    for (int bits = 0; bits < 32; ++bits) {
      const std::string network = base + "/" + std::to_string(bits);
      add(out, "cidr", call("cidr", json::quoted(network)));
    }
  }
  const Texts long_bases = {"::", "::1", "fe80::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
  for (const std::string& base : long_bases) {
    for (int bits = 0; bits < 128; bits += bits < 120 ? 5 : 1) {
      const std::string network = base + "/" + std::to_string(bits);
      add(out, "cidr", call("cidr", json::quoted(network)));
    }
  }
  add_text_operators(out, quoted(literals));
  add_anything_but(out, quoted(literals), literals.size());
  add_others(out);
  Texts values = quoted(literals);
  for (std::string& value : strangers()) values.push_back(std::move(value));
  values.push_back(R"(["10.0.0.1","::1"])");
  values.push_back(R"([["fe80::1"],"a",1])");
  add_fields(out, values);
  return out;
}

// Several matchers in one list: all pairs, and triples of a few.
Family lists() {
  Family out;
  out.name = "lists";
  out.slice_stride = 3;
  Texts all = {R"("a")",
               R"("b")",
               R"("ab")",
               R"("")",
               "1",
               "2",
               "true",
               "null",
               R"("10.0.0.1")",
               call("exists", "true"),
               call("exists", "false"),
               call("cidr", R"("10.0.0.0/8")"),
               call("numeric", R"(["<",2])"),
               call("numeric", R"([">=",1,"<=",1.5])"),
               call("numeric", R"(["=",1])"),
               call("exactly", R"("a")")};
  for (const char* text : {R"("a")", R"("ab")", R"("B")"}) {
    const std::string ignoring_case = call("equals-ignore-case", text);
    all.push_back(call("prefix", text));
    all.push_back(call("suffix", text));
    all.push_back(ignoring_case);
    all.push_back(call("prefix", ignoring_case));
    all.push_back(call("suffix", ignoring_case));
    all.push_back(call("anything-but", text));
    all.push_back(call("anything-but", call("prefix", text)));
    all.push_back(call("anything-but", call("suffix", text)));
    all.push_back(call("anything-but", ignoring_case));
  }
  for (const char* text : {R"("*")", R"("a*")", R"("*b")", R"("a*b")", R"("*a*b*")"}) {
    all.push_back(call("wildcard", text));
    all.push_back(call("anything-but", call("wildcard", text)));
  }
  all.push_back(call("anything-but", "1"));
  all.push_back(call("anything-but", "[1,2]"));
  all.push_back(call("anything-but", R"(["a","b"])"));
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j)
      add(out, "several in a list", all[i] + "," + all[j]);
    for (std::size_t j = 0; j < i; ++j) {
      add(out, "several in a list", all[(i * 7 + j) % all.size()] + "," + all[j] + "," + all[i]);
    }
  }
  Texts values = quoted(words({"a", "b", "A"}, 3));
  for (std::string& value : strangers()) values.push_back(std::move(value));
  const Texts few = {R"("a")",        R"("b")", R"("ab")",      "1",           "2", "null",
                     R"("10.0.0.1")", "[]",     R"([["a"],2])", R"({"f":"a"})"};
  for (std::string& value : arrays(few, 2)) values.push_back(std::move(value));
  add_fields(out, values);
  return out;
}

}  // namespace rialto::ruler::proof
