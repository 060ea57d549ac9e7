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


def _verdict(row, trusted, checked, dom, factor):
    """Whether all demands on a row are met: as they stand, or as this machine scales them."""
    def is_met(scale):
        return ((row.goal is None or trusted >= row.goal * scale) and
                (row.group != "city" or checked >= R.TIMES_DOM * dom) and
                (row.event_ruler is None or checked >= R.TIMES_EVENT_RULER * row.event_ruler * scale))
    if row.goal is None and row.event_ruler is None:
        return "-"
    return "met" if is_met(max(1, factor)) else "met here" if is_met(factor) else "SHORT"


def _matching(pairs):
    head = ["M events/s, one thread", "trusted", "goal", "made", "machine", "goal here", "made", "x scan", "of", "checked",
            "x DOM", "of", "x ER", "x ER here", "of", ""]
    lines = []
    for row, figures in pairs:
        trusted, checked, dom, scan = (figures[key] / 1e6 for key in ("trusted", "checked", "dom", "machine_scan"))
        factor = scan / R.SCAN_REFERENCE
        goal = None if row.goal is None else row.goal * factor
        times = [f"{checked / row.event_ruler:.1f}", f"{checked / row.event_ruler / factor:.1f}",
                 f"{R.TIMES_EVENT_RULER}"] if row.event_ruler else ["-"] * 3
        lines.append([
            row.name, _number(trusted), _number(row.goal), _percent(trusted, row.goal), f"{factor:.2f}", _number(goal),
            _percent(trusted, goal), f"{trusted / scan:.3f}",
            "-" if row.goal is None else f"{row.goal / R.SCAN_REFERENCE:.3f}", _number(checked), f"{checked / dom:.2f}",
            f"{R.TIMES_DOM}" if row.group == "city" else "-", *times, _verdict(row, trusted, checked, dom, factor)])
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
