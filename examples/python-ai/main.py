"""An AI config from Python's standard library: decide, call the model, go down the chain, report, feedback; asserts what it sees and exits 0."""

import json
import os
import subprocess
import time
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

URL = os.environ["DIMMER_URL"]
KEY = os.environ["DIMMER_KEY"]  # what the app has: a server key
TOKEN = os.environ["DIMMER_TOKEN"]  # what whoever looks at the metrics has: an admin token
PROJECT = os.environ.get("DIMMER_PROJECT", "demo")
TEXT = "Whales are mammals. They breathe air, feed their young with milk, and sing."
ERROR_TYPES = {401: "unauthenticated", 403: "unauthenticated", 408: "timeout", 429: "rate_limited", 529: "overloaded"}


def send(method, url, body=None, headers=()):
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json", **dict(headers)}, method=method)
    with urlopen(request, timeout=30) as response:
        return json.load(response)


def ask_dimmer(path, body):
    return send("POST", URL + path, body, [("Authorization", f"Bearer {KEY}")])


def ask_anthropic(base, config):
    """One call in Anthropic's words: (text, what it took)."""
    system = [message["content"] for message in config["messages"] if message["role"] == "system"]
    talk = [message for message in config["messages"] if message["role"] != "system"]
    parameters = config.get("parameters", {})
    body = {"model": config["model"], "max_tokens": parameters.get("maxTokens", 1024), "system": "\n".join(system), "messages": talk}
    answer = send("POST", f"{base}/v1/messages", body, [("x-api-key", "local"), ("anthropic-version", "2023-06-01")])
    usage = answer["usage"]
    measures = {
        "responseModel": answer["model"],
        # Anthropic counts what came from its cache apart.
        "inputTokens": usage["input_tokens"] + usage.get("cache_read_input_tokens", 0) + usage.get("cache_creation_input_tokens", 0),
        "outputTokens": usage["output_tokens"],
        "finishReasons": ["stop" if answer["stop_reason"] == "end_turn" else answer["stop_reason"]],
    }
    return "".join(part["text"] for part in answer["content"]), measures


def milliseconds_since(started):
    return (time.monotonic() - started) * 1000


def sum_up(base, person, text, default):
    """(what to show, the run): the first of the flag's chain that answers, and everything told to Dimmer."""
    begun = time.monotonic()
    try:
        run = ask_dimmer("/sdk/v1/runs", {"flag": "summarizer", "context": person, "variables": {"text": text}})
    except HTTPError as error:
        if error.code in (401, 403):
            raise  # the key is wrong, and that is no outage
        return default, None
    except (URLError, TimeoutError):
        return default, None  # Dimmer is away: the app goes on with its own answer
    said, outcome, attempts = default, "error", []
    for entry in run["chain"]:
        if "reply" in entry:
            said, outcome = entry["reply"], "reply" if entry["attempt"] == 1 else "fallback"
            break
        config, started = entry["config"], time.monotonic()
        attempt = {"attempt": entry["attempt"], "served": entry["served"], "provider": config["provider"], "requestModel": config["model"]}
        try:
            said, measures = ask_anthropic(base, config)
            attempts.append({**attempt, "durationMs": milliseconds_since(started), **measures})
            outcome = "model" if entry["attempt"] == 1 else "fallback"
            break
        except HTTPError as error:
            failed = {"errorType": ERROR_TYPES.get(error.code, "server_error"), "httpStatus": error.code}
            attempts.append({**attempt, "durationMs": milliseconds_since(started), **failed})
    report = {"outcome": outcome, "durationMs": milliseconds_since(begun), "attempts": attempts, "targetingKey": person["targetingKey"]}
    answer = ask_dimmer(f"/sdk/v1/runs/{quote(run['run'])}", report)
    assert answer["dropped"] == 0, answer
    return said, run


def measured():
    path = f"/api/v1/projects/{PROJECT}/environments/production/metrics?flag=summarizer&hours=1"
    view = send("GET", URL + path, headers=[("Authorization", f"Bearer {TOKEN}")])
    return {variant["variant"]: variant for variant in view["variants"]}


def until(what, seconds=10.0):
    """What `what` gives as soon as it is something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come in time")


# Your app has a provider and a key; this one has a model that costs nothing and breaks when it is told to.
models = subprocess.Popen(
    ["node", "--import", "tsx", "examples/model-server/serve.ts", "--port", "0"], stdout=subprocess.PIPE, text=True
)
try:
    base = models.stdout.readline().split()[3].rstrip(".")
    before = measured()

    said, run = sum_up(base, {"targetingKey": "user-7", "plan": "pro"}, TEXT, default=TEXT)
    variant = run["chain"][0]["served"]["variant"]
    assert said.startswith("Whales"), said
    print(f"{variant}: {said}")

    # In the page, with the run's token and no key.
    thanks = send("POST", f"{URL}/sdk/v1/feedback", {"token": run["token"], "name": "thumbs", "value": 1})
    assert thanks == {"accepted": True}, thanks

    # The model is down: the flag's fallback answers, and nobody sees an error.
    send("PUT", f"{base}/behaviours/*", {"errorRate": 1, "errorStatus": 529})
    rescued, failed = sum_up(base, {"targetingKey": "user-7", "plan": "pro"}, TEXT, default=TEXT)
    assert rescued == "Summaries are resting. Here is the full text.", rescued
    print(f"overloaded, so: {rescued}")

    def both_told():
        now, was = measured().get(variant), before.get(variant, {})
        grown = {name: now[name] - was.get(name, 0) for name in ("generations", "errors", "thumbsUp", "costMicroUsd")} if now else {}
        return grown if grown.get("generations") == 2 and grown.get("thumbsUp") == 1 else None

    grown = until(both_told)
    assert grown["errors"] == 1 and grown["costMicroUsd"] > 0, grown
    print(f"{variant}: 2 calls, 1 failed, {grown['costMicroUsd']} micro-dollars, 1 thumb up")
finally:
    models.terminate()
    models.wait()
print("ok")
