/** Offline evals from the command line: a suite on a local model server, its report, and the publishing that waits for it. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "@dimmer/evaluation";
import {
  type EvalReportDetails,
  type EvalReportView,
  type EvalRunView,
  type JudgeView,
  openManagement,
  type Operation,
} from "@dimmer/protocol";
import { openDimmer } from "@dimmer/sdk-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "../../apps/cli/src/demo-server.contract.ts";
import { EXIT, type ExitCode } from "../../apps/cli/src/exit-codes.ts";
import type { Behaviour } from "../../examples/model-server/behaviour.ts";
import { type ModelServer, startModelServer } from "../../examples/model-server/model-server.ts";

const OF = "--flag summarizer --variant opus";
const MODEL = "claude-opus-4-6";
const JUDGE = "judge-2026-05-01";
let demo: DemoServer;
let models: ModelServer;
let env: Record<string, string>;

beforeAll(async () => (demo = await openDemoServer({ connectionAllowPrivate: true })));
afterAll(() => demo.close());
beforeEach(async () => {
  models = await startModelServer();
  models.behave(JUDGE, { reply: 'Fine. {"reason": "short", "score": 0.8}' });
  env = {
    DIMMER_URL: demo.server.url,
    DIMMER_TOKEN: demo.keys.admin,
    ANTHROPIC_API_KEY: "local",
    ANTHROPIC_BASE_URL: models.url,
    OPENAI_API_KEY: "local",
    OPENAI_BASE_URL: `${models.url}/v1/`,
  };
});
afterEach(() => models.close());

const file = (name: string, content: unknown): string => {
  writeFileSync(join(demo.cwd, name), typeof content === "string" ? content : JSON.stringify(content));
  return name;
};
const suite = (more: object = {}) =>
  file("suite.json", {
    suite: "summaries",
    version: 1,
    repeats: 2,
    scorers: {
      exact: { type: "exact", atLeast: 0.9 },
      mentions: { type: "contains" },
      close: { type: "similarity", atLeast: 0.9 },
      tone: { type: "judge", provider: "openai", model: JUDGE, criteria: "It is friendly." },
    },
    items: [
      { id: "cats", variables: { text: "cats sleep all day" }, expected: "cats sleep all day" },
      { id: "dogs", variables: { text: "dogs bark" }, expected: "dogs bark", mustPass: true },
    ],
    ...more,
  });
const run = (
  line: string,
  code: ExitCode,
  contains: { stdout?: string; stderr?: string } = {},
  more: Record<string, string> = {},
) => demo.check(line, code, contains, { env: { ...env, ...more } });
const json = async <T>(line: string, code: ExitCode = EXIT.ok) => JSON.parse((await run(`${line} --json`, code)).stdout) as T;
const behave = (behaviour: Partial<Behaviour>) => models.behave(MODEL, behaviour);

const draft = (variant: string, value: JsonValue) => edit({ kind: "draft-value", flag: "summarizer", variant, value });

async function edit(operation: Operation): Promise<void> {
  const client = openManagement({ url: demo.server.url, token: demo.keys.admin });
  await client.submitChange("demo", { operations: [operation] });
}

describe("evals run", () => {
  test("asks the model on every item, scores the answers, pushes the report of the very content, and writes JUnit", async () => {
    const { report } = await json<{ report: EvalReportView }>(`evals run ${suite()} ${OF} --junit evals.xml`);
    expect(report).toMatchObject({
      suite: "summaries",
      suiteVersion: "1",
      valueVersion: 1,
      model: MODEL,
      source: "dimmer",
      judge: { name: "openai", model: JUDGE, scorers: ["tone"] },
      scorers: { exact: { mean: 1 }, mentions: { mean: 1 }, close: { mean: 1 }, tone: { mean: 0.8, isPassFail: false } },
    });
    const { items } = await json<EvalReportDetails>(`evals show ${report.id}`);
    expect(items[1]).toMatchObject({
      id: "dogs",
      mustPass: true,
      scores: { exact: [true, true], tone: [0.8, 0.8] },
      outputPreview: "dogs bark",
    });
    const junit = readFileSync(join(demo.cwd, "evals.xml"), "utf8");
    expect(junit).toContain('<testsuite name="summaries" tests="6" failures="0" errors="0">');
    const asked = models.requests.filter(({ path }) => path === "/v1/messages");
    expect(asked[0]?.body).toMatchObject({ model: MODEL, max_tokens: 800, system: "Summarize the text in three sentences." });
  });

  test("a worse answer does not pass, and the exit code says so", async () => {
    behave({ reply: "birds sing" });
    await run(`evals run ${suite()} ${OF} --junit evals.xml`, EXIT.failed, { stdout: "no: dogs must pass" });
    const junit = readFileSync(join(demo.cwd, "evals.xml"), "utf8");
    expect(junit).toContain('<failure message="failed: exact, mentions"/>');
    expect(junit).toContain('<failure message="below 0.9"/>');
  });

  test("what cannot be run is an error of its item; a run without any score pushes nothing", async () => {
    behave({ refusalRate: 1 });
    await run(`evals run ${suite()} ${OF}`, EXIT.failed, { stdout: "cats: claude-opus-4-6 refused to answer." });
    behave({ refusalRate: 0, latencyMs: 2_000 });
    const slow = await run(`evals run ${suite({ timeoutMs: 50, repeats: 1 })} ${OF}`, EXIT.failed, {
      stdout: "It took longer than 50 ms.",
    });
    expect(slow.stdout).toContain("nothing was pushed");
    const broken = suite({ repeats: 1, items: [{ id: "none", expected: "" }] });
    await run(`evals run ${broken} ${OF}`, EXIT.failed, { stdout: "The prompt cannot be filled" });
  });

  test("a judge that moves is refused, by its name or by who answers; one that gives no score is an error", async () => {
    const judged = (model: string) =>
      suite({ repeats: 1, scorers: { tone: { type: "judge", provider: "openai", model, criteria: "It is friendly." } } });
    await run(`evals run ${judged("judge-latest")} ${OF}`, EXIT.usage, { stderr: "moves to another model when it likes" });
    models.behave(JUDGE, { responseModel: "judge-2026-06-01" });
    await run(`evals run ${judged(JUDGE)} ${OF}`, EXIT.failed, {
      stderr: `The judge ${JUDGE} is an alias: judge-2026-06-01 answered.`,
    });
    models.behave(JUDGE, { responseModel: JUDGE, reply: "Five stars." });
    await run(`evals run ${judged(JUDGE)} ${OF}`, EXIT.failed, { stdout: "The judge gave no score" });
  });

  test("JSON is held against its schema, and a canned reply is scored without a call", async () => {
    const schema = { type: "object", required: ["title"], properties: { title: { type: "string" } } };
    const shaped = () =>
      suite({ scorers: { shape: { type: "json-schema", schema } }, items: [{ id: "a", variables: { text: "x" } }] });
    behave({ reply: '{"title": "Cats"}' });
    await run(`evals run ${shaped()} ${OF} --local`, EXIT.ok, { stdout: "nothing was pushed" });
    behave({ reply: '{"title": 1}' });
    expect(await json<object>(`evals run ${shaped()} ${OF} --local`)).toMatchObject({ scorers: [{ mean: 0 }], report: null });
    const canned = suite({
      scorers: { exact: { type: "exact" } },
      items: [{ id: "a", expected: "Summaries are resting. Here is the full text." }],
    });
    await run(`evals run ${canned} --flag summarizer --variant plain --local`, EXIT.ok, { stdout: "1.000" });
  });

  test("says what is wrong with a suite, a credential or a choice", async () => {
    const twice = suite({
      items: [
        { id: "a", expected: "x" },
        { id: "a", expected: "x" },
      ],
    });
    await run(`evals run ${twice} ${OF}`, EXIT.failed, { stderr: '"a" comes twice' });
    await run(`evals run ${suite({ items: [{ id: "a" }] })} ${OF}`, EXIT.failed, { stderr: "says no `expected`" });
    const bad = suite({ scorers: { shape: { type: "json-schema", schema: { type: "nothing" } } } });
    await run(`evals run ${bad} ${OF}`, EXIT.usage, { stderr: "is no JSON Schema" });
    const keyless = { ANTHROPIC_API_KEY: "" };
    await run(`evals run ${suite()} ${OF}`, EXIT.usage, { stderr: "ANTHROPIC_API_KEY is not set" }, keyless);
    await run(`evals run ${suite()} --flag summarizer`, EXIT.usage, { stderr: "Say --flag and --variant" });
    await run(`evals run ${suite()} ${OF} --version 9`, EXIT.notFound, { stderr: "has no version 9" });
  });
});

describe("eval-suites and eval-runs", () => {
  test("a suite is kept and run by the server through a connection, and a judge is made of another", async () => {
    await run(`eval-suites push ${suite({ suite: "kept", repeats: 1 })}`, EXIT.ok, { stdout: "kept is at number 1, 2 items." });
    await run("eval-suites list", EXIT.ok, { stdout: "exact, mentions, close, tone" });
    await run("eval-suites show kept", EXIT.ok, { stdout: "suite: kept" });
    const order = `eval-runs start kept ${OF} --environment production`;
    await run(order, EXIT.failed, { stdout: "production has no connection for anthropic" });
    const through = "--secret-env OPENAI_API_KEY --budget none --environment production";
    await run(`connections create Claude --provider anthropic --base-url ${models.url} ${through}`, EXIT.ok);
    await run(`connections create Judge --provider openai --base-url ${models.url}/v1 ${through}`, EXIT.ok);
    const made = await json<EvalRunView>(order);
    expect(made).toMatchObject({ state: "finished", done: 2, suiteNumber: 1 });
    await run(`evals show ${made.report}`, EXIT.ok, { stdout: `kept, version 1: summarizer:opus v1` });
    expect(models.requests.filter(({ path }) => path === "/v1/messages")).toHaveLength(2);
    await run("eval-runs list --suite kept", EXIT.ok, { stdout: made.report ?? "" });
    await run(`eval-runs cancel ${made.id}`, EXIT.ok, { stdout: "kept was run on 2 items" });
    const connections = await json<{ id: string; name: string }[]>("connections list --environment production");
    const [judging] = connections.filter(({ name }) => name === "Judge");
    const asked = `--flag summarizer --connection ${judging?.id} --model gpt-4o-mini-2024-07-18 --score friendly --environment production`;
    const create = `judges create Friendly ${asked} --prompt ${file("friendly.md", "Friendly? {{ output }}")} --percent 2.5`;
    await run(create, EXIT.usage, { stderr: "--budget 2" });
    await run(`${create} --budget 2 --scale 5`, EXIT.usage, { stderr: "is no scale" });
    const judge = await json<JudgeView>(`${create} --budget 2 --scale 1..5`);
    expect(judge).toMatchObject({ perMille: 25, dailyBudgetMicroUsd: 2_000_000, scale: { from: 1, to: 5 } });
    await run("judges list --environment production", EXIT.ok, { stdout: "0 judged, $0 of $2.00" });
    await run(`judges remove ${judge.id} --environment production`, EXIT.ok, { stdout: "its scores stay" });
    const every = create.replace("--percent 2.5", "--percent 100");
    const { id } = await json<JudgeView>(`${every} --budget 2`);
    models.behave("gpt-4o-mini-2024-07-18", { reply: '{"reason": "short", "score": 0.8}' });
    const dimmer = openDimmer({ url: demo.server.url, key: demo.keys.server });
    dimmer.sample({ run: "run-to-judge", served: { flag: "summarizer", variant: "opus" }, output: "Cats sleep." });
    await dimmer.close();
    const judged = async () => (await json<JudgeView[]>("judges list --environment production"))[0]?.today.judged;
    await expect.poll(judged, { timeout: 10_000 }).toBe(1);
    await run(`judges remove ${id} --environment production`, EXIT.ok, { stdout: "its scores stay" });
    await run("eval-suites remove kept", EXIT.ok, { stdout: "its reports stay" });
    await run(order, EXIT.notFound, { stderr: "keeps no suite kept" });
  });
});

describe("evals push, list, show and compare", () => {
  const scored = (count: number, score: (at: number) => unknown) =>
    Array.from({ length: count }, (_, at) => JSON.stringify({ id: `item-${at}`, scores: { exact: score(at) } })).join("\n");
  const push = async (content: unknown, more: string) =>
    await json<EvalReportView>(`evals push ${file("results.jsonl", content)} --suite pushed ${more}`);

  test("takes items a line, and holds two reports against each other with an exit code and JUnit", async () => {
    const before = await push(
      scored(200, (at) => at % 4 !== 0),
      `--flag summarizer --variant sonnet`,
    );
    const better = await push(
      scored(200, () => true),
      OF,
    );
    expect(better).toMatchObject({ source: "file", valueVersion: 1, itemCount: 200 });
    await run(`evals compare ${before.id} ${better.id}`, EXIT.ok, { stdout: "exact: Better: 0.750 → 1.000, by +0.250" });
    await run(`evals compare ${better.id} ${before.id} --junit verdict.xml`, EXIT.failed, { stdout: "Worse by exact." });
    expect(readFileSync(join(demo.cwd, "verdict.xml"), "utf8")).toContain('<failure message="Worse: 1.000');
    const few = await push(
      scored(5, () => true),
      `${OF} --suite-version 2`,
    );
    const fewer = await push(
      scored(4, () => true),
      `--flag summarizer --variant sonnet --suite-version 2`,
    );
    await run(`evals compare ${fewer.id} ${few.id} --margin 0.01`, EXIT.failed, { stdout: "Undecided by exact." });
    await run(`evals compare ${few.id} ${better.id}`, EXIT.failed, { stderr: "Run both on the same suite" });
    await run(`evals compare ${few.id} ${few.id} --margin lots`, EXIT.usage, { stderr: "lies between 0 and 1" });
    await run("evals list --suite pushed --limit 1", EXIT.ok, { stdout: fewer.id });
    await run("evals list --suite absent", EXIT.ok, { stdout: "There are none." });
    await run(`evals show ${before.id}`, EXIT.ok, { stdout: "Items that failed or could not be scored" });
  });

  test("a report is of the draft where there is one, and of a version that is named", async () => {
    await run("evals push results.jsonl --flag summarizer --variant opus", EXIT.usage, { stderr: "Say --suite" });
    await draft("sonnet", { reply: "A draft." });
    const of = "--flag summarizer --variant sonnet";
    expect(
      await push(
        scored(2, () => 1),
        of,
      ),
    ).toMatchObject({ valueVersion: null });
    expect(
      await push(
        scored(2, () => 1),
        `${of} --version 1 --judge m-1`,
      ),
    ).toMatchObject({ valueVersion: 1, judge: { model: "m-1" } });
  });
});

describe("[eval-gate] an environment that requires evals", () => {
  test("publishes a draft once the command that the refusal names has passed", async () => {
    const requirement = { flag: "summarizer", suite: "summaries", scorer: "exact", atLeast: 0.9, maxAgeHours: 1 };
    const required = file("evals.json", [requirement]);
    await run(`environments update production --require-evals ${required}`, EXIT.ok, { stdout: "requires 1 eval" });
    const value = { provider: "anthropic", model: MODEL, messages: [{ role: "user", content: "Briefly: {{ text }}" }] };
    const publish = `publish summarizer opus --value-file ${file("opus.json", value)} --yes`;
    await run(publish, EXIT.conflict, { stderr: 'suite "summaries" must have scored 0.9 or more by exact' });
    await run(publish, EXIT.conflict, { stderr: "dimmer evals run <suite file> --flag summarizer --variant opus" });
    await run("kill summarizer --yes", EXIT.ok);
    await run("restore summarizer --yes", EXIT.ok);
    const items = [{ id: "cats", variables: { text: "cats" }, expected: "Briefly: cats" }];
    const both = `${OF} --version 1 --value-file opus.json`;
    await run(`evals run ${suite({ items })} ${both}`, EXIT.usage, { stderr: "not both" });
    await run(`evals run ${suite({ items })} ${OF} --value-file opus.json`, EXIT.ok, { stdout: "Passed" });
    await run(publish, EXIT.ok);
    await draft("opus", { ...value, parameters: { maxTokens: 9 } });
    await run("publish summarizer opus --yes", EXIT.conflict, { stderr: "before version 3 is served" });
    await run(`evals run ${suite({ items })} ${OF}`, EXIT.ok, { stdout: "Passed" });
    await run("publish summarizer opus --yes", EXIT.ok);
    await edit({ kind: "update-flag", flag: "summarizer", fields: { schema: "ai-config" } });
    await run("snippets set tone --text Briefly:", EXIT.ok);
    const tagged = {
      ...value,
      messages: [{ role: "user", content: "{% snippet 'tone' %} {{ text }}" }],
      parameters: { maxTokens: 8 },
    };
    file("tagged.json", tagged);
    await run(`evals run ${suite({ items })} ${OF} --value-file tagged.json`, EXIT.ok, { stdout: "Passed" });
    await run("publish summarizer opus --value-file tagged.json --yes", EXIT.ok);
    file("tagged.json", { reply: "{% snippet 'tonne' %}" });
    await run(`evals run ${suite({ items })} ${OF} --value-file tagged.json`, EXIT.notFound, { stderr: "snippet tonne" });
    await run("environments update production --require-no-evals", EXIT.ok, { stdout: "is production." });
    const wrong = file("evals.json", [{ suite: "x" }]);
    await run(`environments update production --require-evals ${wrong}`, EXIT.failed, { stderr: "no list of requirements" });
    const contrary = "--require-no-evals --require-evals evals.json";
    await run(`environments update production ${contrary}`, EXIT.usage, { stderr: "say one of them" });
  });
});
