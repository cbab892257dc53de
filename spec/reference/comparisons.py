"""What each operator says about one value: True, False, or WRONG_TYPE when the value is not of the operator's kind.

Every operator is two functions: `read` makes its operand ready, once, and `test` holds a value against it. Every number
here is a float, as in JSON and JavaScript, so that `True` and `1` stay two things and no integer is more exact than on
the other runtimes. A value that does not parse (a date, a version, an address) counts as wrongly typed.
"""

import datetime
import ipaddress
import math
import re

import patterns

WRONG_TYPE = "wrong type"

MAX_LIST_ENTRIES = 1_000
MAX_MATCHED_CODE_UNITS = 1_024
MAX_INSTANT_CODE_UNITS = 64
MAX_SEMVER_CODE_UNITS = 256


class Undecidable(Exception):
    """An operand or a limit keeps this version from deciding; the condition is *unknown*, and counted."""


# What operands may be.


def read_scalar(operand):
    if not isinstance(operand, (str, float, bool)) or (isinstance(operand, float) and not math.isfinite(operand)):
        raise Undecidable("it takes a text, a number or a truth value")
    return operand


def read_scalars(operand):
    return [read_scalar(one) for one in read_list(operand)]


def read_list(operand):
    if not isinstance(operand, list) or not 0 < len(operand) <= MAX_LIST_ENTRIES:
        raise Undecidable("it takes a list of 1 to 1,000 entries")
    return operand


def read_texts(operand):
    """One text, or a list of them of which any may hold."""
    operands = read_list(operand if isinstance(operand, list) else [operand])
    if not all(isinstance(one, str) for one in operands):
        raise Undecidable("it takes a text or a list of texts")
    return operands


def read_number(operand):
    if not isinstance(operand, float) or not math.isfinite(operand):
        raise Undecidable("it takes a number")
    return operand


# Equality: the same type and the same value. "3" is not 3, and True is not 1.


def equals(value, operand, look):
    return value == operand if type(value) is type(operand) else WRONG_TYPE


def is_in(value, operands, look):
    """A value of a type that no entry has is wrongly typed."""
    answers = [equals(value, operand, look) for operand in operands]
    if True in answers:
        return True
    return False if False in answers else WRONG_TYPE


# Texts.


def text_operator(test):
    def compare(value, operands, look):
        if not isinstance(value, str):
            return WRONG_TYPE
        look(len(operands))
        return any(test(value, one) for one in operands)

    return (read_texts, compare)


def read_patterns(operand):
    sources = read_texts(operand)
    try:
        return [patterns.compile_pattern(source) for source in sources]
    except patterns.BadPattern as error:
        raise Undecidable("it takes RE2 patterns") from error


def matches(value, programs, look):
    if not isinstance(value, str):
        return WRONG_TYPE
    if code_units(value) > MAX_MATCHED_CODE_UNITS:
        raise Undecidable("matches reads at most 1,024 UTF-16 code units")
    for program in programs:
        look(1)
        if patterns.search(program, value):
            return True
    return False


def code_units(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# Numbers.


def number_operator(test):
    return (read_number, lambda value, operand, look: test(value, operand) if isinstance(value, float) else WRONG_TYPE)


# Dates: RFC 3339 with time and zone, or epoch milliseconds.

RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
DAYS_IN_400_YEARS = 146_097
EPOCH_DAY = datetime.date(1970, 1, 1).toordinal()


def read_moment(operand):
    moment = epoch_milliseconds(operand)
    if moment is None:
        raise Undecidable("it takes an RFC 3339 date or epoch milliseconds")
    return moment


def date_operator(test):
    def compare(value, limit, look):
        moment = epoch_milliseconds(value)
        return WRONG_TYPE if moment is None else test(moment, limit)

    return (read_moment, compare)


def epoch_milliseconds(value):
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if not isinstance(value, str) or code_units(value) > MAX_INSTANT_CODE_UNITS:
        return None
    parts = RFC_3339.fullmatch(value)
    if parts is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in parts.groups()[:6])
    fraction, sign, zone_hour, zone_minute = parts.groups()[6:]
    zone = (int(zone_hour or 0), int(zone_minute or 0))
    if hour > 23 or minute > 59 or second > 59 or zone[0] > 23 or zone[1] > 59:
        return None
    days = day_number(year, month, day)
    if days is None:
        return None
    minutes = (days * 24 + hour) * 60 + minute - (zone[0] * 60 + zone[1]) * (-1 if sign == "-" else 1)
    # Milliseconds are the resolution of every runtime's clock; finer digits are cut off.
    return float((minutes * 60 + second) * 1_000 + int((fraction or ".0")[1:4].ljust(3, "0")))


def day_number(year, month, day):
    """Days since 1970-01-01; Python's dates begin with the year 1, RFC 3339's with 0, so we count in cycles of 400 years."""
    try:
        within = datetime.date(year % 400 + 400, month, day).toordinal()
    except ValueError:
        return None
    return within + (year // 400 - 1) * DAYS_IN_400_YEARS - EPOCH_DAY


# Semantic versions: strict 2.0.0 precedence; no `v`, no partial, build metadata is ignored.

NUMERIC = r"(0|[1-9]\d*)"
IDENTIFIER = r"(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
SEMVER = re.compile(
    rf"{NUMERIC}\.{NUMERIC}\.{NUMERIC}(?:-({IDENTIFIER}(?:\.{IDENTIFIER})*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)

ORDER_TESTS = {
    "eq": lambda one, other: one == other,
    "gt": lambda one, other: one > other,
    "gte": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "lte": lambda one, other: one <= other,
}


def read_semver(operand):
    if not isinstance(operand, dict) or len(operand) == 0:
        raise Undecidable("semver takes an object of comparisons")
    limits = [(ORDER_TESTS.get(name), precedence(limit)) for name, limit in operand.items()]
    if any(test is None or limit is None for test, limit in limits):
        raise Undecidable("semver takes eq, gt, gte, lt and lte with whole versions")
    return limits


def semver(value, limits, look):
    """All comparisons must hold."""
    version = precedence(value)
    if version is None:
        return WRONG_TYPE
    return all(test(version, limit) for test, limit in limits)


def precedence(value):
    """A tuple that Python orders as SemVer does: a release above its pre-releases, numbers below words."""
    if not isinstance(value, str) or len(value) > MAX_SEMVER_CODE_UNITS:
        return None
    parts = SEMVER.fullmatch(value)
    if parts is None:
        return None
    major, minor, patch, pre_release = parts.groups()
    words = [] if pre_release is None else [identifier(word) for word in pre_release.split(".")]
    return (int(major), int(minor), int(patch), pre_release is None, words)


def identifier(word):
    return (0, int(word), "") if word.isdigit() else (1, 0, word)


# Networks: IPv4-mapped IPv6 is not IPv4.


def read_networks(operand):
    return [read_network(text) for text in read_texts(operand)]


def read_network(text):
    """The length of the prefix is required, and no bit may be set behind it."""
    if re.fullmatch(r"[^/%]+/(0|[1-9]\d{0,2})", text, re.ASCII) is None:
        raise Undecidable("a network is an address, a slash and the length of its prefix")
    try:
        return ipaddress.ip_network(text, strict=True)
    except ValueError as error:
        raise Undecidable("this is not a network") from error


def cidr(value, networks, look):
    address = ip_address(value)
    if address is None:
        return WRONG_TYPE
    look(len(networks))
    return any(address in one for one in networks if one.version == address.version)


def ip_address(value):
    if not isinstance(value, str) or "%" in value:
        return None
    try:
        return ipaddress.ip_address(value)
    except ValueError:
        return None


OPERATORS = {
    "eq": (read_scalar, equals),
    "in": (read_scalars, is_in),
    "contains": text_operator(lambda text, part: part in text),
    "startsWith": text_operator(lambda text, part: text.startswith(part)),
    "endsWith": text_operator(lambda text, part: text.endswith(part)),
    "matches": (read_patterns, matches),
    "gt": number_operator(ORDER_TESTS["gt"]),
    "gte": number_operator(ORDER_TESTS["gte"]),
    "lt": number_operator(ORDER_TESTS["lt"]),
    "lte": number_operator(ORDER_TESTS["lte"]),
    "before": date_operator(ORDER_TESTS["lt"]),
    "after": date_operator(ORDER_TESTS["gt"]),
    "semver": (read_semver, semver),
    "cidr": (read_networks, cidr),
}
