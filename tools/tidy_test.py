"""tidy's own tests: what it must find, and what it must leave alone."""
import pathlib
import sys
import tomllib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tidy

RULES = tomllib.loads((pathlib.Path(__file__).parent / "layers.toml").read_text())


def findings(folder, text, name="x.cc"):
    return [message.split(":")[0] for _, message in tidy.check(pathlib.Path(folder) / name, text, RULES)]


BAD = {
    '#include "service/page.h"': "layers",
    '#include "queue/engine/ledger.h"': "private",
    '#include <rocksdb/db.h>': "only_in",
    '#include <boost/asio/post.hpp>': "only_in",
    'auto t = std::chrono::steady_clock::now();': "banned",
    'if (x) throw std::runtime_error("no");': "banned",
    'auto* home = getenv("HOME");': "banned",
    '// ' + "x" * 100: "size",
    'void f() {\n' + "  g();\n" * 80 + "}\n": "size",
    '// TODO: later': "todo",
    '#include <curl/curl.h>': "only_in",
    'Task<> f(const Event& event) {\n  co_return;\n}': "coroutine",
    'Task<Result<>> X::f(std::string_view name) {\n  co_return Result<>();\n}': "coroutine",
    'void f() {\n  g([id]() -> Task<> { co_await h(id); });\n}': "coroutine",
    'Task<> f() {\n  const std::lock_guard guard(mutex_);\n  co_await g();\n}': "coroutine",
}
GOOD = [
    'log.info("throw std::cout");  // throw nothing',
    '#include "targets/target_type.h"\n#include <vector>',
    'class Big {\n' + "  int member;\n" * 90 + "};\n",
    '// TODO(#12): later',
    'Task<> run(Service& service) { return perform(&service); }',
    'Task<> f(Event event) {\n  co_await g([this](int& x) { return x; });\n}',
    'Task<> f() {\n  {\n    const std::lock_guard guard(mutex_);\n  }\n  co_await g();\n}',
    'void f() {\n  g([id]() -> Task<> { return h(id); });\n}',
    'const auto million = 1\'000\'000;\nconst char c = \'{\';',
]


def main():
    for text, kind in BAD.items():
        assert findings("delivery", text) == [kind], (text[:60], findings("delivery", text))
    for text in GOOD:
        assert findings("delivery", text) == [], (text[:60], findings("delivery", text))
    assert findings("ruler", '#include "base/log.h"') == ["pure"]
    assert findings("json", "std::mutex mutex_;") == ["pure"]
    assert findings("delivery", '#include "base/log.h"') == []
    assert findings("net", "#include <boost/asio/awaitable.hpp>") == []
    assert findings("net", "#include <boost/asio.hpp>") == ["only_in"]
    assert findings("http", "#include <boost/asio/post.hpp>", "x.h") == ["only_in"]
    assert findings("store", '#include "net/bridge.h"', "x.h") == ["only_in"]
    assert findings("store", '#include "net/bridge.h"') == []
    assert findings("service", "x\n" * 250, "x.h") == ["size"]
    assert findings("nowhere", "") == ["layers"]
    print(f"{len(BAD) + len(GOOD) + 10} passed, 0 failed")


if __name__ == "__main__":
    main()
