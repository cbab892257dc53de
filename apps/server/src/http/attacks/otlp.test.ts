/** What an exporter could send to harm: refused in OTLP's own form, or taken without what is wrong with it. */

import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { OTLP_LOGS_PATH, OTLP_TRACES_PATH } from "@dimmer/protocol";
import { TOKENS } from "../../testing/open-test-server.contract.ts";
import { checkRefusal, deep, type Row, serverUnderAttack } from "./check-refusal.contract.ts";

const server = serverUnderAttack();
const MB = 1024 * 1024;
const PROTOBUF = "application/x-protobuf";
/** The first byte of a `google.rpc.Status` that has a message alone. */
const STATUS_MESSAGE = 0x12;
const json = { "content-type": "application/json" };
const [TRACE, SPAN] = ["5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174"];
const TIMES = '"startTimeUnixNano":"1795000000000000000","endTimeUnixNano":"1795000000250000000"';
const CALL = [
  '{"key":"feature_flag.key","value":{"stringValue":"model"}}',
  '{"key":"feature_flag.result.variant","value":{"stringValue":"new"}}',
  '{"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o"}}',
].join(",");
const spanWith = (attributes: string, more = "") =>
  `{"traceId":"${TRACE}","spanId":"${SPAN}",${TIMES},"attributes":[${attributes}]${more}}`;
const spans = (...each: readonly string[]) => `{"resourceSpans":[{"scopeSpans":[{"spans":[${each.join(",")}]}]}]}`;
const nested = (levels: number) =>
  `{"key":"canary","value":${'{"arrayValue":{"values":['.repeat(levels)}${"]}}".repeat(levels)}}`;

const post = (attack: string, body: string, status: number, more: Readonly<Record<string, string>> = {}): Row => [
  attack,
  "POST",
  OTLP_TRACES_PATH,
  { token: TOKENS.server, body, headers: { ...json, ...more } },
  status,
];

describe("refused as a whole, in the protocol's own form", () => {
  test.each<Row>([
    post("A1 5,000 deep", deep(5_000), 400),
    post("A2 a value that is 50,000 deep", spans(spanWith(nested(50_000))), 400),
    post("A3 5 MB", spans(spanWith(`{"key":"canary","value":{"stringValue":"${"a".repeat(5 * MB)}"}}`)), 413),
    post("no JSON", '{"resourceSpans":[{"canary', 400),
    post("a list", "[]", 400),
    post("null", "null", 400),
    post("spans that are no list", '{"resourceSpans":{"canary":1}}', 400),
    post("a million groups", `{"resourceSpans":[{}${",{}".repeat(1_000_000)}]}`, 400),
    post("a million scopes", `{"resourceSpans":[{"scopeSpans":[{}${",{}".repeat(1_000_000)}]}]}`, 400),
    post("a text", "{}", 415, { "content-type": "text/plain" }),
    post("another compression", "{}", 415, { "content-encoding": "zstd" }),
    post("gzip that is none", spans(), 400, { "content-encoding": "gzip" }),
    ["no key", "POST", OTLP_TRACES_PATH, { body: spans() }, 401],
    ["a browser's key", "POST", OTLP_TRACES_PATH, { token: TOKENS.browser, body: {} }, 403],
    ["an admin's token", "POST", OTLP_LOGS_PATH, { token: TOKENS.admin, body: {} }, 403],
    ["a key in the query", "POST", `${OTLP_TRACES_PATH}?key=canary`, { token: TOKENS.server, body: {} }, 400],
  ])("%s", async (_attack, ...row) => checkRefusal(server.current, ...row));

  test.each<[attack: string, body: string, status: number]>([
    ["none at all", "\n\u0000canary", 400],
    ["groups, 4 MB deep", "\u001b".repeat(4_000_000), 400],
    ["two million parts", "\n\u0000".repeat(2_000_000), 400],
    ["5 MB", "\u001b".repeat(5 * MB), 413],
  ])("protobuf, answered in it: %s", async (_attack, body, status) => {
    for (const path of [OTLP_TRACES_PATH, OTLP_LOGS_PATH]) {
      const headers = { "content-type": PROTOBUF };
      const answer = await server.current.call("POST", path, { token: TOKENS.server, body, headers });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([status, PROTOBUF]);
      expect(answer.text.charCodeAt(0)).toBe(STATUS_MESSAGE);
      expect(answer.text).not.toContain("canary");
    }
  });

  test.each(["application/json", PROTOBUF])("A4 a bomb of %s", async (type) => {
    const answer = await fetch(server.current.url + OTLP_TRACES_PATH, {
      method: "POST",
      headers: { "content-type": type, authorization: `Bearer ${TOKENS.server}`, "content-encoding": "gzip" },
      body: new Uint8Array(gzipSync(Buffer.alloc(64 * MB, " "))),
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([413, expect.stringContaining(type)]);
  });
});

const rejected = (number: number) => ({
  partialSuccess: { rejectedSpans: String(number), errorMessage: expect.not.stringContaining("canary") as string },
});

test.each<[attack: string, body: string, answer: object]>([
  ["one name twice, of which the last counts", `{"resourceSpans":5,${spans(spanWith(CALL)).slice(1)}`, {}],
  ["one attribute twice", spans(spanWith(`${CALL},${CALL}`)), {}],
  ["100,000 attributes", spans(spanWith(`${CALL}${',{"key":"canary"}'.repeat(100_000)}`)), {}],
  ["100,000 events", spans(spanWith(CALL, `,"events":[{}${",{}".repeat(100_000)}]`)), {}],
  ["a million spans that are none", spans(`1${",1".repeat(999_999)}`), rejected(1_000_000)],
  ["a value that is deep, within the bound", spans(spanWith(`${nested(15)},${CALL}`)), {}],
  ["an object's own prototype", spans(spanWith(CALL, ',"__proto__":{"isAdmin":true}')), {}],
  ["ids that are none", spans(`{"traceId":"canary","spanId":"${SPAN}",${TIMES}}`), rejected(1)],
  [
    "times beyond all",
    spans(`{"traceId":"${TRACE}","spanId":"${SPAN}","startTimeUnixNano":1e999,"endTimeUnixNano":"canary"}`),
    rejected(1),
  ],
  [
    "a number that no double holds",
    spans(spanWith(`${CALL},{"key":"gen_ai.usage.input_tokens","value":{"intValue":18446744073709551616}}`)),
    {},
  ],
  ["NUL in a name", spans(spanWith(`${CALL},{"key":"gen_ai.response.model","value":{"stringValue":"canary\\u0000"}}`)), {}],
])("taken without what is wrong: %s", async (_attack, body, answer) => {
  const started = performance.now();
  const { status, json: said } = await server.current.call("POST", OTLP_TRACES_PATH, {
    token: TOKENS.server,
    body,
    headers: json,
  });
  expect([status, said]).toEqual([200, answer]);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(Reflect.get({}, "isAdmin")).toBeUndefined();
});
