"""Patterns of `matches`: the part of RE2's syntax that people write, unanchored, in linear time.

Python's own `re` backtracks: `^(a+)+$` on thirty letters takes it minutes, which a flag must never cost. So this walks the
text once with the set of all places in the pattern that can be reached (Thompson). It knows literals, `.`, classes,
`\\d \\w \\s` and their opposites, groups, `|`, `* + ? {m,n}` (lazy or not: only *whether* it matches counts), `^ $ \\A \\z`
and `\\b \\B`, all as in RE2: ASCII classes, `$` at the very end only, `.` without the line feed. README.md lists what it leaves out.
"""

MAX_SOURCE = 1_024
MAX_REPEAT = 1_000
MATCH = "match"


class BadPattern(ValueError):
    """Not RE2, or a part of it that this reference leaves out."""


def compile_pattern(source):
    """A program for `search`; raises BadPattern."""
    if len(source) > MAX_SOURCE:
        raise BadPattern("a pattern has at most 1,024 characters")
    return [*emit(Parser(source).parse()), (MATCH, lambda _: False)]


def search(program, text):
    """Whether the pattern matches anywhere in the text."""
    places = set()
    for at in range(len(text) + 1):
        # Unanchored: a match may also begin here.
        places = reach(program, [*places, 0], text, at)
        if any(program[place][0] == MATCH for place in places):
            return True
        if at < len(text):
            places = {place + 1 for place in places if program[place][1](text[at])}
    return False


def reach(program, starts, text, at):
    """All places that can be reached without taking a character, those of tests and of the end."""
    seen, found, open_places = set(), set(), list(starts)
    while open_places:
        place = open_places.pop()
        if place in seen:
            continue
        seen.add(place)
        kind, *operands = program[place]
        if kind == "go":
            open_places += [place + step for step in operands]
        elif kind == "at":
            open_places += [place + 1] if operands[0](text, at) else []
        else:
            found.add(place)
    return found


# From a tree to a program of steps: take a character, go on at several places, or be at a position.


def emit(node):
    kind, *parts = node
    if kind in ("take", "at"):
        return [(kind, parts[0])]
    if kind == "sequence":
        return [step for part in parts for step in emit(part)]
    if kind == "either":
        first, second = emit(parts[0]), emit(parts[1])
        return [("go", 1, len(first) + 2), *first, ("go", len(second) + 1), *second]
    body, least, most = emit(parts[0]), parts[1], parts[2]
    optional = [("go", 1, len(body) + 1), *body]
    if most is None:
        return body * least + [("go", 1, len(body) + 2), *body, ("go", -len(body) - 1)]
    return body * least + optional * (most - least)


# From a source to a tree.

DIGITS = frozenset("0123456789")
WORD = DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
SPACE = frozenset("\t\n\f\r ")
CLASSES = {"d": DIGITS, "w": WORD, "s": SPACE}
CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}


def is_word_boundary(text, at):
    before, after = at > 0 and text[at - 1] in WORD, at < len(text) and text[at] in WORD
    return before != after


POSITIONS = {
    "A": lambda text, at: at == 0,
    "z": lambda text, at: at == len(text),
    "b": is_word_boundary,
    "B": lambda text, at: not is_word_boundary(text, at),
}


class Parser:
    def __init__(self, source):
        self.source = source
        self.at = 0

    def parse(self):
        node = self.alternatives()
        if self.at < len(self.source):
            raise BadPattern("a ) without its (")
        return node

    def peek(self):
        return self.source[self.at : self.at + 1]

    def take(self):
        if self.at >= len(self.source):
            raise BadPattern("it ends too soon")
        self.at += 1
        return self.source[self.at - 1]

    def takes(self, text):
        found = self.source.startswith(text, self.at)
        self.at += len(text) if found else 0
        return found

    def alternatives(self):
        node = self.sequence()
        return ("either", node, self.alternatives()) if self.takes("|") else node

    def sequence(self):
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom()))
        return ("sequence", *parts)

    def repeated(self, node):
        bounds = self.bounds()
        if bounds is None:
            return node
        self.takes("?")
        if self.bounds() is not None:
            raise BadPattern("a repeat of a repeat")
        return ("repeat", node, *bounds)

    def bounds(self):
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.takes(sign):
                return bounds
        return self.counted() if self.peek() == "{" else None

    def counted(self):
        """`{m}`, `{m,}`, `{m,n}`; anything else after a brace is a plain brace."""
        inside, found, _ = self.source[self.at + 1 :].partition("}")
        least, comma, most = inside.partition(",")
        if not found or not is_number(least) or not (most == "" or is_number(most)):
            return None
        self.at += len(inside) + 2
        bounds = (int(least), int(most) if most else None if comma else int(least))
        if max(bound or 0 for bound in bounds) > MAX_REPEAT or (bounds[1] is not None and bounds[1] < bounds[0]):
            raise BadPattern("a repeat of more than 1,000, or one that ends before it begins")
        return bounds

    def atom(self):
        sign = self.take()
        if sign == "(":
            return self.group()
        if sign == "[":
            return ("take", self.character_class())
        if sign == "\\":
            return self.escape()
        if sign in "*+?":
            raise BadPattern("a repeat of nothing")
        if sign in "^$":
            return ("at", POSITIONS["A" if sign == "^" else "z"])
        return ("take", (lambda one: one != "\n") if sign == "." else (lambda one: one == sign))

    def group(self):
        if self.takes("?") and not self.takes(":"):
            raise BadPattern("flags, names and looks around are not read here")
        node = self.alternatives()
        if self.take() != ")":
            raise BadPattern("a ( without its )")
        return node

    def escape(self):
        sign = self.peek()
        if sign in POSITIONS and sign != "":
            self.at += 1
            return ("at", POSITIONS[sign])
        return ("take", self.escaped_set())

    def escaped_set(self):
        """The test of one escaped character or class."""
        sign = self.take()
        if sign.lower() in CLASSES:
            members, is_inside = CLASSES[sign.lower()], sign.islower()
            return lambda one: (one in members) == is_inside
        if sign in WORD and sign not in CONTROL:
            raise BadPattern(f"\\{sign} is not read here")
        character = CONTROL.get(sign, sign)
        return lambda one: one == character

    def character_class(self):
        is_inside, tests = not self.takes("^"), []
        while self.peek() != "]" or not tests:
            tests.append(self.class_member())
        self.take()
        return lambda one: any(test(one) for test in tests) == is_inside

    def class_member(self):
        sign = self.take()
        if sign == "[" and self.peek() == ":":
            raise BadPattern("named classes are not read here")
        if sign == "\\":
            return self.escaped_set()
        if self.peek() != "-" or self.source[self.at + 1 : self.at + 2] in ("]", ""):
            return lambda one: one == sign
        self.take()
        last = self.take()
        if last == "\\" or last < sign:
            raise BadPattern("a range that ends before it begins, or in an escape")
        return lambda one: sign <= one <= last


def is_number(text):
    return text != "" and set(text) <= DIGITS
