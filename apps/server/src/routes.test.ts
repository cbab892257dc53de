/** The life of a project over the API: every operation at least once. */

import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Answer,
  openTestServer,
  SPLIT_FLAG,
  TOKENS,
  type CallOptions,
  type TestServer,
} from "./testing/open-test-server.contract.ts";
import { openTestBrowser, OWNER, setupTokenOf } from "./testing/test-browser.contract.ts";

let server: TestServer;
beforeAll(async () => (server = await openTestServer()));
afterAll(() => server.close());

type Params = Readonly<Record<string, string>>;

/**
 * Calls an operation and gives its JSON; the status must be the expected one. What takes an idempotency key is called again with the
 * same one, and must then do nothing and say the same.
 */
async function ask<T = Record<string, unknown>>(
  id: string,
  params: Params = {},
  options: CallOptions & { query?: string; status?: number } = {},
): Promise<T> {
  const { status = 200, ...more } = options;
  const operation = server.operations.find((candidate) => candidate.id === id);
  const key = operation?.takesIdempotencyKey === true ? { "idempotency-key": randomUUID() } : undefined;
  const call = { ...more, headers: { ...more.headers, ...key } };
  const answer = await server.operate(id, params, call);
  expect(answer).toMatchObject({ status });
  const again = key !== undefined && isKept(answer) ? await server.operate(id, params, call) : undefined;
  expect(again === undefined ? said(answer) : said(again)).toEqual(said(answer));
  expect(again?.headers.get("idempotent-replayed") ?? "true").toBe("true");
  return answer.json as T;
}

/** What the schema of a route refuses never comes to its handler. */
const isKept = ({ json }: { readonly json: unknown }) =>
  !(Reflect.get(Object(json), "issues") as { code: string }[] | undefined)?.some(({ code }) => code === "invalid-body");

const said = ({ status, text, headers }: Answer) => [status, text, headers.get("etag")];

/** What waits for another process, which starts when the machine lets it. */
const PATIENT = { timeout: 45_000, interval: 100 };

const etagOf = async (id: string, params: Params) => (await server.operate(id, params)).headers.get("etag") ?? "";
const model = { flag: "model" };
interface List {
  items: Record<string, unknown>[];
  next: string | null;
}

describe("projects and environments", () => {
  test("are created, listed, renamed", async () => {
    await ask("createProject", {}, { body: { key: "second", name: "Second" }, status: 201 });
    await ask("createProject", {}, { body: { key: "second", name: "Again" }, status: 409 });
    await ask("createProject", {}, { body: { key: "Not A Key", name: "x" }, status: 400 });
    expect(await ask("renameProject", { project: "second" }, { body: { name: "Two" } })).toMatchObject({
      key: "second",
      name: "Two",
    });
    expect(await ask("createEnvironment", {}, { body: { key: "staging", name: "Staging" }, status: 201 })).toMatchObject({
      key: "staging",
      production: false,
      version: 0,
    });
    const staging = { environment: "staging" };
    expect(await ask("updateEnvironment", staging, { body: { production: true } })).toMatchObject({ production: true });
    expect(await ask("updateEnvironment", staging, { body: { name: "Stage", production: false } })).toMatchObject({
      name: "Stage",
      production: false,
    });
    await ask("updateEnvironment", staging, { body: {}, status: 400 });
    expect(await ask("getEnvironment", { environment: "staging" })).toMatchObject({
      key: "staging",
      name: "Stage",
      epoch: expect.stringMatching(/.{8,}/u),
    });
    expect((await ask<List>("listEnvironments")).items.map(({ key }) => key)).toEqual(["production", "staging"]);
    expect(await ask("getProject")).toMatchObject({ key: "default", environments: [{ key: "production" }, { key: "staging" }] });
    await ask("getProject", { project: "absent" }, { status: 404 });
    const context = { attributes: { plan: { type: "string", values: ["free", "pro"], private: true } } };
    expect(await ask("getContext")).toEqual({ revision: 0, declaration: null });
    await ask("submitChange", { project: "second" }, { body: { operations: [{ kind: "declare-context", context }] } });
    expect(await ask("getContext", { project: "second" })).toEqual({ revision: 1, declaration: context });
    await ask("getContext", { project: "absent" }, { status: 404 });
    await ask("getEnvironment", { environment: "absent" }, { status: 404 });
  });

  test("lists come in pages", async () => {
    const first = await ask<List>("listProjects", {}, { query: "?limit=1" });
    const second = await ask<List>("listProjects", {}, { query: `?limit=1&cursor=${first.next}` });
    expect([first, second].map(({ items, next }) => [items.map(({ key }) => key), next === null])).toEqual([
      [["default"], false],
      [["second"], true],
    ]);
    await ask("listProjects", {}, { query: "?cursor=junk", status: 400 });
    await ask("listProjects", {}, { query: "?limit=0", status: 400 });
  });
});

describe("a flag's life", () => {
  test("create, look, edit", async () => {
    expect(await ask("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG, dryRun: true } })).toMatchObject({
      status: "valid",
      change: null,
    });
    await ask("getFlag", model, { status: 404 });
    const created = await ask("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG, reason: "first" }, status: 201 });
    expect(created).toMatchObject({
      status: "applied",
      change: { sequence: 1, reason: "first", source: "api", actor: { kind: "key" } },
    });
    await ask("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG }, status: 409 });
    await ask("createFlag", {}, { body: { key: "bad", definition: { type: "string" } }, status: 400 });

    const etag = await etagOf("getFlag", model);
    const fields = { description: "Which model", tags: ["ai"] };
    await ask("updateFlag", model, { body: { fields }, headers: { "if-match": etag } });
    expect(await ask("getFlag", model)).toMatchObject({
      key: "model",
      archived: false,
      definition: { description: "Which model", tags: ["ai"] },
      versions: { new: { latest: 1, hasDraft: false } },
    });
    expect(await etagOf("getFlag", model)).not.toBe(etag);
  });

  test.each([
    ["?q=MODEL", ["model"]],
    ["?tag=ai&purpose=release&owner=tests", ["model"]],
    ["?purpose=experiment", []],
    ["?archived=true", []],
    ["?archived=all", ["model"]],
  ])("is found by %s", async (query, keys) =>
    expect((await ask<List>("listFlags", {}, { query })).items.map(({ key }) => key)).toEqual(keys),
  );

  test("configure, ramp, serve, kill, stop, restore, and back to where it was", async () => {
    const place = { ...model, environment: "production" };
    const before = await ask<{ revision: number; config: Record<string, unknown> }>("getFlagInEnvironment", place);
    const config = { ...before.config, targets: { new: ["user-1"] } };
    await ask("configureFlag", place, { body: { config }, headers: { "if-match": await etagOf("getFlagInEnvironment", place) } });
    expect(await ask("rampVariant", place, { body: { variant: "new", percent: 50 } })).toMatchObject({
      moves: [{ rule: "default", from: "old", to: "new", percent: 40 }],
    });
    expect(await ask("rampVariant", place, { body: { rule: "absent", variant: "new", percent: 50 }, status: 404 })).toMatchObject(
      { code: "not-found" },
    );
    await ask("serveAll", place, { body: { variant: "new" } });
    expect((await ask<{ serving: string[] }>("killFlag", place)).serving).not.toEqual([]);
    await ask("restoreFlag", place);
    await ask("stopVariant", place, { body: { variant: "new" }, headers: { "if-match": '"0"' } });
    await ask("restoreFlag", place, { body: { variant: "new" } });
    await ask("undoFlag", place, { body: { revision: before.revision } });
    expect((await ask<{ config: object }>("getFlagInEnvironment", place)).config).toMatchObject({
      enabled: true,
      default: { split: { new: 10, old: 90 } },
    });
    await ask("getFlagInEnvironment", { ...model, environment: "staging" }, { status: 404 });
  });

  test.each(["canary", 'W/"0"', '"0"', '"1", "2"', "*"])("kill and stop overlook revisions: %s", async (etag) => {
    const place = { ...model, environment: "production" };
    for (const headers of [{ "if-match": etag }, { "if-none-match": etag }]) {
      await ask("killFlag", place, { headers });
      await ask("stopVariant", place, { body: { variant: "new" }, headers });
    }
    await ask("restoreFlag", place, { body: { variant: "new" } });
    await ask("restoreFlag", place);
  });

  test("draft, publish, versions", async () => {
    const variant = { ...model, variant: "new" };
    await ask("draftValue", variant, { body: { value: "n2" }, headers: { "if-match": await etagOf("getFlag", model) } });
    await ask("discardDraft", variant);
    await ask("draftValue", variant, { body: { value: "n3" }, headers: { "if-match": await etagOf("getFlag", model) } });
    expect(await ask("getFlag", model)).toMatchObject({ versions: { new: { latest: 1, hasDraft: true, draft: "n3" } } });
    const seen = { "if-match": await etagOf("getFlag", model) };
    await ask("publishValue", model, { body: { variant: "new", environments: ["production"] }, headers: seen });
    const versions = (await ask<List>("listValueVersions", model)).items.filter((version) => version["variant"] === "new");
    expect(versions).toHaveLength(2);
    expect(versions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ number: 1, value: "n", publishedIn: [] }),
        expect.objectContaining({ number: 2, value: "n3", publishedIn: ["production"] }),
      ]),
    );
  });

  test("those that are likely debris", async () => {
    const definition = { ...SPLIT_FLAG, removeBy: "2020-01-01" };
    await ask("createFlag", {}, { body: { key: "leftover", definition }, status: 201 });
    const { items } = await ask<List>("listFlags", {}, { query: "?state=stale" });
    expect(items).toMatchObject([{ key: "leftover", staleness: { state: "stale", reasons: [{ code: "overdue" }] } }]);
    // Both are too young to be asked for.
    expect(await ask("listFlags", {}, { query: "?state=unknown" })).toEqual({ items: [], next: null });
    await ask("listFlags", {}, { query: "?state=old", status: 400 });
    expect(items[0]).not.toEqual((await ask<List>("listFlags", {}, { query: "?q=leftover" })).items[0]);
    await ask("archiveFlag", { flag: "leftover" });
    expect(await ask("listFlags", {}, { query: "?state=stale" })).toEqual({ items: [], next: null });
  });

  test("archive and back", async () => {
    expect(await ask("listNames")).toMatchObject({ flags: ["model"] });
    const summaries = async () =>
      (await ask<List>("summariseFlags", { environment: "production" })).items.filter(({ key }) => key === "model");
    expect(await summaries()).toMatchObject([{ key: "model", state: "on", archived: false }]);
    await ask("archiveFlag", model);
    expect(await summaries()).toMatchObject([{ key: "model", archived: true, brightness: 0 }]);
    expect(await ask("getSnapshot", { environment: "production" })).toMatchObject({ flags: {} });
    await ask("unarchiveFlag", model);
    expect(Object.keys((await ask<{ flags: object }>("getSnapshot", { environment: "production" })).flags)).toEqual(["model"]);
  });

  test("evaluate and explain", async () => {
    const context = { targetingKey: "user-2" };
    const place = { environment: "production" };
    expect(await ask("evaluate", place, { body: { flag: "model", context } })).toMatchObject({
      results: [{ evaluation: { flagKey: "model", reason: "SPLIT" } }],
    });
    const explained = await ask("evaluate", place, { body: { context, explain: true } });
    expect(explained).toMatchObject({
      results: [
        {
          evaluation: { flagKey: "model" },
          trace: expect.arrayContaining([expect.objectContaining({ step: "split" })]),
          steps: expect.any(Number),
        },
      ],
    });
    const overrides = { model: "plain" };
    const answer = (variant: string) => ({ results: [{ evaluation: { variant, flagMetadata: { overridden: true } } }] });
    expect(await ask("evaluate", place, { body: { flag: "model", context, overrides } })).toMatchObject(answer("plain"));
    await ask("evaluate", place, { body: { overrides: { model: 1 } }, status: 400 });
    // A token counts as it does for an app; what is said beside it lies over it, as in a scope.
    const made = await ask<{ token: string }>("createOverrideToken", place, {
      body: { overrides: { model: "old" } },
      status: 201,
    });
    const holder = { ...context, dimmerOverrides: made.token };
    expect(await ask("evaluate", place, { body: { flag: "model", context: holder } })).toMatchObject(answer("old"));
    const both = await ask("evaluate", place, { body: { flag: "model", context: holder, overrides, explain: true } });
    expect(both).toMatchObject({ results: [{ trace: [{ step: "override", variant: "plain", applies: true }] }] });
    expect(both).not.toHaveProperty("problems");
    const forged = await ask("evaluate", place, { body: { flag: "model", context: { ...context, dimmerOverrides: "x.y.z" } } });
    expect(forged).toMatchObject({
      results: [{ evaluation: { reason: "SPLIT" } }],
      problems: { dimmerOverrides: expect.any(String) },
    });
    expect(await ask("evaluate", place, { body: { flag: "absent" } })).toMatchObject({
      results: [{ evaluation: { errorCode: "FLAG_NOT_FOUND" } }],
    });
  });
});

describe("changes", () => {
  test("several edits are one change; one is undone; the environment goes back", async () => {
    const environment = { environment: "production" };
    const { version } = await ask<{ version: number }>("getEnvironment", environment);
    const operations = [
      { kind: "ramp", flag: "model", environment: "production", rule: "default", variant: "new", percent: 30 },
      { kind: "update-flag", flag: "model", fields: { owner: "others" } },
    ];
    const { change } = await ask<{ change: { id: string; sequence: number } }>(
      "submitChange",
      {},
      { body: { operations }, headers: { "user-agent": "dimmer-cli" } },
    );
    expect(await ask("getChange", { change: change.id })).toMatchObject({
      id: change.id,
      source: "cli",
      operations,
      undoneBy: null,
    });
    const refused = [...operations, { kind: "kill", flag: "absent", environment: "production" }];
    await ask("submitChange", {}, { body: { operations: refused }, status: 404 });
    await ask("submitChange", {}, { body: { operations: [{ kind: "nonsense" }] }, status: 400 });

    const undone = await ask<{ change: { undoes: string } }>("undoChange", { change: change.id });
    expect(undone.change.undoes).toBe(change.id);
    await ask("undoChange", { change: change.id }, { status: 409 });
    const older = await ask<{ change: { id: string } }>(
      "rampVariant",
      { ...model, ...environment },
      { body: { variant: "new", percent: 30 } },
    );
    await ask("rampVariant", { ...model, ...environment }, { body: { variant: "new", percent: 35 } });
    await ask("undoChange", { change: older.change.id }, { status: 409 });
    await ask("undoChange", { change: older.change.id }, { body: { force: true } });

    const place = { ...model, ...environment };
    await ask("rampVariant", place, { body: { variant: "new", percent: 60 } });
    await ask("killFlag", place);
    await ask("undoEnvironment", environment, { body: { version } });
    const { config } = await ask<{ config: object }>("getFlagInEnvironment", place);
    // Only `restore` lifts a kill.
    expect(config).toMatchObject({ enabled: false, default: { split: { new: 10, old: 90 } } });
    await ask("restoreFlag", place);
    await ask("getChange", { change: "absent" }, { status: 404 });
  });

  test("history is newest first, in pages, by flag and by environment", async () => {
    const all = await ask<List>("listChanges", {}, { query: "?limit=200" });
    const sequences = all.items.map(({ sequence }) => Number(sequence));
    expect(sequences).toEqual([...sequences].sort((a, b) => b - a));
    const first = await ask<List>("listChanges", {}, { query: "?limit=3" });
    const second = await ask<List>("listChanges", {}, { query: `?limit=3&cursor=${first.next}` });
    expect([...first.items, ...second.items].map(({ sequence }) => sequence)).toEqual(sequences.slice(0, 6));
    expect((await ask<List>("listFlagHistory", model, { query: "?limit=2" })).items).toHaveLength(2);
    expect((await ask<List>("listChanges", {}, { query: "?environment=staging" })).items).toEqual([]);
  });

  test("everything is exported as one document, with its stored splits", async () => {
    expect(await ask("exportDocument")).toMatchObject({
      version: 1,
      flags: {
        model: {
          environments: { production: { default: { split: { new: 10, old: 90 }, stored: { algorithm: "sha1-slot-v1" } } } },
        },
      },
    });
  });
});

describe("segments", () => {
  const beta = { segment: "beta" };
  test("are created, filled, edited, removed", async () => {
    const definition = { environments: { production: { include: ["user-1"] } } };
    await ask("createSegment", {}, { body: { key: "beta", definition }, status: 201 });
    expect((await ask<List>("listSegments")).items.map(({ key }) => key)).toEqual(["beta"]);
    expect(await ask("listSegmentUses")).toEqual({ items: [] });
    await ask("updateSegment", beta, {
      body: { description: "Early" },
      headers: { "if-match": await etagOf("getSegment", beta) },
    });
    const { environments } = await ask<{ environments: { production: number } }>("getSegment", beta);
    const place = { ...beta, environment: "production" };
    await ask("setSegment", place, { body: { config: { include: ["user-2"] } }, headers: { "if-match": '"999"' }, status: 412 });
    await ask("setSegment", place, {
      body: { config: { include: ["user-2"] } },
      headers: { "if-match": `"${environments.production}"` },
    });
    await ask(
      "setSegment",
      { ...beta, environment: "staging" },
      { body: { config: { include: ["user-3"] } }, headers: { "if-none-match": "*" } },
    );
    expect(await ask("getSnapshot", { environment: "production" })).toMatchObject({
      segments: { beta: { include: ["user-2"] } },
    });
    await ask("clearSegment", { ...beta, environment: "staging" });
    await ask("removeSegment", beta);
    await ask("getSegment", beta, { status: 404 });
  });
});

describe("roles", () => {
  test("are listed with the built-in ones, made, given, edited and deleted", async () => {
    const nightShift = { name: "night-shift", rights: ["read", "flag.kill"] };
    expect(await ask("createRole", {}, { body: nightShift, status: 201 })).toEqual({
      ...nightShift,
      description: "",
      isBuiltIn: false,
    });
    await ask("createRole", {}, { body: nightShift, status: 409 });
    await ask("createRole", {}, { body: { name: "owner", rights: ["read"] }, status: 409 });
    for (const odd of [{ name: "Not a role" }, { rights: [] }, { rights: ["read", "read"] }, { rights: ["fly"] }])
      await ask("createRole", {}, { body: { ...nightShift, name: "odd", ...odd }, status: 400 });
    const key = await ask<{ id: string; role: string }>(
      "createKey",
      {},
      { body: { kind: "admin", name: "pager", role: "night-shift" }, status: 201 },
    );
    expect(key.role).toBe("night-shift");
    const edit = { description: "On call", rights: ["flag.kill"] };
    expect(await ask("updateRole", { role: "night-shift" }, { body: edit })).toMatchObject(edit);
    expect((await ask<List>("listRoles")).items.map(({ name }) => name)).toEqual([
      "viewer",
      "editor",
      "publisher",
      "responder",
      "admin",
      "owner",
      "night-shift",
    ]);
    expect(await ask("deleteRole", { role: "night-shift" }, { status: 409 })).toMatchObject({
      detail: expect.stringContaining("pager"),
    });
    await ask("revokeKey", { key: key.id });
    await ask("deleteRole", { role: "night-shift" });
    await ask("updateRole", { role: "night-shift" }, { body: edit, status: 404 });
    await ask("deleteRole", { role: "owner" }, { status: 409 });
    const rows = await ask<List>("listAudit", {}, { query: "?chain=installation&limit=3" });
    expect(rows.items.map(({ action }) => action)).toEqual(["role.delete", "role.update", "role.create"]);
  });
});

describe("keys of the whole installation", () => {
  test("are made with a role, listed, revoked", async () => {
    const body = { name: "prometheus", role: "viewer", expiresAt: "2999-01-01T00:00:00Z" };
    const { id, ...made } = await ask<Record<"id", string>>("createInstallationKey", {}, { body, status: 201 });
    expect(made).toMatchObject({ kind: "admin", role: "viewer", project: null, environment: null });
    await ask("createInstallationKey", {}, { body: { name: "no role" }, status: 400 });
    expect((await ask<List>("listInstallationKeys")).items.map((key) => key["id"])).toContain(id);
    expect(await ask("revokeInstallationKey", { key: id })).toMatchObject({ revokedAt: expect.any(String) });
    await ask("revokeInstallationKey", { key: "absent" }, { status: 404 });
  });
});

describe("change requests", () => {
  test("are proposed by an edit, read, commented, edited, approved, applied, rejected, withdrawn", async () => {
    await ask("requireReview", {}, { body: { approvals: 11 }, status: 400 });
    expect(await ask("requireReview", {}, { body: { approvals: 1 } })).toMatchObject({ requireReview: 1 });
    await ask("requireReview", { environment: "absent" }, { body: { approvals: 1 }, status: 404 });
    const reviewer = await ask<{ secret: string }>(
      "createKey",
      {},
      { body: { kind: "admin", name: "reviewer", role: "publisher" }, status: 201 },
    );
    const token = reviewer.secret;
    const propose = async (owner: string) => {
      const operations = [{ kind: "update-flag", flag: "model", fields: { owner } }];
      const pending = await ask<{ status: string; request: string }>("submitChange", {}, { body: { operations } });
      expect(pending).toMatchObject({ status: "pending", change: null });
      return { request: pending.request };
    };
    const first = await propose("reviewed");
    expect((await ask<List>("listChangeRequests", {}, { query: "?state=pending" })).items).toMatchObject([{ id: first.request }]);
    expect(await ask("getChangeRequest", first)).toMatchObject({ state: "pending", needed: 1, given: 0, isReady: false });
    await ask("commentChangeRequest", first, { body: { text: "Why?" } });
    await ask("commentChangeRequest", first, { body: { text: " " }, status: 400 });
    await ask("approveChangeRequest", first, { status: 403 });
    await ask("approveChangeRequest", first, { token, body: { updatedAt: "2020-01-01T00:00:00Z" }, status: 412 });
    await ask("applyChangeRequest", first, { status: 409 });
    await ask("approveChangeRequest", first, { token });
    expect(await ask("editChangeRequest", first, { body: { reason: "Because." } })).toMatchObject({
      reason: "Because.",
      given: 0,
    });
    await ask("approveChangeRequest", first, { token });
    expect(await ask("applyChangeRequest", first)).toMatchObject({ status: "applied", change: { reason: "Because." } });
    expect(await ask("getFlag", model)).toMatchObject({ definition: { owner: "reviewed" } });
    await ask("rejectChangeRequest", await propose("rejected"), { token });
    await ask("withdrawChangeRequest", await propose("withdrawn"));
    await ask("getChangeRequest", { request: "absent" }, { status: 404 });
    await ask("requireReview", {}, { body: { approvals: 0 } });
  });
});

describe("keys and audit", () => {
  test("a key's secret is shown once and stored nowhere", async () => {
    const created = await ask<{ id: string; secret: string }>(
      "createKey",
      {},
      { body: { kind: "server", name: "api", environment: "production", expiresAt: "2099-01-01T00:00:00Z" }, status: 201 },
    );
    const listed = await ask<List>("listKeys");
    expect(listed.items.find(({ id }) => id === created.id)).toMatchObject({
      kind: "server",
      name: "api",
      expiresAt: "2099-01-01T00:00:00.000Z",
      revokedAt: null,
    });
    expect(JSON.stringify(listed)).not.toContain(created.secret);
    expect(await ask("revokeKey", { key: created.id })).toMatchObject({ revokedAt: expect.stringMatching(/^20/u) });
    await ask("revokeKey", { key: "absent" }, { status: 404 });
    await ask("createKey", {}, { body: { kind: "server", name: "nowhere" }, status: 400 });
  });

  test("an environment's tokens are signed with a key that its server keys may have", async () => {
    await ask("createOverrideToken", {}, { body: { overrides: { absent: "on" } }, status: 400 });
    expect(await ask("fetchSigningKeys", {}, { token: TOKENS.server })).toMatchObject({ audience: "default/production" });
  });

  test("every mutation is one row, and the chain verifies before and after an erasure", async () => {
    const chain = "?chain=project%2Fdefault&limit=200";
    const before = await ask<List>("listAudit", {}, { query: chain });
    await ask("killFlag", { ...model, environment: "production" }, { body: { reason: "asked for by somebody-to-forget" } });
    const after = await ask<List>("listAudit", {}, { query: chain });
    expect(after.items.length - before.items.length).toBe(1);
    const erased = await ask<{ erased: number; projects: object[] }>(
      "erasePerson",
      {},
      { body: { person: "somebody-to-forget" } },
    );
    expect(erased.erased).toBeGreaterThan(0);
    expect(erased.projects).toMatchObject([
      { project: "default", events: 0, comments: 0 },
      { project: "second", events: 0 },
    ]);
    expect(JSON.stringify(await ask("listAudit", {}, { query: chain }))).not.toContain("somebody-to-forget");
    expect(JSON.stringify(await ask("listChanges", {}, { query: "?limit=200" }))).not.toContain("somebody-to-forget");
    // What cannot be erased from history is not taken out of what serves either.
    const targets = {
      operations: [{ kind: "set-targets", flag: "model", environment: "production", targets: { new: ["model"] } }],
    };
    await ask("submitChange", {}, { body: targets });
    await ask("erasePerson", {}, { body: { person: "model" }, status: 409 });
    const { config } = await ask<{ config: object }>("getFlagInEnvironment", { ...model, environment: "production" });
    expect(config).toMatchObject({ targets: { new: ["model"] } });
    const verdicts = await ask<List>("verifyAudit");
    expect(verdicts.items.map(({ chain: name, ok }) => [name, ok])).toEqual([
      ["installation", true],
      ["project/default", true],
      ["project/second", true],
    ]);
    await ask("verifyAudit", {}, { query: "?chain=project%2Fabsent", status: 404 });
  });
});

describe("schedules", () => {
  test("are made, listed, shown, cancelled", async () => {
    const operations = [{ kind: "kill", flag: "model", environment: "staging" }];
    await ask("createSchedule", {}, { body: { at: "2020-01-01T00:00:00Z", operations }, status: 400 });
    const kill = [{ kind: "kill", flag: "model", environment: "production" }];
    const at = new Date(Date.now() + 86_400_000).toISOString();
    expect(await ask("createSchedule", {}, { body: { at, operations: kill, dryRun: true } })).toMatchObject({ schedule: null });
    const made = await ask<{ schedule: { id: string } }>("createSchedule", {}, { body: { at, operations: kill }, status: 201 });
    const schedule = { schedule: made.schedule.id };
    expect((await ask<List>("listSchedules", {}, { query: "?state=pending&limit=1" })).items).toMatchObject([
      { id: made.schedule.id, dueAt: at, state: "pending", operations: kill, isLate: false, actor: { kind: "key" } },
    ]);
    expect(await ask("getSchedule", schedule)).toEqual(made.schedule);
    await ask("getSchedule", { schedule: "absent" }, { status: 404 });
    expect(await ask("cancelSchedule", schedule)).toMatchObject({ state: "cancelled" });
    await ask("cancelSchedule", { schedule: "absent" }, { status: 404 });
    await ask("createSchedule", {}, { body: { at, kills: { model: "absent" } }, status: 404 });
    await ask("createSchedule", {}, { body: { at, kills: { modell: "absent" } }, status: 400 });
  });
});

describe("links", () => {
  test("are made, shown, used, listed, revoked", async () => {
    const body = { flag: "model", environment: "production", variant: "new", name: "pager" };
    const { id, secret } = await ask<{ id: string; secret: string }>("createLink", {}, { body, status: 201 });
    await ask("showLink", { secret });
    expect(await ask("useLink", { secret })).toMatchObject({ status: "off", flag: "model", variant: "new" });
    await ask("restoreFlag", { ...model, environment: "production" }, { body: { variant: "new" } });
    expect((await ask<List>("listLinks")).items).toMatchObject([{ id, variant: "new", name: "pager" }]);
    await ask("revokeLink", { link: id });
    await ask("useLink", { secret }, { status: 404 });
    await ask("revokeLink", { link: "absent" }, { status: 404 });
  });
});

describe("watching", () => {
  const metrics = ["error_rate"];

  test("drift is shown of flags that are watched, and set by whoever may, who has seen what there is", async () => {
    const flag = { flag: "watched" };
    await ask("createFlag", {}, { body: { key: "watched", definition: SPLIT_FLAG }, status: 201 });
    expect(await ask("getDrift", flag)).toMatchObject({ settings: { isOn: false }, isDefault: true, revision: 0, series: [] });
    const settings = { isOn: true, metrics };
    await ask("setDrift", flag, { body: { settings: { ...settings, metrics: [] } }, status: 400 });
    expect(await ask("setDrift", flag, { body: { settings, revision: 0 } })).toMatchObject({
      settings: { isOn: true, metrics, referenceDays: 7, falseAlarmDays: 90 },
      revision: 1,
      series: [
        { variant: "old", metric: "error_rate", state: "gathering" },
        { variant: "new", metric: "error_rate", state: "gathering" },
      ],
    });
    await ask("setDrift", flag, { body: { settings, revision: 0 }, status: 412 });
    await ask("setDrift", { flag: "absent" }, { body: { settings }, status: 404 });
    expect((await ask<List>("listDrift")).items).toMatchObject([{ flag: "watched", isOn: true, state: "gathering", series: 2 }]);
    await ask("getDrift", { flag: "absent" }, { status: 404 });
  });
});

describe("connections and the playground", () => {
  const secret = "sk-routes-0123456789abcdef";

  test("are made, listed, edited, tested, removed; never to an address inside, and never with their credential", async () => {
    for (const baseUrl of ["https://127.0.0.1/v1", "http://93.184.215.14/v1", "https://93.184.215.14/v1?key=1"])
      await ask("createConnection", {}, { body: { name: "a", provider: "openai", baseUrl, secret }, status: 400 });
    const body = { name: "OpenAI", provider: "openai", secret, dailyBudgetMicroUsd: 0 };
    const made = await ask<{ id: string }>("createConnection", {}, { body, status: 201 });
    const connection = { connection: made.id };
    const renamed = await ask("updateConnection", connection, { body: { name: "Ours", region: "eu" } });
    expect(renamed).toMatchObject({ name: "Ours", region: "eu", baseUrl: "https://api.openai.com/v1", today: { calls: 0 } });
    const listed = await ask("listConnections");
    expect(listed).toEqual([renamed]);
    expect(JSON.stringify([made, renamed, listed])).not.toContain(secret);
    // There is no budget, so that nothing is sent.
    expect(await ask("testConnection", connection, { body: { model: "gpt-4o-mini" } })).toMatchObject({
      failure: { type: "budget" },
    });
    const judge = { flag: "model", connection: made.id, model: "gpt-4o-mini", prompt: "Good? {{ output }}", score: "good" };
    const judging = { name: "Good", perMille: 1_000, dailyBudgetMicroUsd: 1, ...judge };
    await ask("createJudge", {}, { body: { ...judging, perMille: 0 }, status: 400 });
    const { id } = await ask<{ id: string }>("createJudge", {}, { body: judging, status: 201 });
    expect(await ask("listWantedSamples", {}, { token: TOKENS.server })).toEqual({
      items: [{ judge: id, flag: "model", perMille: 1_000 }],
    });
    const samples = [{ run: "run-of-judges", served: { flag: "model", variant: "new" }, output: "Hi." }];
    expect(await ask("sendSamples", {}, { token: TOKENS.server, body: { samples } })).toMatchObject({ taken: 1 });
    await ask("sendSamples", {}, { token: TOKENS.server, body: { samples: [{ run: "r" }] }, status: 400 });
    expect((await ask<List>("listJudges")).items).toMatchObject([{ id, name: "Good" }]);
    expect(await ask("removeJudge", { judge: id })).toMatchObject({ name: "Good" });
    await ask("removeJudge", { judge: id }, { status: 404 });
    await ask("removeConnection", connection);
    await ask("removeConnection", connection, { status: 404 });
    await ask("listConnections", { environment: "absent" }, { status: 404 });
  });

  test("variants are tried, and what they ask for is found", async () => {
    const variants = [{ variant: "new", value: { reply: "Hi {{ name }}." } }, { variant: "old" }];
    const question = { flag: "model", variants };
    expect(await ask("findPlaygroundVariables", {}, { body: question })).toEqual({
      variables: ["name"],
      problems: { old: "the value is no object" },
    });
    expect(await ask("runPlayground", {}, { body: { ...question, variables: { name: "Ann" } } })).toMatchObject({
      answers: [
        { variant: "new", text: "Hi Ann.", costMicroUsd: 0, failure: null },
        { variant: "old", text: null, failure: { type: "invalid_value" } },
      ],
    });
    await ask("runPlayground", {}, { body: { flag: "model", variants: [{ variant: "absent" }] }, status: 404 });
    await ask("runPlayground", {}, { body: { flag: "model", variants: [{ variant: "new", version: 99 }] }, status: 400 });
    await ask("runPlayground", {}, { body: { flag: "model", variants: [] }, status: 400 });
  });
});

describe("alerts", () => {
  test("are listed, counted, shown, taken and resolved", async () => {
    expect(await ask<List>("listAlerts", {}, { query: "?state=standing&severity=page&kind=tier-leak" })).toEqual({
      items: [],
      next: null,
    });
    await ask("listAlerts", {}, { query: "?state=odd", status: 400 });
    expect(await ask("countAlerts")).toEqual({ page: 0, warn: 0, note: 0 });
    for (const id of ["getAlert", "acknowledgeAlert", "resolveAlert"]) await ask(id, { alert: "absent" }, { status: 404 });
  });
});

describe("evals", () => {
  test("are pushed, listed, shown and compared", async () => {
    const body = { suite: "faq", ...model, variant: "new", valueVersion: 1, items: [{ id: "a", scores: { exact: true } }] };
    const { id } = await ask<{ id: string }>("pushEvalReport", {}, { body, status: 201 });
    await ask("pushEvalReport", {}, { body: { ...body, items: [] }, status: 400 });
    expect((await ask<List>("listEvalReports", {}, { query: "?suite=faq" })).items).toMatchObject([{ id }]);
    expect(await ask("getEvalReport", { report: id })).toMatchObject({ id, items: body.items });
    await ask("getEvalReport", { report: "absent" }, { status: 404 });
    const query = `?baseline=${id}`;
    expect(await ask("compareEvalReports", { report: id }, { query })).toMatchObject({ verdict: "undecided" });
  });

  test("suites are kept, shown, run, cancelled and removed", async () => {
    const suite = { suite: "greetings", scorers: { exact: { type: "exact" } }, items: [{ id: "a", expected: "Hi." }] };
    await ask("pushEvalSuite", {}, { body: suite, status: 201 });
    await ask("pushEvalSuite", {}, { body: suite });
    await ask("pushEvalSuite", {}, { body: { ...suite, items: [] }, status: 400 });
    expect((await ask<List>("listEvalSuites")).items).toMatchObject([{ name: "greetings", number: 1 }]);
    expect(await ask("getEvalSuite", { suite: "greetings" })).toMatchObject({ suite: { ...suite, repeats: 1 } });
    await ask("getEvalSuite", { suite: "greetings" }, { query: "?number=2", status: 404 });
    const order = { suite: "greetings", ...model, variant: "new", value: { reply: "Hi." } };
    const run = await ask<{ id: string }>("startEvalRun", {}, { body: order, status: 201 });
    await expect
      .poll(async () => await ask("getEvalRun", { run: run.id }), PATIENT)
      .toMatchObject({ state: "finished", done: 1 });
    expect(await ask("cancelEvalRun", { run: run.id })).toMatchObject({ state: "finished" });
    expect((await ask<List>("listEvalRuns", {}, { query: "?suite=greetings" })).items).toMatchObject([{ id: run.id }]);
    await ask("getEvalRun", { run: "absent" }, { status: 404 });
    expect(await ask("removeEvalSuite", { suite: "greetings" })).toMatchObject({ name: "greetings" });
    await ask("removeEvalSuite", { suite: "greetings" }, { status: 404 });
  });
});

describe("webhooks", () => {
  test("are made, listed, shown, tested, rotated, removed; never to an address inside", async () => {
    for (const url of [
      "https://127.0.0.1/",
      "http://93.184.215.14/",
      "https://[::ffff:7f00:1]:8443/",
      "https://93.184.215.14:22/",
    ])
      await ask("createWebhook", {}, { body: { url }, status: 400 });
    // Public, and nothing is changed while it is there, so that nothing is sent.
    const url = "https://93.184.215.14:8443/hook";
    const { id, secret } = await ask<{ id: string; secret: string }>("createWebhook", {}, { body: { url }, status: 201 });
    const webhook = { webhook: id };
    expect((await ask<List>("listWebhooks")).items).toMatchObject([{ id, state: "active" }]);
    expect(await ask("getWebhook", webhook)).not.toHaveProperty("secret");
    expect((await ask<{ secret: string }>("rotateWebhookSecret", webhook)).secret).not.toBe(secret);
    expect(await ask("listDeliveries", webhook)).toEqual([]);
    await ask("redeliver", { ...webhook, delivery: "absent" }, { status: 404 });
    await ask("removeWebhook", webhook);
    await ask("testWebhook", webhook, { status: 404 });
  });
});

describe("models", () => {
  test("where one is used, and its kill", async () => {
    expect(await ask("listModelUses", {}, { query: "?model=absent" })).toEqual([]);
    expect(Array.isArray(await ask("listModelUses"))).toBe(true);
    await ask("killModel", {}, { body: { model: "absent", dryRun: true }, status: 404 });
  });
});

describe("telemetry", () => {
  const since = Math.floor(Date.now() / 60_000) * 60_000;
  const batch = {
    format: 1,
    batch: "0123456789abcdef",
    minute: since,
    dropped: 0,
    evaluations: [
      { flag: "model", variant: "new", valueVersion: 1, path: "default", reason: "SPLIT", count: 3 },
      { flag: "absent", reason: "ERROR", errorCode: "FLAG_NOT_FOUND", count: 2 },
    ],
    people: [{ sketch: "AAB" }, { flag: "model", path: "default", sketch: "AAB" }],
    attributes: [{ path: "plan", types: ["string"] }],
  };

  test("what an SDK sends, once and again, is what is read", async () => {
    for (const _ of ["once", "again"])
      expect(await ask("sendTelemetry", {}, { token: TOKENS.server, body: batch })).toEqual({ accepted: 5, dropped: 0 });
    // The store's process is started for it: on a busy machine that takes longer than a reader has.
    await expect.poll(async () => (await server.operate("readMetrics")).text, PATIENT).toContain("evaluations_in_flight 0");
    const lastAt = new Date(since).toISOString();
    expect(await ask("listEvaluations")).toMatchObject({ totals: [{ ...batch.evaluations[0], lastAt }, { flag: "absent" }] });
    expect(await ask("listEvaluations", {}, { query: "?flag=model&hours=1" })).toMatchObject({
      stepMs: 60_000,
      totals: [{ count: 3 }],
      series: [{ variant: "new", points: [{ at: lastAt, count: 3 }] }],
    });
    expect(await ask("getPeople")).toMatchObject({
      today: { people: 1 },
      week: { people: 1 },
      addresses: [{ flag: "model", rule: "default", people: 1 }],
      pinned: {},
    });
    expect(await ask("listAttributes")).toEqual({
      items: [{ path: "plan", types: ["string"], lastSeen: lastAt.slice(0, 10) }],
    });
    expect(await ask("listUnknownFlags")).toEqual({ items: [{ flag: "absent", count: 2, lastAt }] });
    const { text } = await server.operate("readMetrics");
    expect(text).toContain('dimmer_telemetry_evaluations_total{outcome="stored"} 5');
    expect(text).toContain('dimmer_telemetry_evaluations_total{outcome="repeated"} 5');
    expect(text).toContain("dimmer_telemetry_evaluations_in_flight 0");
  });

  test("events tell what a variant cost and what was made of it, and which model served a run", async () => {
    const served = { flag: "model", variant: "new", valueVersion: 1, path: "default" };
    const event = { at: since, run: "run-1", targetingKey: "user-1", served };
    const call = {
      ...event,
      kind: "generation",
      id: "generation-of-routes",
      operation: "chat",
      attempt: 1,
      durationMs: 12,
      inputTokens: 1,
    };
    const events = [{ ...event, kind: "exposure", id: "exposure-of-routes-1" }, call, { kind: "nothing" }];
    for (const dropped of [1, 1])
      expect(await ask("sendEvents", {}, { token: TOKENS.server, body: { events } })).toMatchObject({ accepted: 2, dropped });
    expect(await ask("getMetrics", {}, { query: "?flag=model" })).toMatchObject({
      variants: [{ variant: "new", exposures: 1, people: 1, generations: 1, usageUnknown: 1, costUnknown: 1, ratingMean: null }],
      models: [{ unpriced: 1 }],
      series: [{ variant: "new", points: [{ generations: 1 }] }],
    });
    expect(await ask("getRun", { run: "run-1" })).toMatchObject({
      items: [{ kind: expect.any(String), source: "server", served }, { run: "run-1" }],
    });
    expect(await ask("listEvents", {}, { query: "?targetingKey=user-1&limit=1" })).toMatchObject({ items: [{ at: since }] });
    expect(await ask("listEvents", {}, { query: "?targetingKey=user-2" })).toEqual({ items: [] });
    const definition = { type: "rate", event: "bought", direction: "up", windowHours: 48 };
    expect(await ask("defineMetric", { metric: "conversion" }, { body: { definition } })).toMatchObject({
      name: "conversion",
      ...definition,
    });
    await ask("defineMetric", { metric: "Conversion" }, { body: { definition }, status: 400 });
    await ask(
      "defineMetric",
      { metric: "slow" },
      { body: { definition: { ...definition, type: "quantile", quantile: 0.42 } }, status: 400 },
    );
    expect(await ask("listMetricDefinitions")).toMatchObject({ items: [{ name: "conversion", windowHours: 48 }] });
    await ask("listMetricDefinitions", { project: "absent" }, { status: 404 });
    expect(await ask("getMetrics", {}, { query: "?flag=model" })).toMatchObject({
      defined: [{ name: "conversion", variant: "new", unit: null, count: 0, value: 0, numerator: 0, denominator: 1 }],
    });
    const file = async (query: string) => await server.operate("exportEvents", {}, { query: `?${query}` });
    const lines = await file("format=ndjson&kind=exposure");
    expect([lines.status, lines.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
    expect(JSON.parse(lines.text)).toMatchObject({ kind: "exposure", targeting_key: "user-1", variant: "new" });
    const table = await file("format=csv&flag=model&hours=1");
    expect(table.headers.get("content-disposition")).toBe('attachment; filename="events.csv"');
    expect(table.text.trim().split("\n")).toHaveLength(3);
    expect((await file(`format=csv&from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z`)).text.trim().split("\n")).toHaveLength(1);
    expect((await file("format=parquet")).text).toMatch(/^PAR1/u);
    for (const query of ["format=xlsx", "from=yesterday", "kind=nothing"])
      expect(await file(query)).toMatchObject({ status: 400 });
    await ask("exportEvents", { environment: "absent" }, { status: 404 });
    const metrics = async (format: string) => await server.operate("getMetrics", {}, { query: `?flag=model&format=${format}` });
    expect((await metrics("csv")).text).toMatch(/^variant,part,exposures.*\r\nnew,,1,1,/u);
    expect((await metrics("csv")).headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect((await metrics("ndjson")).text).toContain('{"record":"defined","name":"conversion"');
    expect(await ask("removeMetricDefinition", { metric: "conversion" })).toMatchObject(definition);
    await ask("removeMetricDefinition", { metric: "conversion" }, { status: 404 });
    expect(await ask("getMetrics", {}, { query: "?flag=model" })).toMatchObject({ defined: [] });
    const { text } = await server.operate("readMetrics");
    const labels = '{project="default",environment="production",flag="model",variant="new"}';
    expect(text).toContain(`dimmer_generations_total${labels} 1`);
    expect(text).toContain(`dimmer_generation_input_tokens_total${labels} 1`);
    expect(text).toContain('dimmer_telemetry_events_total{outcome="stored"} 2');
    expect(text).toContain('dimmer_telemetry_events_total{outcome="dropped_invalid"} 2');
  });

  test("[own-prices] a model that nobody knows is listed; a price of the project's own counts from then on, and rewrites nothing", async () => {
    const served = { flag: "model", variant: "new" };
    const call = (id: string) => ({
      kind: "generation",
      id,
      at: Date.now(),
      run: "run-of-prices",
      served,
      operation: "chat",
      attempt: 1,
      durationMs: 1,
      provider: "house",
      requestModel: "llama-9",
      inputTokens: 1_000,
      outputTokens: 100,
    });
    const send = (id: string) => ask("sendEvents", {}, { token: TOKENS.server, body: { events: [call(id)] } });
    await send("call-before-a-price");
    expect(await ask("listUnpricedModels")).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ requestModel: "llama-9", generations: 1, hasPrice: false }),
      ]) as unknown,
    });
    expect((await server.operate("readMetrics")).text).toMatch(
      /^dimmer_generations_unpriced_total\{project="default",environment="production",flag="model",variant="new"\} [1-9]/mu,
    );
    const price = { provider: "house", model: "llama*", from: "2026-01-01" };
    const body = { ...price, inputUsd: 0.5, outputUsd: 2 };
    expect(await ask("setPrice", {}, { body })).toEqual({ outputLimitUsd: null, items: [body] });
    await send("call-after-a-price");
    // The call before it stays without one; nobody has to give a price any more.
    expect(await ask("listUnpricedModels")).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ requestModel: "llama-9", hasPrice: true })]) as unknown,
    });
    expect(await ask("listKnownModels", {}, { query: "?provider=openai" })).toMatchObject({
      providers: expect.arrayContaining(["anthropic", "house", "openai"]) as unknown,
      items: expect.arrayContaining([expect.objectContaining({ model: "gpt-4o-mini", outputUsd: 0.6 })]) as unknown,
    });
    const { items } = await ask<List>("getRun", { run: "run-of-prices" });
    expect(items.map(({ id, costMicroUsd, priceFrom }) => [id, costMicroUsd, priceFrom])).toEqual([
      ["call-before-a-price", undefined, undefined],
      ["call-after-a-price", 700, "project"],
    ]);
    expect(await ask("setPriceLimit", {}, { body: { outputUsd: 20 } })).toMatchObject({ outputLimitUsd: 20 });
    await ask("setPriceLimit", {}, { body: { outputUsd: -1 }, status: 400 });
    await ask("setPrice", {}, { body: { ...body, model: "*" }, status: 400 });
    await ask("setPrice", { project: "absent" }, { body, status: 404 });
    const query = `?${new URLSearchParams(price).toString()}`;
    expect(await ask("removePrice", {}, { query })).toEqual({ outputLimitUsd: 20, items: [] });
    await ask("removePrice", {}, { query, status: 404 });
    await ask("setPriceLimit", {}, { body: { outputUsd: null } });
    expect(await ask("listPrices")).toEqual({ outputLimitUsd: null, items: [] });
  });

  test("[run-token] feedback is taken with the token of a run, and with nothing else", async () => {
    const { audience, keys } = (await ask("fetchSigningKeys", {}, { token: TOKENS.server })) as {
      readonly audience: string;
      readonly keys: readonly { readonly id: string; readonly key: string }[];
    };
    const [key] = keys;
    const sign = (more: object = {}, typ = "dimmer-run+jwt"): string => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const claims = {
        aud: audience,
        exp: Date.now() / 1_000 + 60,
        run: { run: "run-2", served: { flag: "model", variant: "new" } },
        ...more,
      };
      const signed = `${part({ alg: "HS256", typ, kid: key?.id })}.${part(claims)}`;
      return `${signed}.${createHmac("sha256", Buffer.from(key?.key ?? "", "base64url"))
        .update(signed)
        .digest("base64url")}`;
    };
    const say = (token: string, status = 200, more: object = {}) =>
      ask("sendFeedback", {}, { body: { token, name: "thumbs", value: 1, ...more }, status });
    expect(await say(sign())).toEqual({ accepted: true });
    await say(sign(), 200, { value: 0 });
    expect(await ask("getMetrics", {}, { query: "?flag=model" })).toMatchObject({ variants: [{ thumbsUp: 0, thumbsDown: 1 }] });
    expect(await ask("getRun", { run: "run-2" })).toMatchObject({ items: [{ source: "browser" }, { name: "thumbs" }] });
    const bad = [
      sign({ aud: "absent/production" }),
      sign({ exp: 1 }),
      sign({ run: {} }),
      sign({}, "dimmer-context+jwt"),
      `${sign()}x`,
      "none",
      "a.e30.c",
    ];
    for (const token of bad) await say(token, 401);
    await say(sign(), 400, { name: "applause" });
    let refused = 0;
    for (let time = 0; time < 40; time++) {
      const { status } = await server.operate("sendFeedback", {}, { body: { token: sign(), name: "retried" } });
      if (status === 429) refused++;
    }
    expect(refused).toBeGreaterThan(10);
  });

  test("takes spans and log records of OpenTelemetry's exporters", async () => {
    const sent = { token: TOKENS.server, body: { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: "none" }] }] }] } };
    expect(await ask("exportSpans", {}, sent)).toEqual({
      partialSuccess: { rejectedSpans: "1", errorMessage: expect.stringContaining("spans[0]: traceId is not 32") as string },
    });
    expect(await ask("exportLogs", {}, { token: TOKENS.server, body: {} })).toEqual({});
  });

  test("begins and reports a run for an app without an SDK", async () => {
    const begun = await ask<{ run: string; passedOver: unknown[] }>(
      "startRun",
      {},
      { token: TOKENS.server, body: { flag: "model" }, status: 201 },
    );
    // Its value is a text, and no model to ask.
    expect(begun).toMatchObject({ flag: "model", chain: [] });
    expect(begun.passedOver[0]).toMatchObject({ attempt: 1, errorType: "invalid_value" });
    const report = { outcome: "default", durationMs: 3, attempts: [] };
    expect(await ask("reportRun", { run: begun.run }, { token: TOKENS.server, body: report })).toMatchObject({ accepted: 1 });
  });

  test.each([
    ["a negative count", { count: -1 }],
    ["a count that is no number of anything", { count: 1e308 }],
    ["half an evaluation", { count: 1.5 }],
    ["a reason of nobody", { reason: "WHIM" }],
    ["a name of a thousand", { flag: "f".repeat(1_000) }],
    ["more than there is", { more: true }],
  ])("%s is refused", async (_name, odd) => {
    const evaluations = [{ ...batch.evaluations[0], ...odd }];
    await ask("sendTelemetry", {}, { token: TOKENS.server, body: { ...batch, evaluations }, status: 400 });
  });

  test("[keys-hashed] [person-forgotten] keys are kept as hashes once that is asked for, and a person is forgotten, by key and by run", async () => {
    const served = { flag: "model", variant: "new" };
    const event = { at: since, kind: "exposure", served };
    const send = (...events: object[]) => ask("sendEvents", {}, { token: TOKENS.server, body: { events } });
    await send({ ...event, id: "forget-of-routes-1", targetingKey: "to-forget", run: "run-f" });
    expect(await ask("getProjectTelemetry")).toEqual({ hashTargetingKeys: false, chores: [] });
    const set = (hashTargetingKeys: boolean) => ask("setProjectTelemetry", {}, { body: { hashTargetingKeys } });
    expect(await set(true)).toMatchObject({ hashTargetingKeys: true });
    expect(await set(true)).toMatchObject({ hashTargetingKeys: true });
    await expect.poll(() => ask("getProjectTelemetry"), PATIENT).toEqual({ hashTargetingKeys: true, chores: [] });
    await send(
      { ...event, id: "forget-of-routes-2", targetingKey: "to-forget" },
      { ...event, id: "forget-of-routes-3", run: "run-f" },
      {
        ...event,
        id: "forget-of-routes-4",
        kind: "feedback",
        name: "comment",
        comment: "said to-forget",
        targetingKey: "user-1",
      },
    );
    const found = await ask<List>("listEvents", {}, { query: "?targetingKey=to-forget" });
    const hashed = expect.stringMatching(/^hashed:[0-9a-f]{32}$/u);
    expect(found.items.map(({ targetingKey }) => targetingKey)).toEqual([hashed, hashed]);
    expect(await set(false)).toMatchObject({ hashTargetingKeys: false });
    const query = "?targetingKey=to-forget";
    expect((await ask<List>("listEvents", {}, { query })).items).toHaveLength(2);
    const person = { person: "to-forget", project: "default" };
    expect(await ask("erasePerson", {}, { body: person })).toMatchObject({ erased: 4, projects: [{ events: 3, comments: 1 }] });
    expect(await ask("listEvents", {}, { query })).toEqual({ items: [] });
    expect(await ask("getRun", { run: "run-f" })).toEqual({ items: [] });
    await ask("getProjectTelemetry", { project: "absent" }, { status: 404 });
  });

  test("is for server keys, and about environments that there are", async () => {
    for (const token of [TOKENS.admin, TOKENS.browser]) await ask("sendTelemetry", {}, { token, body: batch, status: 403 });
    for (const id of ["listEvaluations", "getPeople", "listAttributes", "listUnknownFlags", "listEvents"])
      await ask(id, { environment: "absent" }, { status: 404 });
    await ask("getMetrics", { environment: "absent" }, { query: "?flag=model", status: 404 });
    await ask("getRun", { environment: "absent", run: "run-1" }, { status: 404 });
    await ask("getMetrics", {}, { status: 400 });
    await ask("sendEvents", {}, { token: TOKENS.admin, body: { events: [{}] }, status: 403 });
    await ask("listEvaluations", {}, { query: "?hours=0", status: 400 });
  });
});

describe("people", () => {
  test("come by the set-up link and by invitation, sign in and out, and are removed", async () => {
    const owner = openTestBrowser(server);
    const step = async <T = Record<string, unknown>>(id: string, params: Params = {}, body?: unknown, query?: string) => {
      const answer = await owner.operate(id, params, body, query);
      expect([id, answer.status, answer.status < 300 ? "" : answer.text]).toEqual([id, expect.any(Number), ""]);
      return answer.json as T;
    };
    await step("setUp", {}, { token: setupTokenOf(server), ...OWNER });
    await step("signOut");
    await step("signIn", {}, { email: OWNER.email, password: OWNER.password });
    expect(await step("getSession")).toMatchObject({ state: "signed-in", person: { name: "Ada" } });
    const { link } = await step<{ link: string }>("createInvitation", {}, { email: "grace@example.com", grants: [] });
    expect(await step("listInvitations")).toMatchObject({ items: [{ email: "grace@example.com" }] });
    const grace = openTestBrowser(server);
    const taken = { token: link.split("#token=")[1], name: "Grace", password: OWNER.password };
    const { id } = (await grace.operate("acceptInvitation", {}, taken)).json as { id: string };
    const other = await step<{ invitation: { id: string } }>("createInvitation", {}, { email: "b@example.com", grants: [] });
    await step("revokeInvitation", { invitation: other.invitation.id });
    await step("editPerson", { person: id }, { grants: [{ role: "editor", project: "default", environment: null }] });
    const reset = await step<{ link: string }>("createPasswordReset", { person: id });
    const renewed = { token: reset.link.split("#token=")[1], password: "another battery staple" };
    expect((await grace.operate("resetPassword", {}, renewed)).json).toEqual({ email: "grace@example.com" });
    expect(await step("listPeople")).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ name: "Grace" })]),
    });
    await step("removePerson", { person: id });
    const { items } = await step<{ items: { id: string; current: boolean }[] }>("listSessions");
    await step("endSession", { session: items.find(({ current }) => !current)?.id ?? items[0]?.id ?? "" });
  });

  test("have an account of their own, and let commands in", async () => {
    const owner = openTestBrowser(server);
    const step = async (id: string, params: Params = {}, body?: unknown, query?: string) =>
      (await owner.operate(id, params, body, query)).json as Record<string, unknown>;
    await step("signIn", {}, { email: OWNER.email, password: OWNER.password });
    const changed = await step("changePassword", {}, { current: OWNER.password, password: "another battery staple" });
    expect(changed).toMatchObject({ name: "Ada", password: true });
    expect(await step("changeTwoFactor", {}, { step: "confirm", code: "123456" })).toMatchObject({ code: "conflict" });
    const { id } = (await step("createPersonalToken", {}, { name: "laptop" })) as { id: string };
    expect(await step("listPersonalTokens")).toMatchObject({ items: [{ id, name: "laptop" }] });
    expect(await step("revokePersonalToken", { token: id })).toMatchObject({ revokedAt: expect.any(String) });
    const login = (await step("startDeviceLogin", {}, { name: "laptop" })) as { userCode: string; deviceCode: string };
    const poll = () => step("pollDeviceLogin", {}, { deviceCode: login.deviceCode });
    expect(await poll()).toEqual({ status: "pending" });
    expect(await step("getDeviceLogin", {}, undefined, `?userCode=${login.userCode}`)).toMatchObject({ name: "laptop" });
    await step("confirmDeviceLogin", {}, { userCode: login.userCode, allow: true });
    expect(await poll()).toMatchObject({ status: "allowed", person: { name: "Ada" } });
    for (const provider of ["startOidcSignIn", "finishOidcSignIn"])
      expect((await owner.operate(provider, { provider: "sso" })).status).toBe(404);
  });
});

describe("snippets", () => {
  test("[snippets-resolved] are written, listed, looked at, used by a prompt, and removed", async () => {
    const project = "prompts";
    await ask("createProject", {}, { body: { key: project, name: "Prompts" }, status: 201 });
    await ask("createEnvironment", { project }, { body: { key: "production", name: "Production" }, status: 201 });
    const tone = { project, snippet: "tone" };
    await ask("setSnippet", tone, { body: { text: "Be brief." } });
    expect(await ask("setSnippet", tone, { body: { text: "Be kind." } })).toMatchObject({ name: "tone", version: 2 });
    await ask("setSnippet", { ...tone, snippet: "To ne" }, { body: { text: "x" }, status: 400 });
    await ask("setSnippet", tone, { body: { text: "" }, status: 400 });
    await ask("setSnippet", tone, { body: { text: "{% if %}" }, status: 400 });
    expect(await ask("listSnippets", { project })).toMatchObject({ items: [{ name: "tone", text: "Be kind." }] });
    await ask("listSnippets", { project: "absent" }, { status: 404 });
    const value = { reply: "{% snippet 'tone' %}" };
    const variants = { said: { value }, rest: { value: { reply: "Later." } } };
    const definition = { type: "object", purpose: "release", owner: "search", permanent: true, schema: "ai-config", variants };
    const environments = { production: { enabled: true, fallback: "rest", default: { variant: "said" } } };
    await ask("createFlag", { project }, { body: { key: "says", definition: { ...definition, environments } }, status: 201 });
    const says = { project, flag: "says" };
    const written = { value, snippets: { tone: 2 } };
    expect(await ask("listValueVersions", says)).toMatchObject({
      items: [{ variant: "rest" }, { variant: "said", value: { reply: "Be kind." }, written }],
    });
    expect(await ask("getFlag", says)).toMatchObject({ versions: { said: { written, hasDraft: false } } });
    expect(await ask("getSnippet", tone)).toMatchObject({
      version: 2,
      versions: [{ version: 2 }, { version: 1, text: "Be brief." }],
      uses: [{ flag: "says", variant: "said", valueVersion: 1, snippetVersion: 2, environments: ["production"] }],
    });
    const headers = { "if-match": await etagOf("getFlag", says) };
    await ask("draftValue", { ...says, variant: "said" }, { body: { value, snippets: { tone: 1 } }, headers });
    expect(await ask("getFlag", says)).toMatchObject({
      versions: { said: { draft: { reply: "Be brief." }, draftWritten: { value, snippets: { tone: 1 } } } },
    });
    const next = { "if-match": await etagOf("getFlag", says) };
    await ask("draftValue", { ...says, variant: "said" }, { body: { value }, headers: next });
    expect(await ask("getFlag", says)).toMatchObject({ versions: { said: { draftWritten: written } } });
    const tried = { flag: "says", variants: [{ variant: "said", value: { reply: "{% snippet 'tone' %} {{ text }}" } }] };
    expect(await ask("findPlaygroundVariables", { project }, { body: tried })).toMatchObject({
      variables: ["text"],
    });
    await ask("removeSnippet", tone, { status: 409 });
    await ask("discardDraft", { ...says, variant: "said" }, { headers: { "if-match": await etagOf("getFlag", says) } });
    expect(await ask("removeSnippet", tone)).toMatchObject({ name: "tone", version: 2 });
    await ask("getSnippet", tone, { status: 404 });
  });
});

describe("the rest", () => {
  test("health, metrics, description, delivery, OFREP", async () => {
    for (const id of ["livez", "healthz", "readyz", "getOpenApi"]) await ask(id);
    await ask("fetchSnapshot", {}, { token: TOKENS.server });
    await ask("evaluateFlag", { key: "model" }, { token: TOKENS.server, body: { context: { targetingKey: "u" } } });
    await ask("readMetrics");
    expect(await ask("createBackup", {}, { status: 409 })).toMatchObject({ detail: expect.stringContaining("in memory") });
    await ask("readDocs");
    await ask("getDocsFile", { file: "start.js" });
    await ask("getFollowedFile", {}, { status: 404 });
    await ask("listSdks");
    const report = { headers: { "dimmer-sdk": "dimmer-node/1.0.0 a-walk-through" }, body: { epoch: "e", version: 1 } };
    await ask("reportApplied", {}, { token: TOKENS.server, ...report, status: 204 });
    await ask("evaluateFlags", {}, { token: TOKENS.server, body: { context: { targetingKey: "u" } } });
  });

  test("every operation was called at least once", () => {
    // Streams have tests of their own.
    const streams = ["streamChanges", "streamLive", "streamOfrepChanges"];
    expect(server.operations.map(({ id }) => id).filter((id) => !streams.includes(id) && !server.called.has(id))).toEqual([]);
  });
});
