"""Conditions: a tree of tests on the evaluation context, three-valued, read in *open* or in *closed* mode.

True, False and None (*unknown*) combine as Kleene does: False wins an `all`, True wins an `any`, and unknown survives
`not`. *Open* mode (rules, segments, fallbacks) reads a missing or wrongly typed attribute as False; *closed* mode
(`only`) reads it as unknown, because there anything but True denies.
"""

import math
import re

from comparisons import OPERATORS, WRONG_TYPE, Undecidable

UNKNOWN = None
MISSING = object()

MAX_DEPTH = 16
MAX_NODES = 2_000
MAX_ARRAY_ELEMENTS = 1_000
MAX_SEGMENT_KEYS = 10_000
MAX_LIST_ENTRIES = 1_000
MAX_CHAIN = 32
MAX_SAFE_INTEGER = 2**53 - 1
MAX_STEPS = 200_000

CONDITION_WORDS = ("all", "any", "not", "segment", "attribute")


def all_of(tests):
    """Stops at the first False, so that what stands behind it is not looked at (nor counted)."""
    answer = True
    for test in tests:
        found = test()
        if found is False:
            return False
        if found is UNKNOWN:
            answer = UNKNOWN
    return answer


def any_of(tests):
    """Stops at the first True."""
    answer = False
    for test in tests:
        found = test()
        if found is True:
            return True
        if found is UNKNOWN:
            answer = UNKNOWN
    return answer


def negate(answer):
    return UNKNOWN if answer is UNKNOWN else not answer


# Attributes of a context.


def read_attribute(context, name):
    """An exact own key of the context, else a path into it; null is missing."""
    if name in context:
        return present(context[name])
    value = context
    for part in name.split("."):
        value = read_part(value, part)
    return present(value)


def read_part(value, part):
    """A key of an object, or a place in a list, counted from 0."""
    if isinstance(value, dict):
        return value.get(part)
    is_place = isinstance(value, list) and re.fullmatch("0|[1-9][0-9]{0,8}", part) is not None
    return value[int(part)] if is_place and int(part) < len(value) else None


def present(value):
    """What JSON cannot carry is missing, as null is."""
    is_missing = value is None or (isinstance(value, float) and not math.isfinite(value))
    return MISSING if is_missing else value


def targeting_key(context):
    return unit_of(read_attribute(context, "targetingKey"))


def unit_of(value):
    """A key to hash or to look for in lists: a text that is not empty, or an integer as decimal text; else None."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_SAFE_INTEGER:
        return str(int(value))
    return value if isinstance(value, str) and value != "" else None


class Reader:
    """Reads the conditions of one evaluation, bounds its work, and counts the conditions that could not be decided."""

    def __init__(self, segments, context):
        self.segments = segments
        self.context = context
        self.unknowns = 0
        self.steps = 0
        # How many segments and required flags we are inside of.
        self.depth = 0
        self.is_cut = False

    def holds(self, tree, closed=False):
        """A `when` holds and an `only` passes where this gives True; a tree that exceeds a limit is unknown as a whole."""
        return self.test_tree(tree, closed) if is_within_limits(tree) else self.unknown()

    def unknown(self):
        self.unknowns += 1
        return UNKNOWN

    def may_look(self, steps):
        """Conditions, array elements and list entries are steps, and the whole evaluation may take 200,000."""
        self.steps += steps
        return self.steps <= MAX_STEPS

    def look(self, steps):
        if not self.may_look(steps):
            raise Undecidable("the evaluation has used up its steps")

    # Trees.

    def test_tree(self, tree, closed):
        """Everything in one object must hold."""
        if not isinstance(tree, dict) or len(tree) == 0:
            return self.unknown()
        return all_of(lambda word=word, part=part: self.test_part(word, part, closed) for word, part in tree.items())

    def test_part(self, word, part, closed):
        if word in ("all", "any"):
            if not isinstance(part, list) or len(part) == 0:
                return self.unknown()
            combine = all_of if word == "all" else any_of
            return combine(lambda tree=tree: self.test_tree(tree, closed) for tree in part)
        if word == "not":
            return negate(self.test_tree(part, closed))
        if word == "segment":
            return self.test_segments(part, closed)
        if word == "attribute":
            if not isinstance(part, dict) or len(part) == 0:
                return self.unknown()
            return all_of(lambda name=name, test=test: self.test_attribute(name, test, closed) for name, test in part.items())
        return self.test_attribute(word, part, closed)

    # Attributes.

    def test_attribute(self, name, test, closed):
        """A scalar is `eq`, a list is `in`, an object lists operators that must all hold for one and the same element."""
        try:
            exists, operators = read_test(test)
        except Undecidable:
            return self.unknown()
        if not self.may_look(1):
            return self.unknown()
        value = read_attribute(self.context, name)
        # `exists` is about the attribute as a whole: an empty text or list is there.
        if exists is not None and exists != (value is not MISSING):
            return False
        if len(operators) == 0:
            return True
        return self.test_list(value, operators, closed) if isinstance(value, list) else self.test_value(value, operators, closed)

    def test_list(self, values, operators, closed):
        """One element must satisfy all operators; nothing in an empty list does."""
        if len(values) > MAX_ARRAY_ELEMENTS:
            return self.unknown()
        answer = False
        for value in values:
            if not self.may_look(len(operators)):
                return self.unknown()
            found = self.test_value(present(value), operators, closed)
            if found is True:
                return True
            answer = UNKNOWN if found is UNKNOWN else answer
        return answer

    def test_value(self, value, operators, closed):
        return all_of(lambda operator=operator: self.test_operator(value, operator, closed) for operator in operators)

    def test_operator(self, value, operator, closed):
        compare, operand = operator
        try:
            answer = compare(value, operand, self.look)
        except Undecidable:
            return self.unknown()
        if answer is WRONG_TYPE:
            return UNKNOWN if closed else False
        return answer

    # Segments.

    def test_segments(self, names, closed):
        """One name, or a list of which any may hold."""
        names = names if isinstance(names, list) else [names]
        if not 0 < len(names) <= MAX_LIST_ENTRIES:
            return self.unknown()
        return any_of(lambda name=name: self.test_segment(name, closed) for name in names)

    def test_segment(self, name, closed):
        """Exclude wins, then include, then `when`; without a `when` only `include` matches.

        A circle of segments is a chain that does not end, and so unknown at its limit.
        """
        segment = self.segments.get(name) if isinstance(name, str) else None
        if segment is None or self.depth >= MAX_CHAIN or not self.may_look(1):
            return self.unknown()
        include, exclude = segment.get("include", []), segment.get("exclude", [])
        if not is_key_list(include) or not is_key_list(exclude):
            return self.unknown()
        key = targeting_key(self.context)
        if closed and key is None and len(include) + len(exclude) > 0:
            return UNKNOWN
        if key in exclude:
            return False
        if key in include:
            return True
        if "when" not in segment:
            return False
        self.depth += 1
        answer = self.holds(segment["when"], closed)
        self.depth -= 1
        return answer


def read_test(test):
    """`exists` and the operators of one attribute, each with its operand made ready.

    An operator or operand that this version does not know makes the whole attribute undecidable: who can say what the
    newer one would have let through?
    """
    if not isinstance(test, dict):
        test = {"in": test} if isinstance(test, list) else {"eq": test}
    exists = test.get("exists")
    if len(test) == 0 or ("exists" in test and not isinstance(exists, bool)):
        raise Undecidable("it has no operators, or an exists that is neither true nor false")
    names = [name for name in test if name != "exists"]
    if any(name not in OPERATORS for name in names):
        raise Undecidable("it has an operator that this version does not know")
    return exists, [(OPERATORS[name][1], OPERATORS[name][0](test[name])) for name in names]


def is_key_list(keys):
    return isinstance(keys, list) and len(keys) <= MAX_SEGMENT_KEYS and all(isinstance(key, str) for key in keys)


def is_within_limits(tree):
    """At most 16 levels of trees, and 2,000 parts: every tree and every test of an attribute is one."""
    parts, level = 0, [tree]
    for _ in range(MAX_DEPTH):
        parts += sum(1 + len(attributes_of(one)) for one in level)
        level = [below for one in level for below in trees_below(one)]
        if len(level) == 0 or parts > MAX_NODES:
            break
    return len(level) == 0 and parts <= MAX_NODES


def attributes_of(tree):
    if not isinstance(tree, dict):
        return []
    escaped = tree.get("attribute")
    return [name for name in tree if name not in CONDITION_WORDS] + (list(escaped) if isinstance(escaped, dict) else [])


def trees_below(tree):
    if not isinstance(tree, dict):
        return []
    lists = [tree[word] for word in ("all", "any") if isinstance(tree.get(word), list)]
    return [below for trees in lists for below in trees] + ([tree["not"]] if "not" in tree else [])
