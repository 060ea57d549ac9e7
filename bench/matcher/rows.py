"""The rows of bench/ruler: what each measures, and the figures it is judged by.

Events/s are in millions. A goal holds on the machine where a structural scan of citylots2 makes SCAN_REFERENCE; elsewhere, and
while others use the machine, it is scaled by what the same scan makes there, taken in the same process as the row's figures.
The second yardstick is event-ruler, the library of AWS: its best published or measured figure, on the same footing.
"""
import dataclasses

SCAN_REFERENCE = 8.1
# Lines a second of simdjson alone on the reference machine.
YARDSTICKS = {"scan": 8.1, "look_up": 6.1, "skip": 3.0, "visit": 1.0, "dom": 1.06}
YARDSTICK_NAMES = {"scan": "structural scan", "look_up": "three fields looked up", "skip": "skipped to the end",
                   "visit": "every value visited", "dom": "DOM built"}
TIMES_EVENT_RULER = 2.5  # what the checked entry must make of event-ruler's figure
TIMES_DOM = 0.8          # and of a DOM parse of the same lines, where they are citylots2's


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    group: str                 # city, scale, arrays, memory, bulk, publish, compile, yardsticks
    kind: str = ""             # the rule set, or gen_scale's kind
    rules: int = 0
    elements: int = 0          # of arrays
    goal: float | None = None  # events/s of the trusted entry, in millions; bytes or rules/s in other groups
    event_ruler: float | None = None


def _city(name, goal, event_ruler):
    return Row(name, "city", name, goal=goal, event_ruler=event_ruler)


def _scale(kind, rules, goal=None, event_ruler=None):
    return Row(f"{kind}-{rules}", "scale", kind, rules, goal=goal, event_ruler=event_ruler)


def _arrays(elements, goal=None, event_ruler=None):
    return Row(f"arrays-{elements}", "arrays", "arrays", 1000, elements, goal, event_ruler)


ROWS = [
    Row("yardsticks", "yardsticks"),
    _city("exact", 3.5, .37),
    _city("prefix", 3.5, .37),
    _city("suffix", 3.0, .30),
    _city("prefix_equals_ignore_case", 3.0, .30),
    _city("suffix_equals_ignore_case", 3.0, .30),
    _city("equals_ignore_case", 3.0, .30),
    _city("wildcard", 3.0, .29),
    _city("numeric", 2.0, .19),
    _city("anything_but", 2.5, .23),
    _city("anything_but_ignore_case", 2.5, .23),
    _city("anything_but_prefix", 2.5, .23),
    _city("anything_but_suffix", 2.5, .23),
    _city("anything_but_wildcard", 2.5, .23),
    _city("complex_arrays", 0.5, .045),
    _city("partial_combo", 1.0, .073),
    _city("combo", 0.4, .027),
    _scale("exact", 1000, 3.0, .27),
    _scale("exact", 100_000, 2.0, .088),
    _scale("exact", 1_000_000, 1.5, .049),
    _scale("numeric", 100_000, 1.0, .056),
    _scale("numeric_one_field", 100_000, 1.0),
    _scale("prefix", 100_000),
    _scale("anything_but", 100_000),
    _scale("wildcard", 10_000),
    _scale("wildcard_one_field", 1000, 0.3, .002),
    _scale("wildcard_one_field", 10_000, 0.1),
    _arrays(100, 0.1, .0044),
    _arrays(1000, 0.01, .00006),
    _arrays(10_000),
    Row("memory-exact-1000000", "memory", "exact", 1_000_000, goal=200),
    Row("memory-numeric-100000", "memory", "numeric", 100_000, goal=300),
    Row("memory-numeric-1000000", "memory", "numeric", 1_000_000, goal=300),
    Row("memory-exact-100000", "memory", "exact", 100_000, goal=200),
    Row("bulk-exact-100000", "bulk", "exact", 100_000, goal=500_000),
    Row("bulk-exact-1000000", "bulk", "exact", 1_000_000, goal=500_000),
    Row("bulk-wildcard-10000", "bulk", "wildcard", 10_000, goal=20_000),
    Row("publish-exact-100000", "publish", "exact", 100_000),
    Row("compile-exact", "compile", "exact", 10_000),
    Row("compile-prefix", "compile", "prefix", 10_000),
    Row("compile-numeric", "compile", "numeric", 10_000),
    Row("compile-wildcard", "compile", "wildcard", 10_000),
]
