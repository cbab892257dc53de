"""Conditions: a tree of tests on the evaluation context, three-valued, read in *open* or in *closed* mode.

True, False and None (*unknown*) combine as Kleene does: False wins an `all`, True wins an `any`, and unknown survives
`not`. *Open* mode (rules, segments, fallbacks) reads a missing or wrongly typed attribute as False; *closed* mode
(`only`) reads it as unknown, because there anything but True denies.
"""

from comparisons import OPERATORS, WRONG_TYPE, Undecidable

UNKNOWN = None
MISSING = object()

MAX_DEPTH = 16
MAX_NODES = 2_000
MAX_ARRAY_ELEMENTS = 1_000
MAX_SEGMENT_KEYS = 10_000
MAX_LIST_ENTRIES = 1_000


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
        if not isinstance(value, dict) or part not in value:
            return MISSING
        value = value[part]
    return present(value)


def present(value):
    not_in_json = isinstance(value, float) and (value != value or abs(value) == float("inf"))
    return MISSING if value is None or not_in_json else value


def targeting_key(context):
    """None unless it is a text that is not empty."""
    key = read_attribute(context, "targetingKey")
    return key if isinstance(key, str) and key != "" else None


class Reader:
    """Reads the conditions of one evaluation, and counts those that could not be decided."""

    def __init__(self, segments, context):
        self.segments = segments
        self.context = context
        self.unknowns = 0

    def holds(self, tree, closed=False):
        """`when` holds and `only` passes only if this gives True; a limit that the tree exceeds makes all of it unknown."""
        if not is_within_limits(tree):
            return self.unknown()
        return self.test_tree(tree, closed, ())

    def unknown(self):
        self.unknowns += 1
        return UNKNOWN

    # Trees.

    def test_tree(self, tree, closed, inside):
        """Everything in one object must hold. `inside` names the segments we are in, so that a circle is unknown."""
        if not isinstance(tree, dict) or len(tree) == 0:
            return self.unknown()
        return all_of(lambda word=word, part=part: self.test_part(word, part, closed, inside) for word, part in tree.items())

    def test_part(self, word, part, closed, inside):
        if word in ("all", "any"):
            if not isinstance(part, list) or len(part) == 0:
                return self.unknown()
            combine = all_of if word == "all" else any_of
            return combine(lambda tree=tree: self.test_tree(tree, closed, inside) for tree in part)
        if word == "not":
            return negate(self.test_tree(part, closed, inside))
        if word == "segment":
            return self.test_segments(part, closed, inside)
        if word == "attribute":
            if not isinstance(part, dict) or len(part) == 0:
                return self.unknown()
            return all_of(lambda name=name, test=test: self.test_attribute(name, test, closed) for name, test in part.items())
        return self.test_attribute(word, part, closed)

    # Attributes.

    def test_attribute(self, name, test, closed):
        """A scalar is `eq`, a list is `in`, an object lists operators that must all hold for one and the same element."""
        if isinstance(test, list):
            test = {"in": test}
        elif not isinstance(test, dict):
            test = {"eq": test}
        if len(test) == 0:
            return self.unknown()
        value = read_attribute(self.context, name)
        exists = [(name, operand) for name, operand in test.items() if name == "exists"]
        others = [(name, operand) for name, operand in test.items() if name != "exists"]
        tests = [lambda: self.test_exists(value, operand) for _, operand in exists]
        if len(others) > 0:
            tests.append(lambda: self.test_value(value, others, closed))
        return all_of(tests)

    def test_exists(self, value, operand):
        """About the attribute as a whole: an empty text or list is there."""
        return (value is not MISSING) == operand if isinstance(operand, bool) else self.unknown()

    def test_value(self, value, operators, closed):
        if not isinstance(value, list):
            return self.test_element(value, operators, closed)
        if len(value) > MAX_ARRAY_ELEMENTS:
            return self.unknown()
        return any_of(lambda element=element: self.test_element(present(element), operators, closed) for element in value)

    def test_element(self, value, operators, closed):
        return all_of(
            lambda name=name, operand=operand: self.test_operator(value, name, operand, closed) for name, operand in operators
        )

    def test_operator(self, value, name, operand, closed):
        compare = OPERATORS.get(name)
        if compare is None:
            return self.unknown()
        try:
            answer = compare(value, operand)
        except Undecidable:
            return self.unknown()
        if answer is WRONG_TYPE:
            return UNKNOWN if closed else False
        return answer

    # Segments.

    def test_segments(self, names, closed, inside):
        """One name, or a list of which any may hold."""
        names = names if isinstance(names, list) else [names]
        if not 0 < len(names) <= MAX_LIST_ENTRIES:
            return self.unknown()
        return any_of(lambda name=name: self.test_segment(name, closed, inside) for name in names)

    def test_segment(self, name, closed, inside):
        """Exclude wins, then include, then `when`; without a `when` only `include` matches."""
        segment = self.segments.get(name) if isinstance(name, str) else None
        if segment is None or name in inside:
            return self.unknown()
        include, exclude = segment.get("include", []), segment.get("exclude", [])
        if max(len(include), len(exclude)) > MAX_SEGMENT_KEYS:
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
        if not is_within_limits(segment["when"]):
            return self.unknown()
        return self.test_tree(segment["when"], closed, (*inside, name))


def is_within_limits(tree):
    """At most 16 levels and 2,000 parts; a part is a tree or the test of an attribute or of a segment."""
    parts, level = 0, [tree]
    for _ in range(MAX_DEPTH):
        parts += sum(len(one) if isinstance(one, dict) else 1 for one in level)
        level = [below for one in level for below in trees_below(one)]
        if parts > MAX_NODES:
            return False
        if len(level) == 0:
            return True
    return False


def trees_below(tree):
    if not isinstance(tree, dict):
        return []
    lists = [part for word in ("all", "any") for part in [tree.get(word)] if isinstance(part, list)]
    return [below for part in lists for below in part] + ([tree["not"]] if "not" in tree else [])
