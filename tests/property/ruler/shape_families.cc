// Few values, but fields, objects, arrays and alternatives in every arrangement.
#include "json/write.h"
#include "property/ruler/families.h"

namespace rialto::ruler::proof {
namespace {

using Texts = std::vector<std::string>;

const char* const kOne = "[1]";
const char* const kThere = R"([{"exists":true}])";
const char* const kAbsent = R"([{"exists":false}])";
const char* const kNotOne = R"([{"anything-but":1}])";
const char* const kThereOrAbsent = R"([{"exists":false},{"exists":true}])";
const char* const kOneOrAbsent = R"([1,{"exists":false}])";

// A field as a member: of its dotted path, or of objects within objects. The same pattern.
std::string member(std::string_view path, const std::string& matchers, bool is_dotted) {
  const std::size_t dot = is_dotted ? path.npos : path.find('.');
  if (dot == path.npos) return json::quoted(path) + ":" + matchers;
  return json::quoted(path.substr(0, dot)) + ":{" + member(path.substr(dot + 1), matchers, false) +
         "}";
}

// All patterns of one to `fields_max` of the paths, each with one of the lists of matchers.
void add_conjunctions(Family& family, std::string_view operation, const Texts& paths,
                      const Texts& matchers, std::size_t fields_max) {
  struct Draft {
    std::string text;
    std::size_t next = 0;  // of paths
    std::size_t fields = 0;
    bool has_absence = false;
  };
  std::vector<Draft> open = {Draft{}};
  while (!open.empty()) {
    const Draft draft = std::move(open.back());
    open.pop_back();
    if (draft.fields > 0) {
      family.cases.push_back(
          {draft.has_absence ? "fields, one absent" : operation, "{" + draft.text + "}"});
    }
    if (draft.fields == fields_max) continue;
    for (std::size_t i = draft.next; i < paths.size(); ++i) {
      for (const std::string& list : matchers) {
        const std::string comma = draft.fields > 0 ? "," : "";
        // Only one way to write it here; objects that are given twice would override each other.
        open.push_back({draft.text + comma + member(paths[i], list, true), i + 1, draft.fields + 1,
                        draft.has_absence || list.find("false") != list.npos});
      }
    }
  }
}

// A member with each of the values, and left out.
Texts optional_members(const std::string& key, const Texts& values) {
  Texts out = {""};
  for (const std::string& value : values) out.push_back(json::quoted(key) + ":" + value);
  return out;
}

// Objects with one of each list of members, of which "" is none.
Texts products(const std::vector<Texts>& lists) {
  Texts bodies = {""};
  for (const Texts& list : lists) {
    Texts next;
    for (const std::string& body : bodies) {
      for (const std::string& one : list) {
        next.push_back(body + (body.empty() || one.empty() ? "" : ",") + one);
      }
    }
    bodies = std::move(next);
  }
  for (std::string& body : bodies) body = "{" + body + "}";
  return bodies;
}

std::string either(const std::string& left, const std::string& right) {
  return R"("$or":[{)" + left + "},{" + right + "}]";
}

}  // namespace

Family shapes() {
  Family out;
  out.name = "shapes";
  out.slice_stride = 61;
  add_conjunctions(out, "fields", {"a", "a.a", "a.b", "a.b.a", "b"},
                   {kOne, kThere, kAbsent, kOneOrAbsent}, 3);
  out.events = objects({"a", "b"}, {"1", "2"}, 6);
  return out;
}

// Fields inside one array must come from one element.
Family elements() {
  Family out;
  out.name = "elements";
  out.slice_stride = 19;
  add_conjunctions(out, "fields in an array", {"a", "a.b", "a.c", "d"},
                   {kOne, "[2]", kThere, kAbsent, kOneOrAbsent}, 3);
  Texts one =
      products({optional_members("b", {"1", "2", "[1,2]"}), optional_members("c", {"1", "2"})});
  for (const char* other : {"1", "[1]", R"([{"b":1},{"c":1}])", R"({"b":[{"b":1}],"c":1})"}) {
    one.push_back(other);
  }
  for (const std::string& array : arrays(one, 3)) {
    out.events.push_back(R"({"a":)" + array + "}");
    out.events.push_back(R"({"d":1,"a":)" + array + "}");
  }
  return out;
}

Family nested_elements() {
  Family out;
  out.name = "nested elements";
  out.slice_stride = 17;
  add_conjunctions(out, "fields in arrays in arrays", {"a.b", "a.b.c", "a.b.d", "a.e"},
                   {kOne, kAbsent, kThere, kOneOrAbsent}, 4);
  const Texts innermost =
      products({optional_members("c", {"1"}), optional_members("d", {"1", "2"})});
  Texts inner = arrays(innermost, 2);
  inner.push_back("1");
  inner.push_back(R"({"c":1,"d":1})");
  const Texts outer = products({optional_members("b", inner), optional_members("e", {"1"})});
  for (const std::string& array : arrays(outer, 2)) out.events.push_back(R"({"a":)" + array + "}");
  out.events.push_back(R"({"a":[[{"e":1},{"b":{"c":1}}],{"b":[[{"d":1}],{"c":1,"d":1}]}]})");
  return out;
}

Family alternatives() {
  Family out;
  out.name = "alternatives";
  out.slice_stride = 3;
  Texts leaves;
  for (const char* path : {"a", "b", "a.b", "c.a"}) {
    for (const char* list : {kOne, kAbsent, kNotOne}) leaves.push_back(member(path, list, false));
  }
  const auto add = [&](std::string_view operation, const std::string& body) {
    out.cases.push_back({operation, "{" + body + "}"});
  };
  for (const std::string& x : leaves) {
    for (const std::string& y : leaves) {
      const std::string both = either(x, y);
      add("$or", both);
      add("$or below a field", R"("c":{)" + both + "}");
      add("$or in an array", R"("c":{"b":[1],)" + both + "}");
      for (const std::string& z : leaves) {
        add("$or and a field", both + "," + z);
        add("$or and a field", z + "," + both);
        add("$or in $or", either(both, z));
        add("$or of several fields", either(x + "," + y, z));
      }
    }
  }
  for (std::size_t i = 0; i < leaves.size(); i += 2) {
    for (std::size_t j = 1; j < leaves.size(); j += 2) {
      for (std::size_t k = 0; k < leaves.size(); k += 3) {
        for (std::size_t l = 0; l < leaves.size(); ++l) {
          add("$or twice", either(leaves[i], leaves[j]) + "," + either(leaves[k], leaves[l]));
        }
      }
    }
  }
  out.events =
      products({optional_members("a", {"1", "2", "[1,2]", R"({"b":1})", R"([{"b":2},1])"}),
                optional_members("b", {"1", "2"}),
                optional_members("c", {"1", R"({"a":1})", R"({"b":1,"a":2})",
                                       R"([{"a":1},{"b":1}])", R"([{"a":1,"b":1},{"a":2}])"}),
                optional_members("c.a", {"1", "[2]"})});
  return out;
}

// One path by several ways, and keys that are empty or dots.
Family dotted_keys() {
  Family out;
  out.name = "dotted keys";
  out.slice_stride = 61;
  const Texts paths = {"", ".", "a", "a.", ".a", "a.b", "a.a", "a.b.a", "a.b.a.b", "..a"};
  add_conjunctions(out, "dotted keys", paths, {kOne, kAbsent, kOneOrAbsent, kThereOrAbsent}, 2);
  for (const std::string& path : paths) {
    out.cases.push_back({"dotted keys", "{" + member(path, kOne, false) + "}"});
  }
  out.events = objects({"a", "b", "a.b", "", "."}, {"1"}, 4);
  for (std::string& event : objects({"a", "b", "a.b"}, {"1"}, 5)) {
    if (event.find('.') != event.npos) out.events.push_back(std::move(event));
  }
  return out;
}

}  // namespace rialto::ruler::proof
