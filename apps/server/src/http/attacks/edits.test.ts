/** What must not become a flag, a segment or a schedule, and what was kept from it when somebody asks. */

import { LIMITS } from "@dimmer/evaluation";
import { describe, expect, test } from "vitest";
import { type Answer, SPLIT_FLAG, TOKENS } from "../../testing/open-test-server.contract.ts";
import { FLAGS, serverUnderAttack } from "./check-refusal.contract.ts";

const server = serverUnderAttack();
const admin = TOKENS.admin;
const PLACE = SPLIT_FLAG.environments?.["production"];

const create = (key: string, definition: unknown = SPLIT_FLAG) =>
  server.current.operate("createFlag", {}, { body: { key, definition } });
const inProduction = (more: object): unknown => ({ ...SPLIT_FLAG, environments: { production: { ...PLACE, ...more } } });
const withRule = (when: unknown): unknown => inProduction({ rules: [{ id: "r", when, serve: { variant: "new" } }] });
const withSplit = (split: unknown): unknown => inProduction({ default: { split } });

async function ask(flag: string, context: object): Promise<Record<string, unknown>> {
  const body = JSON.stringify({ context: { targetingKey: "u", ...context } });
  return (await server.current.call("POST", `/ofrep/v1/evaluate/flags/${flag}`, { token: TOKENS.server, body })).json as Record<
    string,
    unknown
  >;
}

describe("names (A13, A15, A16)", () => {
  test.each([
    ...["__proto__", "constructor", "toString", "hasOwnProperty", "then", "prototype"].map((key) => ["A13", key]),
    ...["", " ", "a b", "a\r\nb", "\u202Ea", "😀", ".", "..", "%00", "a/b", "a".repeat(129), "a".repeat(1_000_000)].map((key) => [
      "A15",
      key,
    ]),
    // Nothing to fold: what could be another spelling is no key.
    ...["MODEL", "Model", "mode\u0301l", "mod\u00e9l", "m\u043edel", "\uff4dodel"].map((key) => ["A16", key]),
  ])("%s a flag, a segment or an environment may not be called %.24s", async (_attack, key) => {
    for (const [path, body] of [
      [FLAGS, { key, definition: SPLIT_FLAG }],
      ["/api/v1/projects/default/segments", { key, definition: { environments: {} } }],
      ["/api/v1/projects/default/environments", { key, name: "x" }],
    ] as const) {
      const answer = await server.current.call("POST", path, { token: admin, body });
      const code = expect.stringMatching(/^invalid-(?:request|document)$/u);
      expect([path, answer]).toMatchObject([path, { status: 400, json: { code } }]);
      expect(answer.text.length).toBeLessThan(10_000);
    }
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "then"])(
    "A13 %s is no flag to whoever asks",
    async (key) => {
      expect(await ask(key, {})).toMatchObject({ errorCode: "FLAG_NOT_FOUND" });
      const names = await server.current.operate("getFlag", { flag: key });
      expect([names.status, Reflect.get({}, "polluted")]).toEqual([404, undefined]);
    },
  );

  test("A15 the longest key there may be decides like any other", async () => {
    const key = "a".repeat(128);
    expect((await create(key)).status).toBe(201);
    expect(await ask(key, {})).toMatchObject({ key, reason: "SPLIT" });
  });
});

/** Refused when it is saved, as a problem that names the place; no part of it is kept. */
describe("what is refused when it is saved (A20, A22, A24, A29)", () => {
  const nested = (levels: number): unknown => Array.from({ length: levels }).reduce<unknown>((not) => ({ not }), { a: "x" });
  test.each<[string, unknown, string]>([
    ["A20 a regex of 100 kB", withRule({ a: { matches: "a".repeat(100_000) } }), "bad-pattern"],
    ["A20 repeats of repeats", withRule({ a: { matches: "((a{1,100}){1,100}){1,100}" } }), "bad-pattern"],
    ["A20 a back-reference", withRule({ a: { matches: "(a)\\1" } }), "bad-pattern"],
    ["A20 a look-behind", withRule({ a: { matches: "(?<=a)b" } }), "bad-pattern"],
    ["A22 a tree one level too deep", withRule(nested(LIMITS.treeDepth)), "tree-too-deep"],
    [
      "A22 a list of more than there may be",
      withRule({ a: { in: Array.from({ length: 100_001 }, (_, n) => `${n}`) } }),
      "too-many",
    ],
    ["A24 −1 %", withSplit({ new: -1, old: 101 }), "out-of-range"],
    ["A24 100.0001 %", withSplit({ new: 100.0001, old: 0 }), "out-of-range"],
    ["A24 a percentage in quotes", withSplit({ new: "50", old: 50 }), "wrong-type"],
    ["A24 1e-9 %", withSplit({ new: 1e-9, old: 99 }), "percent-decimals"],
    ["A24 99 % in all", withSplit({ new: 49, old: 50 }), "split-sum"],
    [
      "A29 a value of 1 MB",
      { ...SPLIT_FLAG, variants: { ...SPLIT_FLAG.variants, new: { value: "x".repeat(1_000_000) } } },
      "large",
    ],
    ["A23 a flag that requires itself", inProduction({ requires: [{ flag: "refused", variant: "new" }] }), "requires-chain"],
  ])("%s", async (_attack, definition, code) => {
    const answer = await create("refused", definition);
    const { issues = [] } = answer.json as { issues?: readonly { code: string; path: string }[] };
    expect([answer.status, issues.map((issue) => issue.code).join(), answer.text.length < 20_000]).toEqual([
      400,
      expect.stringContaining(code),
      true,
    ]);
    expect(issues[0]?.path).toMatch(/^\/operations\/0(?:\/definition)?|^\/flags\//u);
    expect((await server.current.operate("getFlag", { flag: "refused" })).status).toBe(404);
  });

  test.each([
    ["A22 a tree 60 deep, which the reader of JSON lets pass", withRule(nested(40))],
    ["A24 NaN, which JSON has no word for", "NaN"],
  ])("%s", async (_attack, definition) => {
    expect((await create("refused", definition)).status).toBe(400);
  });
});

describe("circles and chains (A23)", () => {
  const require = (flag: string, on: string) =>
    server.current.operate(
      "submitChange",
      {},
      {
        body: {
          operations: [{ kind: "set-requires", flag, environment: "production", requires: [{ flag: on, variant: "new" }] }],
        },
      },
    );

  test("A23 a circle of two, and a chain longer than the limit, are refused; what stands goes on", async () => {
    const keys = Array.from({ length: LIMITS.chain + 2 }, (_, at) => `chain-${at}`);
    for (const key of keys) expect((await create(key)).status).toBe(201);
    const statuses: number[] = [];
    for (const [at, key] of keys.slice(0, -1).entries()) statuses.push((await require(key, keys[at + 1] ?? "")).status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(10);
    expect((await require("chain-1", "chain-0")).status).toBe(400);
    const evaluation = await ask("chain-0", {});
    expect(evaluation["errorCode"]).toBeUndefined();
  });
});

describe("what is asked for (A19, A21, A25, A26)", () => {
  const answering = async (key: string, definition: unknown): Promise<void> => {
    const answer = await create(key, definition);
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  };

  test("A19 the classic regex answers at once, on 30 and on 10,000 characters", async () => {
    await answering("classic", withRule({ a: { matches: "^(a+)+$" } }));
    const started = performance.now();
    for (const length of [30, 10_000])
      expect(await ask("classic", { a: `${"a".repeat(length)}!` })).not.toHaveProperty("errorCode");
    // A backtracking engine takes seconds for the first, and for ever for the second.
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await ask("classic", { a: "aaaa" })).toMatchObject({ variant: "new" });
  });

  test("A21 words that every object knows are matched as text", async () => {
    await answering("words", withRule({ any: [{ a: { matches: "^constructor$" } }, { b: { in: ["toString", "__proto__"] } }] }));
    for (const context of [{ a: "constructor" }, { b: "toString" }, { b: "__proto__" }])
      expect(await ask("words", context)).toMatchObject({ variant: "new", reason: "TARGETING_MATCH" });
    for (const context of [{ a: "x" }, { b: "valueOf" }, {}]) expect((await ask("words", context))["reason"]).toBe("SPLIT");
  });

  test('A25 without a key to split by there is an error and no first bucket; 1 and "1" are told apart or are one, said', async () => {
    await answering("by-org", inProduction({ default: { split: { new: 50, old: 50 }, by: "org" } }));
    for (const context of [{}, { org: "" }, { org: null }])
      expect(await ask("by-org", context)).toMatchObject({ errorCode: "TARGETING_KEY_MISSING" });
    const variants = new Set<unknown>();
    for (let org = 0; org < 40; org++) variants.add((await ask("by-org", { org: `o${org}` }))["variant"]);
    expect(variants).toEqual(new Set(["new", "old"]));
  });

  test.each([
    ["semver", { gte: "1.0.0" }, ["1.2", "v1", "99999999999999999999", "", "1.0.0-"]],
    ["after", "2020-01-01T00:00:00Z", ["+275760-09-13T00:00:00Z", "2020-01-01T00:00:60Z", "yesterday", ""]],
    ["cidr", "10.0.0.0/8", ["::ffff:10.0.0.1", "010.0.0.1", "10.0.0", "10.0.0.0/8"]],
  ])("A26 junk for %s is no match, and no error", async (operator, wanted, junk) => {
    await answering(`junk-${operator.toLowerCase()}`, withRule({ a: { [operator]: wanted } }));
    for (const a of junk) expect(await ask(`junk-${operator.toLowerCase()}`, { a })).toMatchObject({ reason: "SPLIT" });
  });
});

describe("schedules (A27)", () => {
  const operations = [{ kind: "kill", flag: "model", environment: "production" }];
  const schedule = (body: object) => server.current.operate("createSchedule", {}, { body: { operations, ...body } });

  test.each([
    ["the past", { at: "2020-01-01T00:00:00Z" }],
    ["the year 9999", { at: "9999-12-31T23:59:59Z" }],
    ["a leap second", { at: "2027-06-30T23:59:60Z" }],
    ["no zone", { at: "2027-06-30T12:00:00" }],
    ["a zone of nobody", { at: "2027-06-30T12:00:00", timeZone: "Europe/Atlantis" }],
    ["a number", { at: 1_900_000_000 }],
  ])("A27 %s is no time for one", async (_what, body) => {
    expect((await schedule(body)).status).toBe(400);
  });

  test("A27 a time that the clocks jump over is the end of the jump, and is said", async () => {
    const answer = await schedule({ at: "2027-03-28T02:30:00", timeZone: "Europe/Berlin" });
    expect(answer).toMatchObject({ status: 201, json: { schedule: { dueAt: "2027-03-28T01:00:00.000Z" } } });
    expect(answer.text).toContain("time-skipped");
  });

  test("A27 an operation that stands twice in one schedule is done as it would be now", async () => {
    const at = new Date(Date.now() + 86_400_000).toISOString();
    const twice = await server.current.operate(
      "createSchedule",
      {},
      { body: { at, operations: [...operations, ...operations] } },
    );
    expect([200, 201, 400]).toContain(twice.status);
  });
});

test("A29 a value is kept to the last level that a value may have, however deep it stands in a body", async () => {
  const value = (levels: number): unknown => (levels === 0 ? 1 : { a: value(levels - 1) });
  const flag = (levels: number): unknown => ({
    ...SPLIT_FLAG,
    type: "object",
    variants: { old: { value: {} }, plain: { value: {} }, new: { value: value(levels) } },
  });
  const inChange = (key: string, levels: number) => {
    const operations = [{ kind: "create-flag", flag: key, definition: flag(levels) }];
    return server.current.operate("submitChange", {}, { body: { operations } });
  };
  const codesOf = ({ json }: Answer): readonly string[] => {
    const { code, issues = [] } = json as { code: string; issues?: readonly { code: string }[] };
    return [code, ...issues.map((issue) => issue.code)];
  };
  const deepest = LIMITS.valueDepth;
  expect((await create("just-right", flag(deepest))).status).toBe(201);
  expect((await inChange("just-right-in-a-change", deepest)).status).toBe(200);
  for (const key of ["just-right", "just-right-in-a-change"]) {
    const { json } = await server.current.operate("getFlag", { flag: key });
    expect(json).toMatchObject({ definition: { variants: { new: { value: value(deepest) } } } });
  }
  expect(codesOf(await create("too-much", flag(deepest + 1)))).toEqual(["invalid-document", "too-deep"]);
  expect(codesOf(await inChange("too-much", deepest + 1))).toEqual(["body-too-deep"]);
  expect((await create("too-much", flag(100))).status).toBe(400);
});

test("A54 what is renamed, edited or archived keeps all that it holds, and comes back whole", async () => {
  await create("kept", inProduction({ rules: [{ id: "r", when: { plan: "pro" }, serve: { variant: "new" } }] }));
  const held = async () => {
    const { definition, environments } = (await server.current.operate("getFlag", { flag: "kept" })).json as {
      readonly definition: { readonly variants: object; readonly description?: string };
      readonly environments: Readonly<Record<string, { readonly config: object }>>;
    };
    return [definition.variants, Object.entries(environments).map(([name, { config }]) => [name, config])];
  };
  const before = await held();
  const apply = async (operation: object) => {
    const answer = await server.current.operate("submitChange", {}, { body: { operations: [operation] } });
    expect(answer).toMatchObject({ json: { status: "applied" } });
  };
  for (const [id, params, body] of [
    ["renameProject", {}, { name: "Another name" }],
    ["updateEnvironment", {}, { name: "Another name", production: false }],
  ] as const)
    expect(await server.current.operate(id, params, { body })).toMatchObject({ status: 200 });
  await apply({ kind: "update-flag", flag: "kept", fields: { description: "Another description" } });
  expect(await held()).toEqual(before);
  await apply({ kind: "archive-flag", flag: "kept" });
  expect(await ask("kept", { plan: "pro" })).toMatchObject({ errorCode: "FLAG_NOT_FOUND" });
  expect(await held()).toEqual(before);
  await apply({ kind: "unarchive-flag", flag: "kept" });
  expect(await held()).toEqual(before);
  expect(await ask("kept", { plan: "pro" })).toMatchObject({ variant: "new", reason: "TARGETING_MATCH" });
});
