/** What others' results become: promptfoo's, items as JSON and as JSON lines. */

import { describe, expect, test } from "vitest";
import { renderJunit } from "./render-junit.ts";
import { readResults } from "./read-results.ts";

const read = (data: unknown, prompt?: string) =>
  readResults("results.json", typeof data === "string" ? data : JSON.stringify(data), prompt);
const item = { id: "a", scores: { exact: true } };

/** A row as promptfoo writes it, less what is not read. */
const row = (more: object = {}) => ({
  promptIdx: 0,
  testIdx: 0,
  provider: { id: "openai:gpt-5-mini" },
  prompt: { raw: "Answer: cats", label: "p1" },
  vars: { q: "cats" },
  testCase: { vars: { q: "cats" }, assert: [{ type: "contains", value: "cat" }] },
  response: { output: "cats sleep", tokenUsage: { total: 17 } },
  success: true,
  score: 0.75,
  failureReason: 0,
  latencyMs: 420,
  cost: 0.000012,
  namedScores: { tone: 0.5 },
  ...more,
});
const promptfoo = (...results: object[]) => ({
  evalId: "eval-abc",
  results: { version: 3, timestamp: "2026-05-01T10:00:00.000Z", prompts: [], results, stats: {} },
  config: {},
  shareableUrl: null,
});

describe("promptfoo's results", () => {
  test("become items with its verdict, its score and its named scores", () => {
    expect(read(promptfoo(row()))).toEqual({
      source: "promptfoo",
      at: "2026-05-01T10:00:00.000Z",
      model: "openai:gpt-5-mini",
      remarks: [],
      items: [
        {
          id: expect.stringMatching(/^[\da-f]{16}$/u),
          scores: { pass: true, score: 0.75, tone: 0.5 },
          durationMs: 420,
          costMicroUsd: 12,
          outputPreview: "cats sleep",
        },
      ],
    });
  });

  test("an item keeps its id where tests move or keys change places, and repeats of it are joined", () => {
    const moved = row({ testIdx: 7, vars: { q: "cats" }, testCase: { assert: [{ value: "cat", type: "contains" }] } });
    const [first] = read(promptfoo(row())).items;
    const { items } = read(promptfoo(row({ vars: { q: "dogs" } }), moved, row({ success: false, score: 0, testIdx: 8 })));
    expect(items).toHaveLength(2);
    expect(items[1]).toMatchObject({ id: first?.id, scores: { pass: [true, false], score: [0.75, 0] }, costMicroUsd: 24 });
    const named = read(promptfoo(row({ testCase: { metadata: { id: "own" } } }), row({ testCase: { description: "said" } })));
    expect(named.items.map(({ id }) => id)).toEqual(["own", "said"]);
  });

  test("a test that could not be run has an error and no scores; one that failed its assertions has a reason and scores", () => {
    const { items } = read(
      promptfoo(
        row({ vars: { q: "1" }, failureReason: 2, error: "API error: 500", success: false, score: 0, response: undefined }),
        row({ vars: { q: "2" }, failureReason: 1, error: "Expected output to contain cat", success: false, score: 0 }),
      ),
    );
    expect(items).toMatchObject([{ scores: {}, error: "API error: 500" }, { scores: { pass: false, score: 0 } }]);
    expect(items[1]).not.toHaveProperty("error");
  });

  test("scores beyond 1 are left out, and it is said; other outputs are shown as JSON", () => {
    const { items, remarks } = read(promptfoo(row({ namedScores: { sum: 3 }, response: { output: { title: "x" } } })));
    expect(remarks).toEqual(['Scores of "sum" that do not lie between 0 and 1 were left out.']);
    expect(items).toMatchObject([{ scores: { pass: true, score: 0.75 }, outputPreview: '{"title":"x"}' }]);
  });

  test("of several prompts one is chosen", () => {
    const two = promptfoo(row(), row({ promptIdx: 1, score: 0.1 }));
    expect(() => read(two)).toThrow("has results of several prompts");
    expect(read(two, "openai:gpt-5-mini 1").items).toMatchObject([{ scores: { score: 0.1 } }]);
    expect(() => read(two, "other")).toThrow('has no results of the prompt "other"');
    expect(() => read(promptfoo())).toThrow("has no results");
  });

  test("the summary may be the whole file, as in older versions", () => {
    const { results } = promptfoo(row({ provider: "openai:gpt-4", promptIdx: undefined }));
    expect(read({ ...results, version: 2, table: {} }).items).toHaveLength(1);
  });
});

describe("items", () => {
  test("come as a list, in an object, a line each, or alone", () => {
    const lines = `${JSON.stringify(item)}\n\n${JSON.stringify({ ...item, id: "b" })}\r\n`;
    expect(read([item]).items).toEqual([item]);
    expect(read({ items: [item] }).items).toEqual([item]);
    expect(read(lines).items.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(read(JSON.stringify(item)).items).toEqual([item]);
  });

  test("with one id are repeats of it", () => {
    const repeats = [
      { ...item, durationMs: 10, costMicroUsd: 5 },
      { id: "a", scores: {}, error: "timeout" },
      { id: "a", scores: { exact: [false, true], other: 0.5 }, durationMs: 30, costMicroUsd: 6 },
    ];
    expect(read(repeats).items).toEqual([
      { id: "a", scores: { exact: [true, false, true], other: [0.5] }, error: "timeout", durationMs: 20, costMicroUsd: 11 },
    ]);
  });

  test("that are none are refused with their place", () => {
    expect(() => read("{")).toThrow("Line 1 of results.json is not JSON");
    expect(() => read({ rows: [] })).toThrow("holds neither promptfoo's results nor items");
    expect(() => read([item, { id: "b", scores: { exact: 2 } }])).toThrow("Item 2 of results.json is none at scores.exact");
    expect(() => read([1])).toThrow("Item 1 of results.json is none:");
    expect(() => read([item], "p")).toThrow("--prompt chooses among promptfoo's prompts");
  });
});

test("JUnit's XML holds any text", () => {
  const xml = renderJunit('a "suite"', [
    { name: "<a>", seconds: 0.0421 },
    { name: "b", failure: "x\ny & z\u0000\u0007" },
    { name: "c", error: "gone" },
  ]);
  expect(xml).toContain('<testsuites tests="3" failures="1" errors="1">');
  expect(xml).toContain('<testcase classname="a &quot;suite&quot;" name="&lt;a&gt;" time="0.042"/>');
  expect(xml).toContain('<failure message="x&#10;y &amp; z"/>');
});
