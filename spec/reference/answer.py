"""Answers questions, one JSON object per line: `python3 spec/reference/answer.py < questions.ndjson`.

A question is `{ flag, context, options?, snapshot? }`; a snapshot is kept for the lines behind it. Numbers in an answer are
written as floats (`1.0`), which is the same number in JSON.
"""

import json
import sys

from evaluate import evaluate


def main():
    snapshot = None
    for line in sys.stdin.buffer:
        question = parse(line.decode("utf-8"))
        snapshot = question.get("snapshot", snapshot)
        details = evaluate(snapshot, question["flag"], question["context"], question.get("options"))
        print(json.dumps(details))


def parse(text):
    """JSON with every number a double, as on the other runtimes."""
    return json.loads(text, parse_int=float)


if __name__ == "__main__":
    main()
