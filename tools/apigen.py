#!/usr/bin/env python3
"""Writes C++ and documentation from api/*.toml (the form is explained in api/README.md).

  apigen.py code OUT  events.toml ...   OUT/events_types.h  structs, decode_into, encode
                                        OUT/events.h        the abstract class of the service
                                        OUT/events_codec.cc
                                        OUT/events_facts.cc shapes, patterns, the operation table
  apigen.py docs OUT  events.toml ...   OUT/operations.md, and OUT/reference/api/events.md

common.toml is read from the folder of the first file. Needs Python 3.11 and nothing else.
"""
import pathlib
import re
import sys
import textwrap
import tomllib

import apigen_pattern

PRIMITIVES = {  # type: (Kind, C++)
    "string": ("String", "std::string"),
    "integer": ("Integer", "std::int64_t"),
    "long": ("Long", "std::int64_t"),
    "boolean": ("Boolean", "bool"),
    "timestamp": ("Timestamp", "TimePoint"),
    "blob": ("Blob", "Blob"),
}
CODES = ["InvalidArgument", "NotFound", "AlreadyExists", "Conflict", "LimitExceeded", "Throttled",
         "AccessDenied", "Unavailable", "Timeout", "Cancelled", "Corruption", "Unsupported",
         "Internal"]
PROTOCOLS = {"awsJson1_0": "AwsJson10", "awsJson1_1": "AwsJson11"}
ACCESS = {"read": "Read", "write": "Write", "data": "Data"}
KNOWN_KEYS = {
    "service": {"name", "class", "title", "protocol", "query", "xml_namespace", "path_member",
                "target_prefix", "signing_name", "api_version", "violations", "error_namespace",
                "common_namespace", "errors"},
    "error": {"status", "query_code", "query_status", "query_message", "is_common"},
    "operation": {"summary", "input", "output", "access", "errors", "resource"},
    "type": {"type", "list", "key", "value", "min", "max", "pattern", "enum", "sensitive", "query",
             "also", "query_key"},
    "member": {"type", "required", "doc", "print_only"},
}
KEYWORDS = set("""
and asm auto bool break case catch char class concept const constexpr continue default delete do
double else enum explicit export extern false float for friend goto if import inline int long module
mutable namespace new noexcept not nullptr operator or private protected public register requires
return short signed sizeof static struct switch template this throw true try typedef union unsigned
using virtual void volatile while xor
""".split())


class ApiError(Exception):
    pass


def snake(name):
    words = re.findall(r"[A-Z]+[0-9]+|[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", name)
    text = "_".join(words).lower()
    return text + "_" if text in KEYWORDS else text


def quoted(text):
    out = ""
    for c in text:
        out += "\\" + c if c in '"\\' else c if " " <= c <= "~" else f"\\{ord(c):03o}"
    return f'"{out}"'


class Api:
    """One service: the facts of its file and of common.toml, checked."""

    def __init__(self, path):
        self.path = path
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        common = tomllib.loads((path.parent / "common.toml").read_text(encoding="utf-8"))
        self.service = facts["service"]
        self.operations = facts["operation"]
        self.refused = facts.get("refused", {})
        self.types = facts.get("type", {})
        self.shapes = {name: {m: spec if isinstance(spec, dict) else {"type": spec}
                              for m, spec in members.items()}
                       for name, members in facts["shape"].items()}
        self.errors = {n: dict(e, is_common=True) for n, e in common["error"].items()}
        self.errors.update(facts["error"])
        self.name = self.service["name"]
        self.known_keys("service", {"service": self.service})
        self.known_keys("error", self.errors)
        self.known_keys("operation", self.operations)
        self.known_keys("type", self.types)
        for members in self.shapes.values():
            self.known_keys("member", members)
        self.check_references()
        self.order = self.sorted_names()

    def fail(self, why):
        raise ApiError(f"{self.path.name}: {why}")

    def known_keys(self, kind, entries):
        for name, entry in entries.items():
            for key in entry:
                if key not in KNOWN_KEYS[kind]:
                    self.fail(f"{name}: '{key}' is not a key of a {kind}")

    def check_references(self):
        if list(self.service["errors"]) != CODES:
            self.fail(f"[service.errors] must name exactly {', '.join(CODES)}, in this order")
        named = list(self.service["errors"].values()) + [self.service["violations"]]
        for name, operation in self.operations.items():
            named += operation["errors"]
            if operation["access"] not in ACCESS:
                self.fail(f"{name}: access is one of {', '.join(ACCESS)}")
            for role in ("input", "output"):
                if role in operation and operation[role] not in self.shapes:
                    self.fail(f"{name}: there is no shape {operation[role]}")
            if "input" not in operation:
                self.fail(f"{name}: an operation has an input shape")
            if name in self.refused:
                self.fail(f"{name} is refused and an operation")
            for member in re.findall(r"{(\w+)}", operation.get("resource", "")):
                if member not in self.shapes[operation["input"]]:
                    self.fail(f"{name}: its input has no member {member}, as its resource says")
        for name in named:
            if name not in self.errors:
                self.fail(f"there is no error {name}")
        for name, entry in self.types.items():
            if name in self.shapes or name in PRIMITIVES:
                self.fail(f"{name} is defined twice")
            if len({"type", "list", "value"} & entry.keys()) != 1 or \
                    ("key" in entry) != ("value" in entry):
                self.fail(f"{name} is one of type, list, or key and value")
            if self.service.get("query") and "type" not in entry and not self.query_name(name):
                self.fail(f"{name} needs a name in the query protocol")

    def uses(self, name):
        """The types that `name` is made of."""
        if name in self.shapes:
            return [m["type"] for m in self.shapes[name].values() if not m.get("print_only")]
        entry = self.types.get(name, {})
        return [entry[k] for k in ("list", "key", "value") if k in entry]

    def sorted_names(self):
        """All types that the operations reach, each after those it is made of."""
        order, state = [], {}

        def visit(name, by):
            if name in PRIMITIVES:
                return
            if name not in self.types and name not in self.shapes:
                self.fail(f"{by}: there is no type {name}")
            if state.get(name) == "open":
                self.fail(f"{name} contains itself; the validator and C++ know no such shape")
            if name in state:
                return
            state[name] = "open"
            for used in self.uses(name):
                visit(used, name)
            state[name] = "done"
            order.append(name)

        for name, operation in self.operations.items():
            for role in ("input", "output"):
                if role in operation:
                    visit(operation[role], name)
        for name in [*self.types, *self.shapes]:
            if name not in state:
                self.fail(f"no operation uses {name}")
        return order

    def structs(self):
        return [n for n in self.order if n in self.shapes]

    def members(self, name):
        """(wire name, spec) of the members that are on the wire."""
        return [(m, s) for m, s in self.shapes[name].items() if not s.get("print_only")]

    def cpp(self, name):
        if name in PRIMITIVES:
            return PRIMITIVES[name][1]
        if name in self.shapes:
            return name
        entry = self.types[name]
        if "list" in entry:
            return f"std::vector<{self.cpp(entry['list'])}>"
        if "value" in entry:
            return f"Map<{self.cpp(entry['value'])}>"
        return PRIMITIVES[entry["type"]][1]

    def query_name(self, name):
        """A list of structures is named like the structure, unless the file says otherwise."""
        entry = self.types[name]
        if "query" in entry or not self.service.get("query"):
            return entry.get("query", "")
        return entry["list"] if entry.get("list") in self.shapes else ""

    def wire_type(self, name):
        space = "common_namespace" if self.errors[name].get("is_common") else "error_namespace"
        return f"{self.service[space]}#{name}" if self.service[space] else name


HEAD = """\
// Generated by tools/apigen.py from api/{file}; edit that. {what}
"""


def head(api, what):
    return HEAD.format(file=api.path.name, what=what)


# ---- structs and codecs


def types_header(api):
    out = [head(api, "The requests and answers of " + api.service["title"] + "."), "#pragma once\n",
           "#include <cstdint>", "#include <optional>", "#include <string>", "#include <vector>\n",
           '#include "api/codec.h"\n', f"namespace rialto::api::{api.name} {{\n"]
    for name in api.structs():
        out.append(f"struct {name} {{")
        for member, spec in api.members(name):
            cpp = api.cpp(spec["type"])
            if not spec.get("required"):
                cpp = f"std::optional<{cpp}>"
            doc = textwrap.wrap(spec.get("doc", ""), 92)
            out += [f"  // {line}" for line in doc]
            out.append(f"  {cpp} {snake(member)}{{}};")
        out.append(f"  bool operator==(const {name}&) const = default;\n}};\n")
    for name in api.structs():
        out.append(f"void decode_into(json::Value&& from, {name}& to);")
        out.append(f"json::Value encode({name}&& from);")
    out.append(f"\n}}  // namespace rialto::api::{api.name}")
    return "\n".join(out) + "\n"


def codec_source(api):
    out = [head(api, "Member by member."), f'#include "api/{api.name}_types.h"\n',
           "#include <utility>\n", f"namespace rialto::api::{api.name} {{\n"]
    for name in api.structs():
        members = api.members(name)
        if not members:
            out.append(f"void decode_into(json::Value&&, {name}&) {{}}\n")
            out.append(f"json::Value encode({name}&&) {{ return json::Object(); }}\n")
            continue
        out.append(f"void decode_into(json::Value&& from, {name}& to) {{")
        out.append("  for (json::Member& member : codec::take_members(std::move(from))) {")
        for i, (member, _) in enumerate(members):
            out.append(f"    {'else ' if i else ''}if (member.key == {quoted(member)})\n"
                       f"      codec::read(std::move(member.value), to.{snake(member)});")
        out.append("  }\n}\n")
        out.append(f"json::Value encode({name}&& from) {{\n  json::Object to;")
        out.append(f"  to.reserve({len(members)});")
        for member, _ in members:
            out.append(f"  codec::append(to, {quoted(member)}, std::move(from.{snake(member)}));")
        out.append("  return to;\n}\n")
    out.append(f"}}  // namespace rialto::api::{api.name}")
    return "\n".join(out) + "\n"


# ---- the abstract class


def service_header(api):
    cls = api.service["class"]
    out = [head(api, "What a handler implements, and what a front end calls."), "#pragma once\n",
           f'#include "api/{api.name}_types.h"', '#include "api/operation.h"\n',
           f"namespace rialto::api::{api.name} {{\n", "extern const ServiceFacts kFacts;\n",
           f"// {api.service['title']}, version {api.service['api_version']}. Inputs are typed and "
           "satisfy their shapes'\n// constraints; the caller is known and permitted.",
           f"class {cls} : public Service {{", " public:",
           "  const ServiceFacts& facts() const final { return kFacts; }\n"]
    for name, op in api.operations.items():
        output = op.get("output", "")
        out += [f"  // {line}" for line in textwrap.wrap(op["summary"], 92)]
        out.append(f"  virtual Task<Result<{output}>> {snake(name)}(\n"
                   f"      Caller caller, {op['input']} input) = 0;")
    out.append(f"}};\n\n}}  // namespace rialto::api::{api.name}\n")
    out.append(f"namespace rialto::api {{\nusing {api.name}::{cls};\n}}  // namespace rialto::api")
    return "\n".join(out) + "\n"


# ---- the tables


def bits(numbers):
    words = [sum(1 << (n % 64) for n in numbers if n // 64 == word) for word in (0, 1)]
    return "{{" + ", ".join(f"0x{w:x}u" for w in words) + "}}"


def array(kind, name, items):
    body = textwrap.fill(", ".join(items), 96, initial_indent="    ", subsequent_indent="    ",
                         break_long_words=False, break_on_hyphens=False)
    return f"constexpr {kind} {name}[] = {{\n{body},\n}};"


def automaton_text(name, automaton, out):
    """Appends the tables of one automaton and gives the expression that is it."""
    shared = {}
    rows = []
    for chars, follow in zip(automaton.chars, automaton.follow):
        ascii_set = [c for low, high in chars for c in range(low, min(high, 127) + 1)]
        others = [(max(low, 128), high) for low, high in chars if high > 127]
        others_name = "{}"
        if others:
            key = tuple(others)
            if key not in shared:
                shared[key] = f"{name}Chars{len(shared)}"
                out.append(array("CharRange", shared[key],
                                 [f"{{0x{low:x},0x{high:x}}}" for low, high in others]))
            others_name = shared[key]
        rows.append(f"    {{{bits(ascii_set)}, {others_name}, {bits(follow)}}},")
    positions = "{}"
    if rows:
        positions = f"{name}Positions"
        out.append(f"constexpr Position {positions}[] = {{\n" + "\n".join(rows) + "\n};")
    return (f"{{{positions}, {bits(automaton.first)}, {bits(automaton.last)}, "
            f"{'true' if automaton.accepts_empty else 'false'}}}")


def pattern_tables(api):
    """The C++ of all patterns, and the name of each by its text."""
    out, names = [], {}
    for type_name in api.order:
        text = api.types.get(type_name, {}).get("pattern")
        if text is None or text in names:
            continue
        try:
            pattern = apigen_pattern.compile_pattern(text)
        except apigen_pattern.PatternError as error:
            api.fail(f"{type_name}: {error}")
        name = names[text] = f"k{type_name}Pattern"
        accepted = automaton_text(name, pattern.accepted, out)
        forbidden = ""
        if pattern.forbidden:
            forbidden = f", &{name}Forbidden"
            inner = automaton_text(name + "Not", pattern.forbidden, out)
            out.append(f"constexpr Automaton {name}Forbidden = {inner};")
        out.append(f"constexpr Pattern {name} = {{{quoted(text)},\n    {accepted}{forbidden}}};")
    return out, names


def shape_name(name):
    return "k" + name[0].upper() + name[1:] + "Shape"


def type_table(api, name, patterns):
    entry, out, fields = api.types[name], [], []
    kind = "List" if "list" in entry else "Map" if "value" in entry else \
        PRIMITIVES[entry["type"]][0]
    if entry.get("sensitive"):
        fields.append(".is_sensitive = true")
    fields += [f".{k} = {entry[k]}" for k in ("min", "max") if k in entry]
    if "pattern" in entry:
        fields.append(f".pattern = &{patterns[entry['pattern']]}")
    if "enum" in entry:
        out.append(array("std::string_view", f"k{name}Values", [quoted(v) for v in entry["enum"]]))
        fields.append(f".values = k{name}Values")
    if "key" in entry:
        fields.append(f".key = &{shape_name(entry['key'])}")
    if kind in ("List", "Map"):
        fields.append(f".element = &{shape_name(entry.get('list') or entry['value'])}")
    for field, value in ((".query", api.query_name(name)), (".query_also", entry.get("also", "")),
                         (".query_key", entry.get("query_key", "Name" if kind == "Map" else ""))):
        if value and api.service.get("query"):
            fields.append(f"{field} = {quoted(value)}")
    tail = "".join(f",\n    {f}" for f in fields)
    out.append(f"constexpr Shape {shape_name(name)} = {{.name = {quoted(name)}, "
               f".kind = Kind::{kind}{tail}}};")
    return out


def structure_table(api, name):
    out, rows = [], []
    for member, spec in api.shapes[name].items():
        shape = "nullptr" if spec.get("print_only") else "&" + shape_name(spec["type"])
        required = ", true" if spec.get("required") else ""
        rows.append(f"    {{{quoted(member)}, {shape}{required}}},")
    members = ""
    if rows:
        out.append(f"constexpr Member k{name}Members[] = {{\n" + "\n".join(rows) + "\n};")
        members = f", .members = k{name}Members"
    out.append(f"constexpr Shape {shape_name(name)} = {{.name = {quoted(name)}, "
               f".kind = Kind::Structure{members}}};")
    return out


def error_rows(api):
    rows = []
    for name, error in api.errors.items():
        status = error.get("status", 400)
        message = quoted(error["query_message"]) if "query_message" in error else "{}"
        rows.append(f"    {{{quoted(name)}, {quoted(api.wire_type(name))}, {status},\n"
                    f"     {quoted(error.get('query_code', name))}, "
                    f"{error.get('query_status', status)}, {message}}},")
    return rows


def operation_tables(api):
    out, rows = [], []
    cls = api.service["class"]
    for name, op in api.operations.items():
        errors = "{}"
        if op["errors"]:
            errors = f"k{name}Errors"
            out.append(array("std::string_view", errors, [quoted(e) for e in op["errors"]]))
        output = f"&{shape_name(op['output'])}" if "output" in op else "nullptr"
        rows.append(f"    {{{quoted(name)},\n     {quoted(op['summary'])},\n"
                    f"     Access::{ACCESS[op['access']]}, &{shape_name(op['input'])}, {output},\n"
                    f"     {errors}, {quoted(op.get('resource', ''))}, "
                    f"&run<{cls}, &{cls}::{snake(name)}>}},")
    if api.refused:
        out.append(array("RefusedOperation", "kRefused",
                         [f"{{{quoted(name)}, {quoted(needs)}}}"
                          for name, needs in api.refused.items()]))
    out.append("constexpr Operation kOperations[] = {\n" + "\n".join(rows) + "\n};")
    out.append("constexpr ErrorFacts kErrors[] = {\n" + "\n".join(error_rows(api)) + "\n};")
    return out


def service_table(api):
    s = api.service
    violations = "MissingOnlyOne" if s["violations"].startswith("Missing") else "All"
    codes = ",\n".join(f"              .{snake(code)} = {quoted(name)}"
                       for code, name in s["errors"].items()).lstrip()
    return f"""\
constexpr ServiceFacts kFacts = {{
    .name = {quoted(s['name'])},
    .title = {quoted(s['title'])},
    .api_version = {quoted(s['api_version'])},
    .signing_name = {quoted(s['signing_name'])},
    .target_prefix = {quoted(s['target_prefix'])},
    .protocol = Protocol::{PROTOCOLS[s['protocol']]},
    .has_query = {'true' if s.get('query') else 'false'},
    .xml_namespace = {quoted(s.get('xml_namespace', ''))},
    .path_member = {quoted(s.get('path_member', ''))},
    .violations = Violations::{violations},
    .violation_error = {quoted(s['violations'])},
    .codes = {{{codes}}},
    .operations = kOperations,
    .refused = {'kRefused' if api.refused else '{}'},
    .errors = kErrors,
}};
"""


def facts_source(api):
    out = [head(api, "The service as a table."), f'#include "api/{api.name}.h"',
           '#include "api/run.h"\n', f"namespace rialto::api::{api.name} {{", "namespace {\n"]
    used = {u for name in api.order for u in api.uses(name) if u in PRIMITIVES}
    for name in PRIMITIVES:
        if name in used:
            out.append(f"constexpr Shape {shape_name(name)} = "
                       f"{{.name = {quoted(name)}, .kind = Kind::{PRIMITIVES[name][0]}}};")
    patterns, names = pattern_tables(api)
    out += patterns
    for name in api.order:
        out += structure_table(api, name) if name in api.shapes else type_table(api, name, names)
    out += operation_tables(api)
    out += ["\n}  // namespace\n", service_table(api), f"}}  // namespace rialto::api::{api.name}"]
    return "\n".join(out) + "\n"


# ---- documentation


def constraint_words(api, type_name):
    entry = api.types.get(type_name, {})
    words = []
    for key, word in (("min", "at least"), ("max", "at most")):
        if key in entry:
            unit = "" if "type" in entry else " items"
            words.append(f"{word} {entry[key]}{unit}")
    if "pattern" in entry:
        words.append("`" + entry["pattern"].replace("|", "\\|") + "`")
    if "enum" in entry:
        words.append("one of " + ", ".join(f"`{v}`" for v in entry["enum"]))
    return "; ".join(words)


def type_words(api, name):
    entry = api.types.get(name, {})
    if name in api.shapes:
        return f"[{name}](#{name.lower()})"
    if "list" in entry:
        return f"list of {type_words(api, entry['list'])}"
    if "value" in entry:
        return f"map of {type_words(api, entry['value'])}"
    return entry.get("type", name)


def shape_page(api, name):
    out = [f"### {name}\n"]
    if not api.members(name):
        return out + ["No members.\n"]
    out += ["| member | type | required | constraints |", "| --- | --- | --- | --- |"]
    for member, spec in api.members(name):
        notes = "; ".join(w for w in (spec.get("doc"), constraint_words(api, spec["type"])) if w)
        out.append(f"| `{member}` | {type_words(api, spec['type'])} | "
                   f"{'yes' if spec.get('required') else ''} | {notes} |")
    return out + [""]


def service_page(api):
    s = api.service
    out = [f"<!-- Generated by tools/apigen.py from api/{api.path.name}; edit that. -->",
           f"# {s['title']}\n",
           f"API version {s['api_version']}, signed as `{s['signing_name']}`; JSON "
           f"{s['protocol'][-3:].replace('_', '.')} with `X-Amz-Target: {s['target_prefix']}.…`"
           + (", and the query protocol." if s.get("query") else "."), "",
           f"{len(api.operations)} operations:\n",
           "| operation | access | what it does | input | output |",
           "| --- | --- | --- | --- | --- |"]
    for name, op in api.operations.items():
        output = f"[{op['output']}](#{op['output'].lower()})" if "output" in op else "none"
        out.append(f"| `{name}` | {op['access']} | {op['summary']} | "
                   f"[{op['input']}](#{op['input'].lower()}) | {output} |")
    out += ["\n## Errors\n", "| operation | errors |", "| --- | --- |"]
    for name, op in api.operations.items():
        out.append(f"| `{name}` | {', '.join(op['errors'])} |")
    out += ["\n## Shapes\n", "Lengths are in characters.\n"]
    for name in sorted(api.structs()):
        out += shape_page(api, name)
    return "\n".join(out).rstrip() + "\n"


def index_page(apis):
    out = ["<!-- Generated by tools/apigen.py from api/*.toml; edit those. -->", "# Operations"]
    for api in apis:
        count = len(api.operations)
        of_all = f" of {count + len(api.refused)}" if api.refused else ""
        out += ["", f"## {api.service['title']}: {count}{of_all}", "",
                f"Parameters, limits and errors: [{api.name}](reference/api/{api.name}.md).", "",
                "| operation | state | what it does |", "| --- | --- | --- |"]
        rows = {name: f"| `{name}` | supported | {op['summary']} |"
                for name, op in api.operations.items()}
        rows |= {name: f"| `{name}` | refused | needs {needs}, which are not there yet |"
                 for name, needs in api.refused.items()}
        out += [rows[name] for name in sorted(rows)]
    return "\n".join(out) + "\n"


def pages(apis):
    return {"operations.md": index_page(apis)} | {
        f"reference/api/{api.name}.md": service_page(api) for api in apis}


def sources(apis):
    out = {}
    for api in apis:
        out[f"{api.name}_types.h"] = types_header(api)
        out[f"{api.name}.h"] = service_header(api)
        out[f"{api.name}_codec.cc"] = codec_source(api)
        out[f"{api.name}_facts.cc"] = facts_source(api)
    return out


def main(arguments):
    if len(arguments) < 3 or arguments[0] not in ("code", "docs"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        apis = [Api(pathlib.Path(path)) for path in arguments[2:]]
        files = (sources if arguments[0] == "code" else pages)(apis)
    except (ApiError, tomllib.TOMLDecodeError) as error:
        print(f"apigen: {error}", file=sys.stderr)
        return 1
    out = pathlib.Path(arguments[1])
    for name, text in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
