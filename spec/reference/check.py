"""Holds vectors against this reference: `python3 spec/reference/check.py [FOLDER]`; exits 1 if one differs.

Texts of `errorMessage` are for people and not compared; everything else is.
"""

import json
import pathlib
import sys

from answer import parse
from evaluate import evaluate
from slots import slot_of

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "vectors"


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    checked, failures = 0, []
    for what, found, expected in comparisons(folder):
        checked += 1
        if found != expected:
            failures.append(f"{what}\n  reference: {as_text(found)}\n  vector:    {as_text(expected)}")
    for failure in failures[:20]:
        print(failure)
    print(f"{checked} checked, {len(failures)} differ")
    return 1 if failures or checked == 0 else 0


def comparisons(folder):
    for one in read(folder, "slot"):
        yield f"slot of {one['salt']}:{one['key']}", slot_of(one["salt"], one["key"]), one["slot"]
    yield from split_comparisons(read(folder, "split"))
    evaluation = read(folder, "evaluation")
    for case in evaluation["cases"]:
        found = evaluate(evaluation["snapshot"], case["flag"], case["context"], case.get("options"))
        yield f"{case['flag']} for {as_text(case['context'])}", comparable(found), comparable(case["expected"])


def split_comparisons(sequences):
    """What the design promises of edits; how the allocator reaches it is in docs/adr/0004-slot-and-allocator.md."""
    for number, sequence in enumerate(sequences):
        steps = sequence["steps"]
        first = steps[0]
        yield f"split {number}: laid out in the order of its map", owners(first["ranges"]), laid_out(first["split"])
        for at, step in enumerate(steps):
            what = f"split {number}, step {at}"
            yield f"{what}: shares", shares_of(step["ranges"]), shares(step["split"])
            if len(step["split"]) == 2:
                yield f"{what}: two variants depend on the percentages alone", owners(step["ranges"]), laid_out(step["split"])
            if at > 0:
                before = steps[at - 1]
                yield f"{what}: moves the fewest", moved(before, step), fewest(before["split"], step["split"])
            if at > 1 and step["split"] == steps[at - 2]["split"]:
                yield f"{what}: returns home", step["ranges"], steps[at - 2]["ranges"]


def owners(ranges):
    """Who has each slot."""
    return [variant for start, end, variant in ranges for _ in range(int(end - start))]


def laid_out(split):
    return [variant for variant, slots in shares(split).items() for _ in range(slots)]


def shares(split):
    """Percentages as slots; variants at 0 % have none."""
    return {variant: round(percent * 1_000) for variant, percent in split.items() if percent > 0}


def shares_of(ranges):
    found = {}
    for start, end, variant in ranges:
        found[variant] = found.get(variant, 0) + int(end - start)
    return found


def moved(before, after):
    return sum(one != other for one, other in zip(owners(before["ranges"]), owners(after["ranges"])))


def fewest(before, after):
    """Half the L1 distance between the shares."""
    old, new = shares(before), shares(after)
    return sum(abs(old.get(variant, 0) - new.get(variant, 0)) for variant in {*old, *new}) // 2


def comparable(details):
    return {name: value for name, value in details.items() if name != "errorMessage"}


def read(folder, name):
    return parse((folder / f"{name}.json").read_text("utf-8"))["vectors"]


def as_text(value):
    return json.dumps(value, sort_keys=True)[:2_000]


if __name__ == "__main__":
    sys.exit(main())
