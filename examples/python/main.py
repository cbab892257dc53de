"""OFREP from Python's standard library: one flag, all flags, and a change as it is made; asserts what it sees and exits 0."""

import json
import os
import time
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

URL = os.environ["DIMMER_URL"]
KEY = os.environ["DIMMER_KEY"]  # what the app has: a server key
TOKEN = os.environ["DIMMER_TOKEN"]  # what the person at the controls has: an admin token
PROJECT = os.environ.get("DIMMER_PROJECT", "demo")
WITHIN_SECONDS = 1.0


def send(method, path, body=None, secret=KEY, headers=()):
    """The open response; whoever asked reads it."""
    data = None if body is None else json.dumps(body).encode()
    head = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}", **dict(headers)}
    return urlopen(Request(URL + path, data, head, method=method), timeout=30)


def post(path, body, secret=KEY):
    with send("POST", path, body, secret) as response:
        return json.load(response)


def evaluate(flag, context, default):
    """The flag's value for this context, or the default where there is none."""
    try:
        answer = post(f"/ofrep/v1/evaluate/flags/{quote(flag, safe='')}", {"context": context})
    except HTTPError as error:
        if error.code in (401, 403):
            raise  # the key is wrong, and no flag's failure
        print(f"{flag}: {json.load(error).get('errorCode')}")
        return default
    return answer.get("value", default)


def evaluate_all(context, etag=None):
    """(answers by flag, where to hear of changes, ETag); no answers where the ETag says that they are known already."""
    headers = [] if etag is None else [("If-None-Match", etag)]
    try:
        with send("POST", "/ofrep/v1/evaluate/flags", {"context": context}, headers=headers) as response:
            body = json.load(response)
            stream = next(entry for entry in body["eventStreams"] if entry["type"] == "sse")
            return {flag["key"]: flag for flag in body["flags"]}, stream["endpoint"]["requestUri"], response.headers["ETag"]
    except HTTPError as error:
        if error.code != 304:
            raise
        return None, None, etag


def events(stream):
    """The events of the stream, as they come; comments are heartbeats."""
    for line in stream:
        if line.startswith(b"data: "):
            yield json.loads(line[len(b"data: ") :])


def edit(kind, reason):
    operation = {"kind": kind, "flag": "ai-enabled", "environment": "production"}
    return post(f"/api/v1/projects/{PROJECT}/changes", {"operations": [operation], "reason": reason}, TOKEN)


def main():
    user = {"targetingKey": "user-7", "plan": "pro"}
    assert evaluate("ai-enabled", user, False) is True, "ai-enabled is on before the example; restore it if you have killed it"
    assert evaluate("no-such-flag", user, "mine") == "mine", "a flag that is not there gives the default"

    flags, request_uri, etag = evaluate_all(user)
    print(f"{len(flags)} flags for user-7")
    assert flags["ai-enabled"]["value"] is True and flags["ai-enabled"]["variant"] == "on"
    assert evaluate_all(user, etag)[0] is None, "nothing has changed, so nothing is sent"

    with send("GET", request_uri) as stream:
        try:
            started = time.monotonic()
            edit("kill", "the provider misbehaves")
            event = next(events(stream))
            took = time.monotonic() - started
            assert event["type"] == "refetchEvaluation", event
            flags, _, _ = evaluate_all(user, etag)
            print(f"killed: {flags['ai-enabled']['variant']}, heard {round(took * 1000)} ms after the command")
            assert flags["ai-enabled"]["value"] is False and flags["ai-enabled"]["reason"] == "DISABLED"
            assert took < WITHIN_SECONDS, "a kill arrives within a second"
        finally:
            edit("restore", "the provider is back")
    assert evaluate("ai-enabled", user, False) is True, "a restore brings it back"
    print("ok")


if __name__ == "__main__":
    main()
