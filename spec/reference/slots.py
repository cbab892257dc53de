"""The slot of a key, and the variant that a split has written down for it.

For whole percentages this is the well-known rule `int(sha1(f"{flag}:{user}"), 16) % 100 < percent`.
"""

import hashlib
import re

from conditions import MISSING, read_attribute

ALGORITHM = "sha1-slot-v1"
SLOTS = 100_000
MAX_SAFE_INTEGER = 2**53 - 1

NEXT_RULE = "next-rule"


def slot_of(salt, key):
    """An integer in [0, 100000)."""
    # A surrogate without its other half is no character; as in every UTF-8 encoder of the web it becomes U+FFFD.
    text = re.sub("[\ud800-\udfff]", "\ufffd", f"{salt}:{key}")
    number = int.from_bytes(hashlib.sha1(text.encode("utf-8")).digest(), "big")
    return number % 100 * 1_000 + number // 100 % 1_000


def unit_of(context, attribute):
    """The key that is hashed: a text that is not empty, or an integer as decimal text; None if there is no such key."""
    value = read_attribute(context, attribute)
    if value is MISSING:
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_SAFE_INTEGER:
        return str(int(value))
    return value if isinstance(value, str) and value != "" else None


def destinations(serve):
    """What the split's slots may give: the variants with a share above 0, and `rest` where slots are left for it."""
    split, rest = serve["split"], serve.get("rest")
    names = list(dict.fromkeys(variant for start, end, variant in split["ranges"] if end > start))
    covered = sum(end - start for start, end, _ in split["ranges"])
    if covered < SLOTS:
        rest_name = rest["variant"] if isinstance(rest, dict) else rest
        names += [] if rest_name in names else [rest_name]
    return names


def look_up(serve, slot):
    """The variant of the range that holds the slot, else what `rest` says."""
    split, rest = serve["split"], serve.get("rest")
    place = (slot + split["offset"]) % SLOTS
    for start, end, variant in split["ranges"]:
        if start <= place < end:
            return variant
    return rest["variant"] if isinstance(rest, dict) else rest
