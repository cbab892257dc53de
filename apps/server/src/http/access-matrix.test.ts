/** Every route × every caller, from the description that the routes give of themselves. */

import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openTestServer,
  pathOf,
  SPLIT_FLAG,
  TOKENS,
  type Operation,
  type TestServer,
} from "../testing/open-test-server.contract.ts";

let server: TestServer;
const keys: Record<string, string> = {};
beforeAll(async () => {
  server = await openTestServer();
  await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
  await server.operate("createProject", {}, { body: { key: "other", name: "Other" } });
  await server.operate("createEnvironment", { project: "other" }, { body: { key: "production", name: "Production" } });
  await server.operate("createEnvironment", {}, { body: { key: "staging", name: "Staging" } });
  keys["foreign admin"] = await drawAdmin("other");
  keys["staging admin"] = await drawAdmin("default", "staging");
});
afterAll(() => server.close());

async function drawAdmin(project: string, environment?: string): Promise<string> {
  const body = { kind: "admin", name: "test", ...(environment === undefined ? {} : { environment }) };
  const created = await server.operate("createKey", { project }, { body });
  return (created.json as { secret: string }).secret;
}

type Caller = "nobody" | "browser" | "server" | "foreign admin" | "staging admin";
const CALLERS: readonly Caller[] = ["nobody", "browser", "server", "foreign admin", "staging admin"];

const PUBLIC = ["livez", "healthz", "readyz", "getOpenApi", "readDocs", "getDocsFile"];
/** Without a project in the path they show their caller what is the caller's own, or check what the body names. */
const BY_CALLER: Readonly<Record<string, Partial<Record<Caller, readonly number[]>>>> = {
  listProjects: { "foreign admin": [200], "staging admin": [200] },
  createProject: { "foreign admin": [400, 403], "staging admin": [400, 403] },
  listAudit: { "foreign admin": [200], "staging admin": [403] },
  verifyAudit: { "foreign admin": [200], "staging admin": [403] },
  createBackup: { "foreign admin": [403], "staging admin": [403] },
  readMetrics: { "foreign admin": [403], "staging admin": [403] },
  listModelUses: { "staging admin": [200] },
  // A draft reaches no environment, so any admin of the project may write and discard one.
  discardDraft: { "staging admin": [409] },
  erasePerson: { "foreign admin": [400], "staging admin": [400, 403] },
};
/** What a token of another environment of the same project may read: what the project shares, and its own environment's part. */
const PROJECT_READS = [
  "getProject",
  "listEnvironments",
  "listFlags",
  "listNames",
  "getContext",
  "getFlag",
  "listValueVersions",
  "listFlagHistory",
  "exportDocument",
  "listSegments",
  "getSegment",
  "listKeys",
  "listChanges",
  "getChange",
  "listSchedules",
  "listLinks",
];
/** Their credential is in the path, and none of these callers has one. */
const LINK_PAGES = ["showLink", "useLink"];

function expected(operation: Operation, caller: Caller): readonly number[] {
  if (PUBLIC.includes(operation.id)) return [200];
  if (LINK_PAGES.includes(operation.id)) return [404];
  if (caller === "nobody") return [401];
  const isForServer = operation.security.some((scheme) => Object.hasOwn(scheme, "serverKey"));
  const isForBrowser = operation.security.some((scheme) => Object.hasOwn(scheme, "browserKey"));
  if (isForServer) return caller === "server" || (caller === "browser" && isForBrowser) ? [200, 400, 404] : [403];
  if (caller === "browser" || caller === "server") return [403];
  const special = BY_CALLER[operation.id]?.[caller];
  if (special !== undefined) return special;
  if (caller === "foreign admin") return [404];
  if (operation.path.includes("{environment}")) return [403];
  // Without a valid body a write stops before it is refused for want of right; what is valid is refused.
  return PROJECT_READS.includes(operation.id) ? [200, 404] : [400, 403, 404, 428];
}

test("every route × every caller: nothing is open by accident", async () => {
  const surprises: string[] = [];
  for (const operation of server.operations) {
    if (operation.id === "streamChanges") continue;
    // Takes no key at all; what it does take is tested with it.
    if (operation.id === "streamOfrepChanges") continue;
    for (const caller of CALLERS) {
      const token = caller === "nobody" ? {} : { token: tokenOf(caller) };
      const body = operation.method === "GET" || operation.method === "DELETE" ? {} : { body: {} };
      const answer = await server.call(
        operation.method,
        pathOf(operation, { flag: "model", key: "model", variant: "new", file: "start.js" }),
        {
          ...token,
          ...body,
        },
      );
      if (!expected(operation, caller).includes(answer.status)) surprises.push(`${caller} ${operation.id}: ${answer.status}`);
    }
  }
  expect(surprises).toEqual([]);
  expect(server.operations.length).toBeGreaterThan(40);
});

const tokenOf = (caller: Exclude<Caller, "nobody">): string =>
  caller === "server" || caller === "browser" ? TOKENS[caller] : (keys[caller] ?? "");

test.each([
  ["create a flag", "POST", "/flags", { key: "mine", definition: SPLIT_FLAG }],
  [
    "edit what all environments share",
    "POST",
    "/changes",
    { operations: [{ kind: "update-flag", flag: "model", fields: { owner: "me" } }] },
  ],
  [
    "kill elsewhere through a change",
    "POST",
    "/changes",
    { operations: [{ kind: "kill", flag: "model", environment: "production" }] },
  ],
  ["publish elsewhere", "POST", "/flags/model/publish", { variant: "new", environments: ["production"], version: 1 }],
  ["archive", "POST", "/flags/model/archive", {}],
  ["make itself a wider key", "POST", "/keys", { kind: "admin", name: "wider" }],
  ["make a key for elsewhere", "POST", "/keys", { kind: "server", name: "elsewhere", environment: "production" }],
  ["create an environment", "POST", "/environments", { key: "third", name: "Third" }],
  ["rename the project", "PATCH", "", { name: "Mine" }],
])("a token of one environment may not %s", async (_what, method, path, body) => {
  const answer = await server.call(method, `/api/v1/projects/default${path}`, { token: tokenOf("staging admin"), body });
  expect(answer).toMatchObject({ status: 403 });
});

test("a token of one environment reads what is shared and its own part, and nothing of another environment", async () => {
  const rule = (environment: string) => {
    const id = `only-in-${environment}`;
    return { kind: "set-rule", flag: "model", environment, rule: { id, when: { plan: id }, serve: { variant: "old" } } };
  };
  const { environments } = SPLIT_FLAG;
  const change = async (operations: readonly object[]) =>
    ((await server.operate("submitChange", {}, { body: { operations } })).json as { change: { id: string } }).change.id;
  const segment = {
    environments: { production: { include: ["only-in-production"] }, staging: { include: ["only-in-staging"] } },
  };
  const config = environments?.["production"];
  const both = await change([
    { kind: "configure-environment", flag: "model", environment: "staging", config },
    { kind: "create-segment", segment: "beta", definition: segment },
    rule("production"),
    rule("staging"),
    { kind: "draft-value", flag: "model", variant: "new", value: "shared" },
    { kind: "publish", flag: "model", variant: "new", environments: ["production", "staging"] },
  ]);
  const elsewhere = await change([
    { kind: "set-targets", flag: "model", environment: "production", targets: { old: ["only-in-production"] } },
  ]);
  const token = tokenOf("staging admin");
  const texts: Record<string, string> = {};
  for (const operation of server.operations.filter(({ id }) => PROJECT_READS.includes(id))) {
    const path = pathOf(operation, { flag: "model", segment: "beta", change: both });
    const answer = await server.call("GET", path, { token });
    expect([operation.id, answer.status]).toEqual([operation.id, 200]);
    texts[operation.id] = answer.text;
  }
  expect(
    Object.entries(texts)
      .filter(([, text]) => /only-in-production|"production"(?!:(?:true|false))|environments\/production/u.test(text))
      .map(([id]) => id),
  ).toEqual([]);
  for (const id of [
    "getFlag",
    "listFlags",
    "getSegment",
    "listSegments",
    "exportDocument",
    "getChange",
    "listChanges",
    "listFlagHistory",
  ])
    expect([id, texts[id]?.includes("only-in-staging")]).toEqual([id, true]);
  const status = async (path: string) => (await server.call("GET", `/api/v1/projects/default${path}`, { token })).status;
  expect([await status(`/changes/${elsewhere}`), await status("/changes?environment=production")]).toEqual([404, 403]);
  expect((await server.operate("getFlag", { flag: "model" })).text).toContain("only-in-production");
});

test("a token sees its own project and no other", async () => {
  const listed = await server.call("GET", "/api/v1/projects", { token: tokenOf("foreign admin") });
  expect((listed.json as { items: { key: string }[] }).items.map(({ key }) => key)).toEqual(["other"]);
  for (const chain of ["installation", "project/default"]) {
    const audit = await server.call("GET", `/api/v1/audit?chain=${encodeURIComponent(chain)}`, {
      token: tokenOf("foreign admin"),
    });
    expect([403, 404]).toContain(audit.status);
  }
});

test("a revoked key fails at once", async () => {
  const created = (
    await server.operate("createKey", {}, { body: { kind: "server", name: "short-lived", environment: "production" } })
  ).json as { id: string; secret: string };
  expect((await server.call("GET", "/sdk/v1/snapshot", { token: created.secret })).status).toBe(200);
  expect((await server.operate("revokeKey", { key: created.id })).status).toBe(200);
  expect((await server.call("GET", "/sdk/v1/snapshot", { token: created.secret })).status).toBe(401);
});
