/** Eval reports over real HTTP: pushed, listed, compared, and required before a value is served. */

import type { EvalComparisonView, EvalReportDetails, EvalReportView, Operation, Page, ProblemBody } from "@dimmer/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { digestOf } from "../flags/value-digest.ts";
import { openTestServer, SPLIT_FLAG, type TestServer } from "../testing/open-test-server.contract.ts";
import { EVAL_LIMITS } from "@dimmer/protocol";

const HOUR_MS = 3_600_000;
let server: TestServer;
let flags = 0;
/** A flag of its own for each test. */
let flag = "";

beforeAll(async () => (server = await openTestServer()));
afterAll(() => server.close());
beforeEach(async () => {
  flag = `model-${flags++}`;
  await server.operate("updateEnvironment", {}, { body: { requireEvals: [] } });
  await server.operate("createFlag", {}, { body: { key: flag, definition: { ...SPLIT_FLAG, tags: ["ai"] } } });
});

const report = (more: object = {}) => ({
  suite: "faq",
  flag,
  variant: "new",
  valueVersion: 1,
  items: [
    { id: "a", scores: { exact: true, similarity: 0.9 } },
    { id: "b", scores: { exact: false, similarity: [0.5, 0.7] }, costMicroUsd: 12 },
  ],
  ...more,
});

async function push(more: object = {}): Promise<EvalReportView> {
  const answer = await server.operate("pushEvalReport", {}, { body: report(more) });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.json as EvalReportView;
}

async function refuse(more: object, status: number, text: string): Promise<void> {
  const answer = await server.operate("pushEvalReport", {}, { body: report(more) });
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
}

const scores = (count: number, score: (at: number) => unknown) =>
  Array.from({ length: count }, (_, at) => ({ id: `item-${at}`, scores: { exact: score(at) } }));

describe("reports", () => {
  test("are summed up by scorer, repeats averaged within their item, and bound to the version that was run", async () => {
    const pushed = await push();
    expect(pushed).toMatchObject({
      valueVersion: 1,
      configHash: digestOf("n"),
      source: "api",
      itemCount: 2,
      errorCount: 0,
      costMicroUsd: 12,
      scorers: {
        exact: { mean: 0.5, scored: 2, isPassFail: true, mustPassFailures: 0 },
        similarity: { mean: expect.closeTo(0.75, 12), scored: 2, isPassFail: false },
      },
    });
    const { json } = await server.operate("getEvalReport", { report: pushed.id });
    expect((json as EvalReportDetails).items).toEqual(report().items);
    const audit = (await server.operate("listAudit", {}, { query: "?chain=project/default&limit=1" })).json as Page<object>;
    expect(audit.items).toMatchObject([
      { action: "eval-report.push", details: { report: pushed.id, configHash: digestOf("n"), means: { exact: 0.5 } } },
    ]);
  });

  test("are found by the hash of their content, also of a draft", async () => {
    expect(await push({ valueVersion: undefined, configHash: digestOf("n") })).toMatchObject({ valueVersion: 1 });
    expect(await push({ valueVersion: undefined, configHash: digestOf("draft") })).toMatchObject({
      valueVersion: null,
      configHash: digestOf("draft"),
    });
  });

  test("are listed newest first, by flag, variant and suite, in pages", async () => {
    const first = await push();
    const second = await push({ suite: "refunds" });
    const third = await push({ variant: "old", valueVersion: 1 });
    const list = async (query: string) =>
      ((await server.operate("listEvalReports", {}, { query: `?flag=${flag}${query}` })).json as Page<EvalReportView>).items.map(
        ({ id }) => id,
      );
    expect(await list("")).toEqual([third.id, second.id, first.id]);
    expect(await list("&suite=refunds")).toEqual([second.id]);
    expect(await list("&variant=old")).toEqual([third.id]);
    const page = (await server.operate("listEvalReports", {}, { query: `?flag=${flag}&limit=2` })).json as Page<EvalReportView>;
    expect(await list(`&cursor=${page.next}`)).toEqual([first.id]);
  });

  test("refuses what it cannot stand for", async () => {
    await refuse({ configHash: digestOf("n") }, 400, "either `valueVersion`");
    await refuse({ valueVersion: 7 }, 404, "has no version 7");
    await refuse({ flag: "absent" }, 404, "There is no flag absent");
    await refuse({ variant: "absent" }, 404, "has no variant absent");
    await refuse({ at: new Date(Date.now() + HOUR_MS).toISOString() }, 400, "a time to come");
    await refuse({ items: [...report().items, { id: "a", scores: {} }] }, 400, 'Item \\"a\\" comes twice');
    await refuse({ items: [{ id: "a", scores: {} }] }, 400, "No item has a score");
    await refuse({ items: [{ id: "a", scores: { exact: 1.5 } }] }, 400, "items");
    const many = Array.from({ length: EVAL_LIMITS.scorers + 1 }, (_, at) => ({ id: `i${at}`, scores: { [`s${at}`]: 1 } }));
    await refuse({ items: many }, 400, "at most 20 scorers");
  });

  test("takes the right in the whole project: whoever may push for staging could unlock production", async () => {
    const key = async (body: object) =>
      (await server.operate("createKey", {}, { body: { kind: "admin", name: "ci", ...body } })).json as { secret: string };
    await server.operate("createEnvironment", {}, { body: { key: "staging", name: "Staging" } });
    await server.operate("createRole", {}, { body: { name: "ci", rights: ["read", "eval.push"] } });
    const [whole, narrow] = [await key({ role: "ci" }), await key({ role: "editor", environment: "staging" })];
    const pushAs = (token: string) => server.operate("pushEvalReport", {}, { token, body: report() });
    expect([(await pushAs(whole.secret)).status, (await pushAs(narrow.secret)).status]).toEqual([201, 403]);
  });
});

describe("comparing", () => {
  const compare = async (baseline: EvalReportView, candidate: EvalReportView, query = "") => {
    const params = { report: candidate.id };
    return await server.operate("compareEvalReports", params, { query: `?baseline=${baseline.id}${query}` });
  };

  test("says by each scorer whether the candidate is better, no worse, worse, or cannot be told", async () => {
    const before = await push({ variant: "old", items: scores(300, (at) => at % 10 !== 0) });
    const same = await push({ items: scores(300, (at) => at % 10 !== 0) });
    expect((await compare(before, same)).json).toMatchObject({ verdict: "not-worse", look: 1, differences: [] });
    const worse = await push({
      items: scores(300, (at) => at % 5 !== 0),
      valueVersion: undefined,
      configHash: digestOf("other"),
    });
    const { json } = await compare(before, worse);
    expect(json).toMatchObject({
      verdict: "worse",
      words: "Worse by exact.",
      scorers: [{ items: 300, losses: 30, wins: 0, words: expect.stringContaining("Worse: 0.900 → 0.800, by −0.100") }],
    });
    expect((json as EvalComparisonView).differences).toHaveLength(30);
    expect((await compare(worse, before)).json).toMatchObject({ verdict: "better" });
    const few = await push({ items: scores(10, () => true), valueVersion: undefined, configHash: digestOf("few") });
    expect((await compare(before, few)).json).toMatchObject({
      verdict: "undecided",
      scorers: [{ items: 10, unpaired: 290, words: expect.stringContaining("10 items cannot tell") }],
    });
  });

  test("a re-run of the same content is another look, and held to more", async () => {
    const before = await push({ variant: "old", items: scores(190, () => 1) });
    const first = await push({ items: scores(190, () => 1) });
    const again = await push({ items: scores(190, () => 1) });
    expect((await compare(before, first)).json).toMatchObject({ verdict: "not-worse", scorers: [{ alpha: 0.025 }] });
    expect((await compare(before, again)).json).toMatchObject({ verdict: "undecided", look: 2, scorers: [{ alpha: 0.0125 }] });
  });

  test("an item that must pass and did not is worse, whatever the mean; one without a score did not", async () => {
    const before = await push({ variant: "old", items: scores(200, () => false) });
    const after = scores(200, () => true).map((item, at) => (at === 7 ? { ...item, scores: {}, mustPass: true } : item));
    const vetoed = await push({ items: [{ id: "new", scores: { exact: false }, mustPass: true }, ...after] });
    expect((await compare(before, vetoed)).json).toMatchObject({
      verdict: "worse",
      scorers: [{ mustPassFailures: ["new", "item-7"], words: expect.stringContaining("new, item-7 must pass and did not") }],
    });
  });

  test("scores of another judge are not comparable, and other suites are refused", async () => {
    const judge = { name: "grader", model: "judge-2026-01-01", scorers: ["exact"] };
    const before = await push({ variant: "old", judge });
    const after = await push({ judge: { ...judge, model: "judge-2026-06-01" } });
    const { json } = await compare(before, after);
    expect(json).toMatchObject({
      verdict: "not-comparable",
      scorers: [
        { scorer: "exact", verdict: "not-comparable" },
        { scorer: "similarity", verdict: "undecided" },
      ],
    });
    expect((json as EvalComparisonView).scorers[0]?.words).toContain("another judge");
    const elsewhere = await push({ items: [{ id: "z", scores: { other: 0.4 } }] });
    expect((await compare(before, elsewhere)).json).toMatchObject({
      verdict: "not-comparable",
      scorers: [{ before: null }, {}, {}],
    });
    const other = await push({ suite: "faq", suiteVersion: "2" });
    const refused = await compare(before, other);
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining("version 2")]);
    expect((await compare({ ...before, id: "absent" }, after)).status).toBe(404);
  });
});

describe("[eval-gate] what an environment requires before it serves a value", () => {
  const require = async (about: object = { flag }) => {
    const requirement = { suite: "faq", scorer: "exact", atLeast: 0.9, maxAgeHours: 24, ...about };
    const answer = await server.operate("updateEnvironment", {}, { body: { requireEvals: [requirement] } });
    expect(answer.json).toMatchObject({ requireEvals: [requirement] });
  };
  const change = async (...operations: Operation[]) => await send({ operations });
  /** As somebody who has just looked at the flag. */
  const send = async (body: object, id = "submitChange") => {
    const { revision } = (await server.operate("getFlag", { flag })).json as { readonly revision: number };
    return await server.operate(id, {}, { body: { expected: { [`flags/${flag}`]: revision }, ...body } });
  };
  const draft = (value: string, variant = "new"): Operation => ({ kind: "draft-value", flag, variant, value });
  const publish = (version?: number): Operation => ({
    kind: "publish",
    flag,
    variant: "new",
    environments: ["production"],
    ...(version === undefined ? {} : { version }),
  });
  const ramp = (variant: string, percent: number): Operation => ({
    kind: "ramp",
    flag,
    environment: "production",
    rule: "default",
    variant,
    percent,
  });
  const share = (variant: string): Operation => ({
    kind: "set-split",
    flag,
    environment: "production",
    rule: "default",
    split: { [variant]: 5, old: 95 },
  });
  const done = async (...operations: Operation[]) => {
    const { status, text } = await change(...operations);
    expect([status, text]).toEqual([200, expect.any(String)]);
  };
  const refused = async (why: string, ...operations: Operation[]) => {
    const answer = await change(...operations);
    expect(answer.json).toMatchObject({ status: 409, code: "evals-needed", detail: expect.stringContaining(why) });
    return answer.json as ProblemBody;
  };
  const pass = (value: string, more: object = {}) =>
    push({ valueVersion: undefined, configHash: digestOf(value), items: scores(10, () => true), ...more });

  test("a draft is published once its very content has passed, and the refusal names suite and command", async () => {
    await require();
    await done(draft("better"));
    const { issues = [] } = await refused("there is no report of this content", publish());
    expect(issues).toMatchObject([
      {
        path: "/operations/0",
        code: "evals-needed",
        message: expect.stringContaining('suite "faq" must have scored 0.9 or more by exact'),
      },
    ]);
    expect(issues[0]?.mend).toContain(`dimmer evals run <suite file> --flag ${flag} --variant new\``);
    await pass("another content");
    await refused(digestOf("better"), publish());
    await pass("better");
    await done(publish());
  });

  test("a report that is old, too low, incomplete or of another scorer is no pass; the newest one decides", async () => {
    await require();
    await done(draft("better"));
    await pass("better", { at: new Date(Date.now() - 25 * HOUR_MS).toISOString() });
    await refused("is 25 h old", publish());
    await pass("better", { items: scores(10, (at) => at > 1) });
    await refused("scored 0.800", publish());
    await pass("better", {
      items: [...scores(8, () => true), { id: "x", scores: {}, error: "timeout" }, { id: "y", scores: {} }],
    });
    await refused("scored 0.800, where 2 items without a score count as 0", publish());
    await pass("better", { items: [{ id: "x", scores: { similarity: 1 } }] });
    await refused("has no score by exact", publish());
    await pass("better", { items: [...scores(50, () => true), { id: "x", scores: { exact: false }, mustPass: true }] });
    await refused("1 item that must pass did not", publish());
    await pass("better");
    await pass("better", { items: scores(10, () => false) });
    await refused("scored 0.000", publish());
  });

  test("holds by tag, and not for another flag or tag", async () => {
    await done(draft("better"));
    await require({ tag: "other" });
    await done(publish());
    await require({ flag: "another" });
    await done(draft("better still"), publish());
    await require({ tag: "ai" });
    await done(draft("best"));
    await refused("there is no report", publish());
  });

  test("there is no way around: a configuration, a new variant that is ramped, a variant that nobody could get", async () => {
    await require();
    const { json } = await server.operate("getFlagInEnvironment", { flag });
    const { config } = json as { config: object };
    await done({ kind: "add-variant", flag, variant: "third", value: "t" });
    await refused(`of ${flag}:third before version 1`, share("third"));
    const targets = { third: ["u-1"] };
    await refused("third", { kind: "set-targets", flag, environment: "production", targets });
    await refused("third", { kind: "set-fallback", flag, environment: "production", fallback: "third" });
    await refused("third", {
      kind: "configure-environment",
      flag,
      environment: "production",
      config: { ...config, default: { variant: "third" } } as never,
    });
    await pass("t", { variant: "third" });
    await done(share("third"));
  });

  test("kills, stops and every way back are held up by nothing", async () => {
    await done(draft("better"), publish());
    await require();
    const place = { flag, environment: "production" };
    await done({ kind: "kill", ...place });
    await done({ kind: "restore", ...place });
    await done({ kind: "stop", ...place, variant: "new" });
    await done({ kind: "restore", ...place, variant: "new" });
    // Back to what was served before the requirement was there, and forth again.
    await done(publish(1));
    await done(publish(2));
    await done(ramp("new", 0));
    await done(ramp("new", 50));
    await done({ kind: "serve-all", ...place, variant: "old" });
  });

  test("a dry run says so beforehand; drafts and other edits are held up by nothing", async () => {
    await require();
    await done(draft("better"));
    await done({ kind: "update-flag", flag, fields: { description: "Said anew" } });
    const answer = await send({ operations: [publish()], dryRun: true });
    expect(answer.json).toMatchObject({ code: "evals-needed" });
    const at = new Date(Date.now() + HOUR_MS).toISOString();
    const scheduled = await send({ at, operations: [publish()], dryRun: true }, "createSchedule");
    expect(scheduled.json).toMatchObject({ status: "valid", issues: [{ code: "refused-now" }] });
  });

  test("is bounded, and names either a flag or a tag", async () => {
    const one = { flag, suite: "faq", scorer: "exact", atLeast: 0.9, maxAgeHours: 24 };
    for (const requireEvals of [[{ ...one, tag: "ai" }], [{ ...one, atLeast: 2 }], Array.from({ length: 21 }, () => one)])
      expect((await server.operate("updateEnvironment", {}, { body: { requireEvals } })).status).toBe(400);
  });
});
