#!/usr/bin/env python3
"""Checks what no compiler checks about our sources. Runs in a second; exits 1 when it finds anything.

  layers    an #include that tools/layers.toml does not allow; DEPS of CMake that differ from it
  pure      a folder that only computes, reaching for the clock, the log or a lock
  private   an #include of another folder's sub-folder, or of a header that says it is private
  only_in   a third-party header outside the folder that wraps it, or without a folder at all
  banned    a name that has a better word here
  coroutine a reference or view among the parameters of a coroutine, a capture of a coroutine lambda,
            a lock that is held across co_await (docs/internals/coroutines.md)
  size      a line over 100 columns, a source over 600 lines, a header over 200, a function over 70
  todo      a TODO that names no issue
  map       a folder that ARCHITECTURE.md does not describe, or one that it only describes; the same
            for mutexes and docs/internals/locks.md, for packages and dependencies.md; a path in
            these pages that does not exist

Usage: tools/tidy.py [root of the project]
"""
import pathlib
import re
import sys
import tomllib

LINE_MAX, SOURCE_MAX, HEADER_MAX, FUNCTION_MAX = 100, 600, 200, 70


def blank(text, keep_strings=False):
    """Comments (and literals) become spaces, so that offsets and lines stay true."""
    pattern = (r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
               r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'")

    def wipe(match):
        found = match.group(0)
        if keep_strings and found[0] != "/":
            return found
        return re.sub(r"[^\n]", " ", found)
    return re.sub(pattern, wipe, text, flags=re.S)


def is_in(where, places):
    return any(where == place or where.startswith(place.rstrip("/") + "/") for place in places)


def check_angle_include(where, name, rules):
    for prefix, places in rules["only_in"].items():
        if name.startswith(prefix):
            if not is_in(where, places):
                yield f"only_in: <{name}> belongs to {', '.join(places) or 'nobody'}"
            break
    else:
        if "/" in name or "." in name:
            yield f"only_in: <{name}> has no home in layers.toml"
    if where.endswith(".h"):
        for prefix, places in rules["only_in_headers"].items():
            if name.startswith(prefix) and not is_in(where, places):
                yield f"only_in: <{name}> is too heavy for a header of this folder"


def check_includes(folder, where, text, rules):
    may = rules["may_include"].get(folder, ["*"])
    for match in re.finditer(r'^\s*#\s*include\s+(["<])([^">]+)[">]', text, re.M):
        line = text.count("\n", 0, match.start(2)) + 1
        quote, name = match.groups()
        if quote == "<":
            for message in check_angle_include(where, name, rules):
                yield line, message
            continue
        if where.endswith(".h") and name in rules["sources_only"]["headers"]:
            yield line, f"only_in: {name} is too heavy for a header"
        other, inner = name.split("/")[0], "/".join(name.split("/")[:-1])
        if other != folder and other not in may and "*" not in may:
            yield line, f"layers: {folder} must not include {other}"
        if folder in rules["pure"]["folders"] and name in rules["pure"]["never"]:
            yield line, f"pure: {folder} computes, it must not see {name}"
        doors = rules["doors"].get(inner, [])
        if other != folder and inner != other and folder not in doors and "*" not in doors:
            yield line, f"private: {inner}/ is {other}'s own"


def check_names(folder, where, code, text, rules):
    for name, rule in rules["banned"].items():
        for match in re.finditer(r"(?<!\w)" + re.escape(name), code if name != "FIXME" else text):
            if not is_in(where, rule["ok"]):
                line = text.count("\n", 0, match.start()) + 1
                yield line, f"banned: {name.strip()}; use {rule['use']}"
    if folder in rules["pure"]["folders"]:
        for word in rules["pure"]["words"]:
            for match in re.finditer(re.escape(word), code):
                yield text.count("\n", 0, match.start()) + 1, f"pure: {word} in {folder}"
    for match in re.finditer(r"TODO(?!\(#\d+\))", text):
        yield text.count("\n", 0, match.start()) + 1, "todo: name the issue: TODO(#123)"


def function_bodies(code):
    """The (start, end) of each body: a brace that follows a parameter list, outside of any other."""
    depth_of_body, depth, start = None, 0, 0
    for match in re.finditer(r"[{}]", code):
        token, at = match.group(0), match.start()
        if token == "{":
            before = code[max(0, at - 200):at].rstrip()
            opens_body = re.search(
                r"(\)|const|noexcept|override|final)(\s*->\s*[\w:<>&*, ]+)?$", before)
            is_type = re.search(r"\b(namespace|struct|class|enum)\b[^;{}()]*$", before)
            if depth_of_body is None and opens_body and not is_type:
                depth_of_body, start = depth, at
            depth += 1
        else:
            depth -= 1
            if depth_of_body == depth:
                yield start, at
                depth_of_body = None


def check_functions(code):
    for start, end in function_bodies(code):
        lines = code.count("\n", start, end) + 1
        if lines > FUNCTION_MAX:
            yield code.count("\n", 0, start) + 1, f"size: a function of {lines} lines"


def block_end(code, at):
    """Where the block that holds `at` is closed."""
    depth = 0
    for match in re.finditer(r"[{}]", code[at:]):
        depth += 1 if match.group(0) == "{" else -1
        if depth < 0:
            return at + match.start()
    return len(code)


def check_coroutines(code):
    line_of = lambda at: code.count("\n", 0, at) + 1
    for start, end in function_bodies(code):
        head = re.search(r"\bTask<[^;{}]*$", code[max(0, start - 600):start])
        if not head or not re.search(r"\bco_(await|return|yield)\b", code[start:end]):
            continue
        parameters = head.group(0).partition("(")[2]
        if re.search(r"&|\bstring_view\b|\bspan<", parameters):
            yield line_of(start), "coroutine: its parameters must be values"
    for match in re.finditer(r"\[([^\[\]]+)\]\s*(\([^()]*\))?\s*(mutable\s*)?->\s*Task<[^{;]*\{", code):
        body = code[match.end():block_end(code, match.end())]
        if re.search(r"\bco_(await|return|yield)\b", body):
            yield line_of(match.start()), "coroutine: a lambda that suspends must not capture"
    for match in re.finditer(r"\b(lock_guard|unique_lock|shared_lock|scoped_lock)\b[^;]*;", code):
        if re.search(r"\bco_(await|yield)\b", code[match.end():block_end(code, match.end())]):
            yield line_of(match.start()), "coroutine: a lock is held across co_await"


def check(path, text, rules):
    """Findings in one source; `path` is relative to src/, or to the project for other folders."""
    folder, where = path.parts[0], str(path)
    code = blank(text)
    if folder not in rules["may_include"] and where != "main.cc":
        yield 1, f"layers: folder '{folder}' is not in layers.toml"
    yield from check_includes(folder, where, blank(text, keep_strings=True), rules)
    yield from check_names(folder, where, code, text, rules)
    yield from check_functions(code)
    yield from check_coroutines(code)
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_MAX:
            yield number, f"size: {len(line)} columns"
    most = HEADER_MAX if path.suffix == ".h" else SOURCE_MAX
    if len(lines) > most:
        yield 1, f"size: {len(lines)} lines; split the file (at most {most})"


def check_cmake(root, rules):
    for folder, may in rules["may_include"].items():
        path = root / "src" / folder / "CMakeLists.txt"
        if not path.exists():
            yield path, 1, "layers: layers.toml names a folder that is not there"
            continue
        call = re.search(r"rialto_library\(([^)]*)\)", path.read_text(), re.S).group(1)
        deps = re.search(r"DEPS\s+(.*?)(?=LIBS|$)", call, re.S)
        given = sorted(deps.group(1).split()) if deps else []
        if given != sorted(may):
            yield path, 1, f"layers: DEPS say {given}, layers.toml says {sorted(may)}"


def check_private_headers(root):
    """`Private to X.` in the comment that opens a header: only what lies in src/X may include it."""
    owners = {}
    for path in (root / "src").rglob("*.h"):
        opening = path.read_text().split("#pragma once")[0].replace("\n// ", " ")
        if found := re.search(r"\bPrivate to ([\w/]+)\.", opening):
            owners[str(path.relative_to(root / "src"))] = found.group(1)
    for path in sorted((root / "src").rglob("*.[hc]*")):
        where = str(path.relative_to(root / "src"))
        if path.suffix not in (".h", ".cc"):
            continue
        for number, line in enumerate(path.read_text().split("\n"), 1):
            found = re.match(r'#include "([^"]+)"', line)
            if found and found.group(1) in owners and not is_in(where, [owners[found.group(1)]]):
                yield path, number, f"private: {found.group(1)} is {owners[found.group(1)]}'s own"


def check_map(root, rules):
    path = root / "ARCHITECTURE.md"
    text = path.read_text() if path.exists() else ""
    rows = dict(re.findall(r"^\| `src/(\w+)/` \|[^|]*\| `([\w/.]+)` \|", text, re.M))
    for folder in sorted(set(rules["may_include"]) ^ set(rows)):
        yield path, 1, f"map: src/{folder}/ and the table of folders disagree"
    for folder, header in rows.items():
        if not (root / "src" / folder / header).exists():
            yield path, 1, f"map: there is no src/{folder}/{header}"


def check_locks(root):
    """Every mutex of src/ has a row `| `file` `[Type::]name` | ...` in locks.md, and only those."""
    path = root / "docs/internals/locks.md"
    listed = set()
    for file, names in re.findall(r"^\| `([\w/.]+)` ([^|]*)\|", path.read_text(), re.M):
        listed |= {(file, name) for name in re.findall(r"(\w+)`", names)}
    there = set()
    for source in (root / "src").rglob("*.[hc]*"):
        if source.suffix in (".h", ".cc"):
            for name in re.findall(r"\bstd::\w*mutex (\w+);", blank(source.read_text())):
                there.add((str(source.relative_to(root / "src")), name))
    for file, name in sorted(listed ^ there):
        yield path, 1, f"map: {name} of src/{file} is only in " + (
            "locks.md" if (file, name) in listed else "the code")


def check_pages(root):
    pages = [root / "ARCHITECTURE.md", root / "CONTRIBUTING.md",
             *sorted((root / "docs/internals").glob("*.md"))]
    for page in pages:
        for number, line in enumerate(page.read_text().split("\n"), 1):
            for name in re.findall(
                    r"`((?:src|api|tests|tools|docs|scripts|fuzz|bench|cmake|demo)/[\w/.-]*)`", line):
                if not (root / name).exists():
                    yield page, number, f"map: there is no {name}"
    setup = root / "scripts/setup"
    packages = re.search(r"packages=\(([^)]*)\)", setup.read_text()).group(1).split()
    known = re.findall(r"[\w.+-]+", (root / "docs/internals/dependencies.md").read_text())
    for package in packages:
        if package != '"$@"' and package not in known:
            yield setup, 1, f"map: dependencies.md does not say why {package} is needed"


def main(root):
    root = pathlib.Path(root)
    rules = tomllib.loads((root / "tools/layers.toml").read_text())
    findings = [*check_cmake(root, rules), *check_private_headers(root), *check_map(root, rules),
                *check_locks(root), *check_pages(root)]
    sources = sorted(path for path in (root / "src").rglob("*") if path.suffix in (".h", ".cc"))
    for path in sources:
        found = check(path.relative_to(root / "src"), path.read_text(), rules)
        findings += [(path, line, message) for line, message in found]
    for path, line, message in findings:
        print(f"{path}:{line}: {message}")
    print(f"tidy: {len(sources)} files, {len(findings)} findings")
    return len(findings) != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
