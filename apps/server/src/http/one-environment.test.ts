/** What a token that is bound to one environment or one project may do and see beside it: nothing. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestServer, pathOf, SPLIT_FLAG, type TestServer } from "../testing/open-test-server.contract.ts";

let server: TestServer;
let staging: string;
let foreign: string;
beforeAll(async () => {
  server = await openTestServer();
  await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
  await server.operate("createProject", {}, { body: { key: "other", name: "Other" } });
  await server.operate("createEnvironment", {}, { body: { key: "staging", name: "Staging" } });
  staging = await drawAdmin("default", { environment: "staging" });
  foreign = await drawAdmin("other", {});
});
afterAll(() => server.close());

async function drawAdmin(project: string, place: { readonly environment?: string }): Promise<string> {
  const created = await server.operate("createKey", { project }, { body: { kind: "admin", name: "test", ...place } });
  return (created.json as { secret: string }).secret;
}

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
  const answer = await server.call(method, `/api/v1/projects/default${path}`, { token: staging, body });
  expect(answer).toMatchObject({ status: 403 });
});

/** What somebody of another environment of the same project may read: what the project shares, and their own environment's part. */
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
  const token = staging;
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
  const listed = await server.call("GET", "/api/v1/projects", { token: foreign });
  expect((listed.json as { items: { key: string }[] }).items.map(({ key }) => key)).toEqual(["other"]);
  for (const chain of ["installation", "project/default"]) {
    const audit = await server.call("GET", `/api/v1/audit?chain=${encodeURIComponent(chain)}`, {
      token: foreign,
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
