"""Measured rows as tables of text."""
from matcher import rows as R

MATCHING = ("city", "scale", "arrays")


def print_tables(measured):
    """`measured`: pairs of a row and its figures, as bench_ruler prints them, or {"failed": why}."""
    for row, figures in measured:
        if "failed" in figures:
            print(f"FAILED {row.name}: {figures['failed']}")
    good = [pair for pair in measured if "failed" not in pair[1]]
    for groups, show in [(("yardsticks",), _yardsticks), (MATCHING, _matching), (("memory",), _memory),
                         (("bulk", "compile"), _rates), (("publish",), _publish)]:
        pairs = [pair for pair in good if pair[0].group in groups]
        if pairs:
            print()
            _print(*show(pairs))


def _print(head, lines):
    cells = [head, *lines]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    for row in cells:
        print("  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip())


def _number(value, digits=3):
    return "-" if value is None else f"{value:.{digits}f}" if value >= 0.1 else f"{value:.{digits + 2}f}"


def _percent(value, goal):
    return "-" if goal is None else f"{100 * value / goal:.0f}%"


def _yardsticks(pairs):
    lines = []
    for _, figures in pairs:
        for key, reference in R.YARDSTICKS.items():
            value = figures[key] / 1e6
            lines.append([R.YARDSTICK_NAMES[key], _number(value), _number(reference), f"{value / reference:.2f}"])
    return ["simdjson alone, M lines/s", "here", "reference", "factor"], lines


def checked_goal(row, figures, factor):
    """What the checked entry must make here, in M events/s: the greatest of its two demands."""
    demands = []
    if row.event_ruler is not None:
        demands.append(R.TIMES_EVENT_RULER * row.event_ruler * factor)
    if row.group == "city" and row.goal is not None:
        demands.append(R.TIMES_DOM * figures["dom"] / 1e6)
    return demands


def _matching(pairs):
    head = ["M events/s, one thread", "trusted", "x scan", "goal", "x scan", "machine", "goal here", "made", "checked",
            "x DOM", "goal", "ER x2.5 here", "made", "x ER"]
    lines = []
    for row, figures in pairs:
        trusted, checked, dom = (figures[key] / 1e6 for key in ("trusted", "checked", "dom"))
        scan = figures["machine_scan"] / 1e6
        factor = scan / R.SCAN_REFERENCE
        goal = None if row.goal is None else row.goal * factor
        ruler = None if row.event_ruler is None else row.event_ruler * factor
        lines.append([
            row.name, _number(trusted), _number(trusted / scan), _number(row.goal),
            _number(None if row.goal is None else row.goal / R.SCAN_REFERENCE), f"{factor:.2f}", _number(goal),
            _percent(trusted, goal), _number(checked), f"{checked / dom:.2f}",
            f"{R.TIMES_DOM}" if row.group == "city" else "-",
            _number(None if ruler is None else R.TIMES_EVENT_RULER * ruler),
            _percent(checked, None if ruler is None else R.TIMES_EVENT_RULER * ruler),
            "-" if ruler is None else f"{checked / ruler:.1f}"])
    return head, lines


def _memory(pairs):
    head = ["bytes per rule, resident", "figure", "heap trimmed", "goal (at most)", "left after removal", "left, heap trimmed",
            "removals/s"]
    return head, [[row.name, f"{f['bytes_per_rule']:.0f}", f"{f['bytes_per_rule_trimmed']:.0f}", f"{row.goal}",
                   f"{f['bytes_left']:.1f}", f"{f['bytes_left_trimmed']:.1f}", f"{f['removals_per_second']:,.0f}"]
                  for row, f in pairs]


def _rates(pairs):
    lines = []
    for row, figures in pairs:
        value = figures["rules_per_second" if row.group == "bulk" else "patterns_per_second"]
        lines.append([row.name, f"{value:,.0f}", "-" if row.goal is None else f"{row.goal:,}", _percent(value, row.goal)])
    return ["rules/s", "figure", "goal", "made"], lines


def _publish(pairs):
    head = ["one change and a snapshot, µs", "wall median", "wall p99", "CPU median", "CPU p99", "changes"]
    lines = []
    for row, figures in pairs:
        for prefix, note in (("", ""), ("beside_reader_", ", while another thread matches")):
            for change in ("add", "remove"):
                numbers = [figures[f"{prefix}{change}_{clock}_us_{which}"] for clock in ("wall", "cpu")
                           for which in ("median", "p99")]
                lines.append([f"{row.name}: {change}{note}", *(f"{n:,.1f}" for n in numbers),
                              f"{figures[prefix + 'changes']:.0f}"])
    return head, lines
