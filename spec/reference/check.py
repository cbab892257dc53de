"""Holds every vector of `spec/vectors/` against this reference: `python3 spec/reference/check.py`; exits 1 if one differs.

Texts of `errorMessage` are for people and not compared; everything else is.
"""

import json
import pathlib
import sys

from evaluate import evaluate
from slots import slot_of

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"


def main():
    checked, failures = 0, []
    for what, found, expected in comparisons():
        checked += 1
        if found != expected:
            failures.append(f"{what}\n  reference: {as_text(found)}\n  vector:    {as_text(expected)}")
    for failure in failures[:20]:
        print(failure)
    print(f"{checked} checked, {len(failures)} differ")
    return 1 if failures or checked == 0 else 0


def comparisons():
    for one in read("slot"):
        yield f"slot of {one['salt']}:{one['key']}", slot_of(one["salt"], one["key"]), one["slot"]
    yield from split_comparisons()
    evaluation = read("evaluation")
    for case in evaluation["cases"]:
        found = evaluate(evaluation["snapshot"], case["flag"], case["context"], case.get("options"))
        yield f"{case['flag']} for {as_text(case['context'])}", comparable(found), comparable(case["expected"])


def split_comparisons():
    return []


def comparable(details):
    return {name: value for name, value in details.items() if name != "errorMessage"}


def read(name):
    return parse((VECTORS / f"{name}.json").read_text("utf-8"))["vectors"]


def parse(text):
    """JSON with every number a double, as on the other runtimes."""
    return json.loads(text, parse_int=float)


def as_text(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


if __name__ == "__main__":
    sys.exit(main())
