/** Reading what servers answer. */

import { expect, test } from "vitest";
import { jsonResponse } from "../../test/fake-host.ts";
import { checkResponse, failureOf, readJson, readRetryAfter, type RequestError, requestUrl } from "./http.ts";
import type { SourceFailure } from "./source.ts";

const clock = { now: () => Date.parse("2026-11-24T00:00:00Z"), monotonicMs: () => 0 };

test.each<[string | null, number | undefined]>([
  [null, undefined],
  ["0", 0],
  ["300", 300_000],
  [" 5 ", 5_000],
  ["Tue, 24 Nov 2026 00:01:00 GMT", 60_000],
  ["Mon, 23 Nov 2026 00:00:00 GMT", 0],
  ["soon", undefined],
  ["-5", undefined],
  ["", undefined],
  ["999999999999999999999", 3_600_000],
])("Retry-After: %s", (header, expected) => expect(readRetryAfter(header, clock)).toBe(expected));

const WANTED = { type: "application/json", what: "request" };
const failureFrom = (run: () => void): SourceFailure | undefined => {
  try {
    run();
    return undefined;
  } catch (thrown) {
    return (thrown as RequestError).failure;
  }
};

test.each<[string, Response, Partial<SourceFailure> | undefined]>([
  ["a good answer", jsonResponse({}), undefined],
  ["nothing new", new Response(null, { status: 304 }), undefined],
  ["with a charset", jsonResponse({}, { headers: { "content-type": "application/json; charset=utf-8" } }), undefined],
  ["a page with 200", jsonResponse("<html>", { headers: { "content-type": "text/html" } }), { code: "payload" }],
  [
    "a redirect",
    new Response(null, { status: 302, headers: { location: "http://elsewhere" } }),
    { code: "redirected", status: 302 },
  ],
  ["a refused key", jsonResponse({}, { status: 401 }), { code: "status", status: 401 }],
  [
    "a busy server",
    jsonResponse({}, { status: 503, headers: { "retry-after": "7" } }),
    { code: "status", status: 503, retryAfterMs: 7_000 },
  ],
  ["an empty success", new Response(null, { status: 204 }), { code: "status", status: 204 }],
])("%s", (_name, response, expected) => {
  const failure = failureFrom(() => checkResponse(response, WANTED, { url: "http://host", key: "k" }, clock));
  expect(failure === undefined ? undefined : { ...failure, ...expected }).toEqual(expected === undefined ? undefined : failure);
});

test.each<[string, string]>([
  ["dm_server_secret", "the key is not accepted (it is a server key). Give a server key"],
  ["dm_admin_secret", "the key is not accepted (it is an admin token). Give a server key"],
  ["dm_browser_secret", "the key is not accepted (it is a browser key). Give a server key"],
  ["chosen-by-somebody-secret", "the key is not accepted. Give a server key"],
])("a refused %s: where, of which kind, and the mend, but never the key", (key, told) => {
  const address = { url: "https://flags.example/dimmer", key };
  const failure = failureFrom(() => checkResponse(jsonResponse({}, { status: 403 }), WANTED, address, clock));
  expect(failure?.message).toContain(`https://flags.example/dimmer answered the request with 403: ${told}`);
  expect(failure?.message).toContain("dimmer keys create server");
  expect(failure?.message).not.toContain("secret");
});

test("a body longer than its bound is not read to its end", async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(1_000).fill(32));
    },
  });
  await expect(readJson(new Response(body), 10_000)).rejects.toMatchObject({ failure: { code: "payload" } });
  expect(pulled).toBeLessThan(15);
});

test.each<[string, BodyInit | null]>([
  ["truncated", '{"format":1,'],
  ["empty", ""],
  ["no body", null],
  ["not UTF-8", new Uint8Array([34, 0xff, 34])],
])("a body that is %s is a bad payload", async (_name, body) => {
  await expect(readJson(new Response(body), 1_000)).rejects.toMatchObject({ failure: { code: "payload" } });
});

test("characters cut between chunks survive", async () => {
  const bytes = new TextEncoder().encode('"\u{1F600}"');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  expect(await readJson(new Response(body), 1_000)).toBe("\u{1F600}");
});

test("a failure tells the reason that fetch hides", () => {
  const thrown = new TypeError("fetch failed", {
    cause: Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }),
  });
  expect(failureOf(thrown, "request")).toMatchObject({ code: "network", message: "The request failed: connect ECONNREFUSED." });
  expect(failureOf("odd", "request").message).toBe("The request failed: no reason given.");
});

test.each([
  ["http://host", "http://host/sdk"],
  ["http://host/", "http://host/sdk"],
  ["https://host/dimmer//", "https://host/dimmer/sdk"],
])("%s", (url, expected) => expect(requestUrl({ url, key: "k" }, "/sdk")).toBe(expected));
