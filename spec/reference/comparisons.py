"""What each operator says about one value: True, False, or WRONG_TYPE when the value is not of the operator's kind.

Every number here is a float, as in JSON and JavaScript, so that `True` and `1` stay two things and no integer is more
exact than on the other runtimes. A value that does not parse (a date, a version, an address) counts as wrongly typed.
"""

import datetime
import ipaddress
import re

WRONG_TYPE = "wrong type"


class Undecidable(Exception):
    """The operator, its operand or a limit keeps this version from deciding; the condition is *unknown*, and counted."""


MAX_LIST_ENTRIES = 1_000
MAX_MATCHED_CODE_UNITS = 1_024


# Equality: the same type and the same value. "3" is not 3, and True is not 1.


def scalar_type(value):
    return type(value) if isinstance(value, (str, float, bool)) else None


def equals(value, operand):
    if scalar_type(operand) is None:
        raise Undecidable("eq takes a text, a number or a truth value")
    if scalar_type(value) is not scalar_type(operand):
        return WRONG_TYPE
    return value == operand


def is_in(value, operand):
    if not isinstance(operand, list) or len(operand) > MAX_LIST_ENTRIES:
        raise Undecidable("in takes a list of at most 1,000 entries")
    return any_operand(equals, value, operand)


def any_operand(test, value, operands):
    """True for one is true; a value that is of no operand's type is wrongly typed."""
    answers = [test(value, operand) for operand in operands]
    if True in answers:
        return True
    return False if False in answers else WRONG_TYPE


# Texts: one operand or a list of them, any of which may hold.


def text_operator(test):
    def compare(value, operand):
        operands = texts(operand)
        if not isinstance(value, str):
            return WRONG_TYPE
        return any(test(value, one) for one in operands)

    return compare


def texts(operand):
    operands = operand if isinstance(operand, list) else [operand]
    if not all(isinstance(one, str) for one in operands) or not 0 < len(operands) <= MAX_LIST_ENTRIES:
        raise Undecidable("this operator takes a text or a list of at most 1,000 texts")
    return operands


def matches(text, pattern):
    """RE2, unanchored. Python's `re` is close to it but not the same; README.md lists where they part."""
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > MAX_MATCHED_CODE_UNITS:
        raise Undecidable("matches reads at most 1,024 UTF-16 code units")
    try:
        return re.search(end_of_text_only(pattern), text, re.ASCII) is not None
    except re.error as error:
        raise Undecidable("this pattern does not compile") from error


def end_of_text_only(pattern):
    """`$` is the end of the text in RE2; in Python it would also stand before a last line feed, and that is `\\Z`."""
    parts = re.findall(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", pattern, re.DOTALL)
    return "".join(r"\Z" if part in ("$", r"\z") else part for part in parts)


# Numbers.


def number_operator(test):
    def compare(value, operand):
        if not isinstance(operand, float):
            raise Undecidable("this operator takes a number")
        return test(value, operand) if isinstance(value, float) else WRONG_TYPE

    return compare


# Dates: RFC 3339 with time and zone, or epoch milliseconds.

RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
DAYS_IN_400_YEARS = 146_097
EPOCH_DAY = datetime.date(1970, 1, 1).toordinal()


def date_operator(test):
    def compare(value, operand):
        limit = epoch_milliseconds(operand)
        if limit is None:
            raise Undecidable("this operator takes an RFC 3339 date or epoch milliseconds")
        moment = epoch_milliseconds(value)
        return WRONG_TYPE if moment is None else test(moment, limit)

    return compare


def epoch_milliseconds(value):
    if isinstance(value, float):
        return value
    parts = RFC_3339.fullmatch(value) if isinstance(value, str) else None
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


def semver(value, operand):
    """All comparisons of the operand must hold."""
    if not isinstance(operand, dict) or len(operand) == 0:
        raise Undecidable("semver takes an object of comparisons")
    limits = [(ORDER_TESTS.get(name), precedence(limit)) for name, limit in operand.items()]
    if any(test is None or limit is None for test, limit in limits):
        raise Undecidable("semver takes eq, gt, gte, lt and lte with whole versions")
    version = precedence(value)
    if version is None:
        return WRONG_TYPE
    return all(test(version, limit) for test, limit in limits)


def precedence(value):
    """A tuple that Python orders as SemVer does: a release above its pre-releases, numbers below words."""
    parts = SEMVER.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        return None
    major, minor, patch, pre_release = parts.groups()
    words = [] if pre_release is None else [identifier(word) for word in pre_release.split(".")]
    return (int(major), int(minor), int(patch), pre_release is None, words)


def identifier(word):
    return (0, int(word), "") if word.isdigit() else (1, 0, word)


# Networks: IPv4-mapped IPv6 is not IPv4.


def cidr(value, operand):
    networks = [network(one) for one in texts(operand)]
    address = ip_address(value)
    if address is None:
        return WRONG_TYPE
    return any(address in one for one in networks if one.version == address.version)


def network(text):
    if re.fullmatch(r"[^/%]+/\d{1,3}", text, re.ASCII) is None:
        raise Undecidable("a network is an address, a slash and the length of its prefix")
    try:
        return ipaddress.ip_network(text, strict=True)
    except ValueError as error:
        raise Undecidable("this is not a network") from error


def ip_address(value):
    if not isinstance(value, str) or "%" in value:
        return None
    try:
        return ipaddress.ip_address(value)
    except ValueError:
        return None


OPERATORS = {
    "eq": equals,
    "in": is_in,
    "contains": text_operator(lambda text, part: part in text),
    "startsWith": text_operator(lambda text, part: text.startswith(part)),
    "endsWith": text_operator(lambda text, part: text.endswith(part)),
    "matches": text_operator(matches),
    "gt": number_operator(ORDER_TESTS["gt"]),
    "gte": number_operator(ORDER_TESTS["gte"]),
    "lt": number_operator(ORDER_TESTS["lt"]),
    "lte": number_operator(ORDER_TESTS["lte"]),
    "before": date_operator(ORDER_TESTS["lt"]),
    "after": date_operator(ORDER_TESTS["gt"]),
    "semver": semver,
    "cidr": cidr,
}
