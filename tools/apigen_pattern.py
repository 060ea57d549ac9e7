"""Compiles the regular expressions of AWS's models, at generation time, to position automata.

AWS states constraints in Java's syntax, always matched against the whole text. Glushkov's
construction suits that: every character class of the expression is a position; a text matches when
it walks from a first position along `follow` to a last one. Our server walks all paths at once
(src/api/pattern.h), so the time is bounded by text times positions, whatever the text.

Syntax: literals, escapes, classes, \\d \\w \\s \\p{L|N|Z}, '.', groups, '|', * + ? {n} {n,} {n,m},
'^' at the very start, '$' at the very end, and one negative lookahead '(?!X$)' at the start, read
as "and the text is not X". Everything else raises PatternError: better no build than a wrong check.
"""
import dataclasses
import unicodedata

CODE_POINT_MAX = 0x10FFFF
POSITIONS_MAX = 128  # two words per set; the longest pattern in AWS's events model has 90


class PatternError(Exception):
    pass


@dataclasses.dataclass
class Automaton:
    chars: list   # position -> sorted, disjoint [(first, last)] code points
    follow: list  # position -> set of positions
    first: set
    last: set
    accepts_empty: bool


@dataclasses.dataclass
class Pattern:
    text: str
    accepted: Automaton
    forbidden: Automaton | None


@dataclasses.dataclass
class Part:
    """What Glushkov's construction needs to know of a part of the expression."""
    first: set
    last: set
    empty: bool
    ends: bool = False  # a '$' was read: nothing may follow


def normal(ranges):
    out = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        else:
            out.append((low, high))
    return out


def negated(ranges):
    out, at = [], 0
    for low, high in normal(ranges):
        if low > at:
            out.append((at, low - 1))
        at = high + 1
    if at <= CODE_POINT_MAX:
        out.append((at, CODE_POINT_MAX))
    return out


def category(letter):
    return normal([(c, c) for c in range(CODE_POINT_MAX + 1)
                   if unicodedata.category(chr(c))[0] == letter])


def one(*chars):
    return [(ord(c), ord(c)) for c in chars]


DIGIT = [(0x30, 0x39)]
WORD = normal([(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)])
SPACE = normal(one(" ", "\t", "\n", "\x0b", "\f", "\r"))
DOT = negated(one("\n", "\r", "\u0085", "\u2028", "\u2029"))  # Java's line terminators
LETTERS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


class Compiler:
    def __init__(self, text):
        self.text, self.at = text, 0
        self.chars, self.follow = [], []
        self.forbidden = None

    def fail(self, why):
        raise PatternError(f"{why}, at offset {self.at} of {self.text}")

    def peek(self):
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self, expected=None):
        c = self.peek()
        if not c or (expected and c != expected):
            self.fail(f"expected {expected or 'a character'}")
        self.at += 1
        return c

    def run(self):
        part = self.alternatives(at_start=True)
        if self.at != len(self.text):
            self.fail("unexpected character")
        return Automaton(self.chars, self.follow, part.first, part.last, part.empty)

    def alternatives(self, at_start):
        part = self.sequence(at_start)
        while self.peek() == "|":
            self.take()
            other = self.sequence(at_start)
            part = Part(part.first | other.first, part.last | other.last,
                        part.empty or other.empty, part.ends or other.ends)
        return part

    def sequence(self, at_start):
        part = Part(set(), set(), True)
        nothing_yet = at_start
        while self.peek() not in ("", "|", ")"):
            if self.text.startswith("(?!", self.at):
                self.lookahead(nothing_yet)
                continue
            if self.peek() == "^":
                if not nothing_yet:
                    self.fail("'^' is known at the start only")
                self.take()
                continue
            if self.peek() == "$":
                self.take()
                part.ends = True
                continue
            part = self.joined(part, self.repeated(nothing_yet))
            nothing_yet = False
        return part

    def lookahead(self, nothing_yet):
        if not nothing_yet or self.forbidden:
            self.fail("a lookahead is known at the start only")
        end = self.text.find("$)", self.at)
        inner = self.text[self.at + 3:end]
        if end < 0 or "(" in inner or "|" in inner:
            self.fail("a lookahead is known as (?!X$) only")
        self.forbidden = Compiler(inner).run()
        self.at = end + 2

    def joined(self, left, right):
        if left.ends and right.first:
            self.fail("'$' is known at the end only")
        for p in left.last:
            self.follow[p] |= right.first
        return Part(left.first | right.first if left.empty else left.first,
                    left.last | right.last if right.empty else right.last,
                    left.empty and right.empty, left.ends or right.ends)

    def repeated(self, at_start):
        begin = self.at
        part = self.atom(at_start)
        c = self.peek()
        if c in ("*", "+", "?"):
            self.take()
            low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}[c]
        elif c == "{":
            low, high = self.counts()
        else:
            return part
        if self.peek() in ("*", "+", "?", "{"):
            self.fail("a repetition of a repetition")
        return self.copies(begin, part, low, high)

    def counts(self):
        end = self.text.find("}", self.at)
        words = self.text[self.at + 1:end].split(",")
        if end < 0 or len(words) > 2 or not words[0].isdigit():
            self.fail("a repetition is {n}, {n,} or {n,m}")
        self.at = end + 1
        low = int(words[0])
        high = low if len(words) == 1 else int(words[1]) if words[1] else None
        if high == 0 or (high is not None and high < low):
            self.fail("a repetition of nothing")
        return low, high

    def copies(self, begin, part, low, high):
        """`part` (already compiled once from offset `begin`) repeated low to high times."""
        after = self.at
        if high != 1 and (part.ends or self.text.startswith("(^", begin)):
            self.fail("an anchor within a repetition")
        total = high if high is not None else max(low, 1)
        whole = part
        for n in range(1, total + 1):
            if n > 1:
                self.at = begin
                part = self.atom(False)
                whole = self.joined(whole, part if n <= low else Part(part.first, part.last, True))
            elif low == 0:
                whole = Part(part.first, part.last, True)
        if high is None:
            for p in part.last:
                self.follow[p] |= part.first
        self.at = after
        return whole

    def atom(self, at_start):
        c = self.take()
        if c == "(":
            if self.peek() == "?":
                self.take()
                if self.take() != ":":
                    self.fail("this kind of group is not known")
            part = self.alternatives(at_start)
            self.take(")")
            return part
        if c == "[":
            return self.position(self.char_class())
        if c == ".":
            return self.position(DOT)
        if c == "\\":
            return self.position(self.escape())
        if c in "*+?{}":
            self.at -= 1
            self.fail("nothing to repeat")
        return self.position(one(c))

    def position(self, ranges):
        if len(self.chars) >= POSITIONS_MAX:
            self.fail(f"more than {POSITIONS_MAX} positions")
        self.chars.append(normal(ranges))
        self.follow.append(set())
        p = len(self.chars) - 1
        return Part({p}, {p}, False)

    def escape(self):
        c = self.take()
        if c in LETTERS:
            return one(LETTERS[c])
        if c in "dws":
            return {"d": DIGIT, "w": WORD, "s": SPACE}[c]
        if c == "x":
            digits = self.take() + self.take()
            return [(int(digits, 16), int(digits, 16))]
        if c == "p":
            self.take("{")
            letter = self.take()
            self.take("}")
            if letter not in "LNZ":
                self.fail(f"\\p{{{letter}}} is not known")
            return category(letter)
        if c.isalnum():
            self.fail(f"\\{c} is not known")
        return one(c)

    def char_class(self):
        is_negated = self.peek() == "^"
        if is_negated:
            self.take()
        ranges = []
        while self.peek() != "]" or not ranges:
            if self.peek() == "[" or self.text.startswith("&&", self.at):
                self.fail("classes within classes are not known")
            low = self.escape() if self.take() == "\\" else one(self.text[self.at - 1])
            is_range = (self.peek() == "-" and self.text[self.at + 1:self.at + 2] != "]"
                        and len(low) == 1 and low[0][0] == low[0][1])
            if is_range and self.text[self.at + 1:self.at + 2]:
                self.take("-")
                high = self.escape() if self.take() == "\\" else one(self.text[self.at - 1])
                if len(high) != 1 or high[0][0] != high[0][1] or high[0][0] < low[0][0]:
                    self.fail("not a range")
                low = [(low[0][0], high[0][0])]
            ranges += low
        self.take("]")
        return negated(ranges) if is_negated else ranges


def compile_pattern(text):
    compiler = Compiler(text)
    accepted = compiler.run()
    return Pattern(text, accepted, compiler.forbidden)


def walks(automaton, text):
    """The matcher of src/api/pattern.cc in Python, for the tests of the construction."""
    if not text:
        return automaton.accepts_empty
    live, here = automaton.first, set()
    for c in text:
        here = {p for p in live if any(a <= ord(c) <= b for a, b in automaton.chars[p])}
        live = set().union(*(automaton.follow[p] for p in here))
    return bool(here & automaton.last)


def matches(pattern, text):
    return walks(pattern.accepted, text) and not (
        pattern.forbidden and walks(pattern.forbidden, text))
