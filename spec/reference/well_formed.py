"""Whether a flag of a snapshot can be used at all; one that cannot is PARSE_ERROR when asked for, and sinks nobody else.

A server never sends such a flag. It appears where a proxy cut a payload, or where a newer server says something new.
"""

import json

from slots import ALGORITHM, NEXT_RULE, SLOTS, holders

MAX_RULES = 500
MAX_RANGES = 10_000
TYPES = {"boolean": bool, "string": str, "number": float, "object": dict}


def is_well_formed(flag, values):
    """Fields that this does not name may say anything: newer servers add some."""
    return (
        has_fields(flag, type=str, enabled=bool, variants=dict)
        and flag["type"] in TYPES
        and all(is_variant(variant, TYPES[flag["type"]], values) for variant in flag["variants"].values())
        and is_list(flag, "stopped", lambda _: True)
        and is_list(flag, "requires", is_requirement)
        and is_list(flag, "fallback", lambda entry: has_fields(entry, variant=str) and entry["variant"] in flag["variants"])
        and are_targets(flag.get("targets", {}), flag["variants"])
        and is_list(flag, "rules", lambda rule: is_rule(rule, flag["variants"]))
        and len(flag.get("rules", [])) <= MAX_RULES
        and is_serve(flag.get("default"), flag["variants"], is_rule=False)
    )


def has_fields(one, **types):
    return isinstance(one, dict) and all(isinstance(one.get(name), kind) for name, kind in types.items())


def is_list(flag, name, is_entry):
    entries = flag.get(name, [])
    return isinstance(entries, list) and all(is_entry(entry) for entry in entries)


def is_integer(value):
    return isinstance(value, float) and value.is_integer()


def is_variant(variant, kind, values):
    """Its value, and those of earlier versions that pins may hold, are in the snapshot and of the flag's type."""
    if not isinstance(variant, dict) or not is_integer(variant.get("version")) or not is_integer(variant.get("pinEpoch")):
        return False
    earlier = variant.get("earlier", {})
    if not isinstance(earlier, dict):
        return False
    digests = [variant.get("digest"), *earlier.values()]
    return all(isinstance(digest, str) and isinstance(read_value(values.get(digest)), kind) for digest in digests)


def read_value(text):
    """A value travels as JSON text; what is no JSON text is None, which no flag serves."""
    try:
        return json.loads(text, parse_int=float, parse_constant=refuse)
    except (TypeError, ValueError):
        return None


def refuse(constant):
    raise ValueError(f"{constant} is not JSON")


def is_requirement(entry):
    if not has_fields(entry, flag=str):
        return False
    variant = entry.get("variant")
    return isinstance(variant, str) or (isinstance(variant, list) and all(isinstance(name, str) for name in variant))


def are_targets(targets, variants):
    return isinstance(targets, dict) and all(name in variants and isinstance(keys, list) for name, keys in targets.items())


def is_rule(rule, variants):
    return has_fields(rule, id=str) and is_serve(rule.get("serve"), variants, is_rule=True)


def is_serve(serve, variants, is_rule):
    if not isinstance(serve, dict):
        return False
    if "split" not in serve:
        return isinstance(serve.get("variant"), str) and serve["variant"] in variants
    if not is_split(serve["split"]) or ("else" in serve and serve["else"] not in variants):
        return False
    # Behind the default there is no next rule, and slots that lead nowhere would serve nobody.
    return all(holder in variants or (holder == NEXT_RULE and is_rule) for holder in holders(serve))


def is_split(split):
    if not has_fields(split, salt=str, by=str, ranges=list) or split["by"] == "" or not is_integer(split.get("offset")):
        return False
    return (
        split.get("algorithm") == ALGORITHM
        and split.get("slots") == SLOTS
        and 0 <= split["offset"] < SLOTS
        and len(split["ranges"]) <= MAX_RANGES
        and are_ranges(split["ranges"])
    )


def are_ranges(ranges):
    """Sorted, apart from each other, and inside the slots."""
    end = 0
    for one in ranges:
        if not isinstance(one, list) or len(one) != 3 or not is_integer(one[0]) or not is_integer(one[1]):
            return False
        if not end <= one[0] < one[1] <= SLOTS or not isinstance(one[2], str):
            return False
        end = one[1]
    return True
