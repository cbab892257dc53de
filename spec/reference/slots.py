"""The slot of a key, and the variant that a split has written down for it.

For whole percentages this is the well-known rule `int(sha1(f"{flag}:{user}"), 16) % 100 < percent`.
"""

import hashlib
import re

ALGORITHM = "sha1-slot-v1"
SLOTS = 100_000

NEXT_RULE = "next-rule"


def slot_of(salt, key):
    """An integer in [0, 100000)."""
    # A surrogate without its other half is no character; as in every UTF-8 encoder of the web it becomes U+FFFD.
    text = re.sub("[\ud800-\udfff]", "\ufffd", f"{salt}:{key}")
    number = int.from_bytes(hashlib.sha1(text.encode("utf-8")).digest(), "big")
    return number % 100 * 1_000 + number // 100 % 1_000


def pieces(serve):
    """The ranges and, in the gaps between them, the rest: `(end, holder)`, which together cover all slots."""
    split, rest = serve["split"], serve.get("rest")
    holder_of_gaps = rest["variant"] if isinstance(rest, dict) else rest
    covered, end = [], 0
    for start, stop, variant in split["ranges"]:
        covered += [(start, holder_of_gaps)] if start > end else []
        covered.append((stop, variant))
        end = stop
    return covered + ([(SLOTS, holder_of_gaps)] if end < SLOTS else [])


def holders(serve):
    """Who has slots at all: the split's live variants, and *next rule* where slots are left to it."""
    return list(dict.fromkeys(holder for _, holder in pieces(serve)))


def holder_of(serve, slot):
    """Who has this slot, after the offset has turned it."""
    place = (slot + serve["split"]["offset"]) % SLOTS
    return next(holder for end, holder in pieces(serve) if place < end)
