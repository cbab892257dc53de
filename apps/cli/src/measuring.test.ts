/** The verbs that tell what became of a flag's variants, and which model served a request, against a real server. */

import type { MetricsView, StoredEvent } from "@dimmer/protocol";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";
import { sparkline } from "./output/describe-metrics.ts";

let demo: DemoServer;
beforeAll(async () => void (demo = await openDemoServer()));
afterAll(() => demo.close());

const SERVED = { flag: "summarizer", variant: "sonnet", valueVersion: 1, path: "rule", rule: "paid" };
/** The start of this minute, so that the running step holds it. */
const AT = Math.floor(Date.now() / 60_000) * 60_000;
const told = (id: string, more: object) => ({
  id: `event-of-the-verbs-${id}`,
  at: AT,
  run: "run-1",
  task: "task-1",
  targetingKey: "user-7",
  served: SERVED,
  ...more,
});
const CALL = { kind: "generation", operation: "chat", attempt: 1, provider: "openai", requestModel: "gpt-4o-mini" };
const TOKENS = { inputTokens: 1_000, outputTokens: 100 };
const EVENTS = [
  told("exposure", { kind: "exposure" }),
  told("call", { ...CALL, ...TOKENS, durationMs: 1_300, timeToFirstChunkMs: 210 }),
  told("failed", { ...CALL, durationMs: 9_000, errorType: "timeout" }),
  told("other", { ...CALL, ...TOKENS, durationMs: 700, responseModel: "house-model-2", refused: true }),
  told("end", { kind: "run", outcome: "fallback", attempts: 2, durationMs: 10_300 }),
  told("step", { kind: "step", operation: "retrieval", name: "handbook", durationMs: 40, errorType: "network" }),
  told("thumbs", { kind: "feedback", name: "thumbs", value: 1 }),
  told("comment", { kind: "feedback", name: "comment", comment: "Too long." }),
  told("score", { kind: "score", name: "faithful", value: 0.5, label: "half" }),
  told("task", { kind: "task", success: true, durationMs: 12_000 }),
  told("metric", { kind: "metric", name: "copied", value: 3 }),
  told("aborted", { kind: "run", outcome: "error", errorType: "aborted", attempts: 1, durationMs: 80, at: AT + 1 }),
  told("unseen", { ...CALL, ...TOKENS, durationMs: 400, shadow: true, served: { ...SERVED, variant: "opus" } }),
];

test("of what nobody has told yet there is nothing to say", async () => {
  await demo.check("metrics summarizer", EXIT.ok, { stdout: "Nothing was told of summarizer in production in the last 24 h." });
  await demo.check("runs list", EXIT.ok, { stdout: "Nothing was told in production in that time." });
  await demo.check("runs show run-1", EXIT.notFound, { stderr: "Nothing is known of run run-1 in production." });
});

test("each variant has a line with its measures, and what is in no sum is named", async () => {
  const response = await fetch(`${demo.server.url}/sdk/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${demo.keys.server}`, "content-type": "application/json" },
    body: JSON.stringify({ events: EVENTS }),
  });
  expect(await response.json()).toEqual({ accepted: EVENTS.length, dropped: 0, issues: [] });
  // The telemetry store starts with the first of them, when the machine lets it.
  const variants = async () => (await demo.jsonOf<MetricsView>("metrics summarizer")).variants.length;
  await expect.poll(variants, { timeout: 30_000 }).toBe(1);
  const { stdout } = await demo.check("metrics summarizer", EXIT.ok);
  expect(stdout).toMatch(/^sonnet +3 +1 +33 % +700 ms +1\.3 s +210 ms +2,000 → 200 +\$0\.000210 +\$0\.000210 +100 % of 1$/mu);
  expect(stdout).toMatch(/sonnet {2}p95 █ {2}cost █/u);
  expect(stdout).toContain("sonnet  score faithful: 1, 0.5 on average");
  expect(stdout).toContain("sonnet  metric copied: 1, 3 on average");
  expect(stdout).toMatch(
    /^ {2}sonnet: 1 task; 100 % succeeded; cost unknown; calls a task: 3, steps: 1; thumbs: 1 up, 0 down; p50 12\.0 s; p95 12\.0 s\.$/mu,
  );
  expect(stdout).toContain("  opus: 1 call that nobody saw; 0 % failed; p50 400 ms; p95 400 ms; 1,000 → 100 tokens; $0.000210.");
  expect(stdout).not.toMatch(/^opus/mu);
  expect(stdout).toContain("sonnet asks for gpt-4o-mini and was answered by house-model-2.");
  expect(stdout).toContain("1 call of house-model-2 (sonnet) cost nobody knows what");
  expect((await demo.check("metrics summarizer --by rule", EXIT.ok)).stdout).toMatch(/^sonnet +paid +3 /mu);
  const byModel = await demo.jsonOf<MetricsView>("metrics summarizer --by model --hours 1");
  expect(byModel.variants.map(({ part, generations }) => [part, generations])).toEqual([
    ["gpt-4o-mini", 2],
    ["house-model-2", 1],
  ]);
  await demo.check("metric-definitions define copies --type ratio --event copied --per people --unit times", EXIT.ok, {
    stdout: "copies is the copied per people; up is good.",
  });
  expect((await demo.check("metrics summarizer", EXIT.ok)).stdout).toContain("sonnet  copies: 3 times (3 of 1), up is good");
  await demo.check("metrics summarizer --by colour", EXIT.usage, { stderr: "Take one of none, rule, valueVersion, model." });
  await demo.check("metrics summarizer --hours 0", EXIT.usage, { stderr: "--hours takes a whole number" });
});

test("[run-found] a run is told line by line, with what served it and why", async () => {
  const { stdout } = await demo.check("runs show run-1", EXIT.ok);
  for (const said of [
    "met  summarizer → sonnet v1 by rule paid",
    "call 1 of gpt-4o-mini: 1300 ms, 1000 → 100 tokens, $0.000210",
    "call 1 of gpt-4o-mini: 9000 ms, failed: timeout",
    "call 1 of house-model-2: 700 ms, refused, 1000 → 100 tokens, cost unknown",
    "unseen call 1 of gpt-4o-mini: 400 ms",
    "ended by the app after 1 calls, 80 ms",
    "answered by a fallback after 2 calls, 10300 ms",
    "retrieval handbook 40 ms, failed: network",
    "feedback thumbs 1 ",
    "feedback comment: Too long.",
    "score faithful 0.5, half",
    "task succeeded",
    "copied 3 ",
  ])
    expect(stdout).toContain(said);
  expect((await demo.jsonOf<StoredEvent[]>("runs show run-1")).map(({ source }) => source)).toEqual(EVENTS.map(() => "server"));
  expect(await demo.jsonOf<StoredEvent[]>("runs list --targeting-key user-7 --limit 2")).toHaveLength(2);
  expect(await demo.jsonOf<StoredEvent[]>("runs list --flag chat-model")).toEqual([]);
});

test("a line of signs stands between nothing and the highest, with a gap where nothing is known", () => {
  expect(sparkline([0, 1, null, 7, 3.5])).toBe("▁▂ █▅");
  expect(sparkline([0, 0])).toBe("▁▁");
});

test("metrics are defined, listed and removed, and what defines none is told why", async () => {
  await demo.check(
    "metric-definitions define waits --type quantile --quantile 0.95 --event answered --good down --cap 9000",
    EXIT.ok,
  );
  await demo.check("metric-definitions define bought --type rate", EXIT.ok, { stdout: "share of people with bought" });
  await demo.check("metric-definitions define saved --cap 5", EXIT.ok, { stdout: "mean of saved, capped at 5" });
  const { stdout } = await demo.check("metric-definitions list", EXIT.ok);
  expect(stdout).toMatch(/^waits +0\.95 quantile of answered, capped at 9000 +down/mu);
  await demo.check("metric-definitions define waits --type quantile", EXIT.usage, { stderr: "quantile" });
  await demo.check("metric-definitions define waits --type best", EXIT.usage, { stderr: "This defines no metric: type" });
  await demo.check("metric-definitions define waits --cap x", EXIT.usage, { stderr: "--cap takes a number, not x." });
  for (const name of ["waits", "bought", "saved", "copies"])
    await demo.check(`metric-definitions remove ${name}`, EXIT.ok, { stdout: `Removed ${name}` });
  await demo.check("metric-definitions remove waits", EXIT.notFound, { stderr: "There is no metric definition waits" });
  await demo.check("metric-definitions list", EXIT.ok, { stdout: "defines no metric" });
});

test("[events-exported] events are written into a file, whole or not at all, and no file is written over", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dimmer-events-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const out = (name: string) => join(folder, name);
  await demo.check(`events export --out ${out("events.ndjson")}`, EXIT.ok, { stdout: `Wrote ${out("events.ndjson")}.` });
  const lines = (await readFile(out("events.ndjson"), "utf8")).trim().split("\n");
  expect(lines.map((line) => Reflect.get(JSON.parse(line) as object, "id")).sort()).toEqual(EVENTS.map(({ id }) => id).sort());
  await demo.check(`events export --out ${out("events.ndjson")}`, EXIT.conflict, { stderr: "is there already" });
  await demo.check(`events export --out ${out("events.ndjson")} --force --kind feedback --flag summarizer --hours 1`, EXIT.ok);
  expect((await readFile(out("events.ndjson"), "utf8")).trim().split("\n")).toHaveLength(2);
  await demo.check(`events export --format parquet --out ${out("all")}`, EXIT.ok);
  expect((await readFile(out("all"))).subarray(0, 4).toString()).toBe("PAR1");
  await demo.check(`events export --out ${out("events.xlsx")}`, EXIT.usage, {
    stderr: "is no form in which events can be written",
  });
  await demo.check(`events export --out ${out("x.csv")} --from yesterday`, EXIT.usage, { stderr: "--from takes a date" });
  await demo.check(`events export --out ${out("x.csv")} --kind nothing`, EXIT.failed, { stderr: "query /kind" });
  await demo.check("events export", EXIT.usage, { stderr: "Say --out FILE" });
  expect(await readdir(folder)).toEqual(["all", "events.ndjson"]);
});

test("[keys-hashed] targeting keys are kept only as hashes once that is asked for, and found by the key all the same", async () => {
  await demo.check("telemetry show", EXIT.ok, { stdout: "Targeting keys are kept as they are." });
  await demo.check("telemetry hash-keys maybe", EXIT.usage, { stderr: "Say on or off, not maybe." });
  await demo.check("telemetry hash-keys on --yes", EXIT.ok, { stdout: "Targeting keys are kept only as hashes." });
  await expect
    .poll(() => demo.jsonOf<{ chores: unknown[] }>("telemetry show").then(({ chores }) => chores.length), { timeout: 20_000 })
    .toBe(0);
  const events = await demo.jsonOf<StoredEvent[]>("runs list --targeting-key user-7 --limit 500");
  expect(events).toHaveLength(EVENTS.length);
  expect(new Set(events.map(({ targetingKey }) => targetingKey?.slice(0, 7)))).toEqual(new Set(["hashed:"]));
  await demo.check("telemetry hash-keys off", EXIT.ok, { stdout: "Targeting keys are kept as they are." });
  expect(await demo.jsonOf<StoredEvent[]>("runs list --targeting-key user-7 --limit 500")).toHaveLength(EVENTS.length);
});

test("[person-forgotten] an erasure takes a person's events, too", async () => {
  const { stdout } = await demo.check("audit erase user-7 --yes", EXIT.ok);
  expect(stdout).toMatch(/^Erased in \d+ places\.$/mu);
  expect(await demo.jsonOf<StoredEvent[]>("runs list --targeting-key user-7")).toEqual([]);
});
