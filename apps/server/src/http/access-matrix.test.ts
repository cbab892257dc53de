/** Every route × every caller, from the description that the routes give of themselves. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { type OperationKind, type Right, type RoleRequest, ROLES } from "@dimmer/protocol";
import {
  openTestServer,
  pathOf,
  SPLIT_FLAG,
  TOKENS,
  type Operation,
  type TestServer,
} from "../testing/open-test-server.contract.ts";

let server: TestServer;
const tokens = new Map<string, string>();

/** A role of the installation's own, of which the table of built-in ones says nothing. */
const OWN_ROLE: RoleRequest = { name: "night-shift", rights: ["flag.kill", "link.edit"] };
const RIGHTS_OF: Readonly<Record<string, readonly Right[]>> = { ...ROLES, [OWN_ROLE.name]: OWN_ROLE.rights };
/** Where a role is held; what is asked for is in production of the project `default`. */
const PLACES = {
  "whole project": { project: "default" },
  own: { project: "default", environment: "production" },
  sibling: { project: "default", environment: "staging" },
  foreign: { project: "other" },
} as const;
type PlaceName = keyof typeof PLACES;

beforeAll(async () => {
  server = await openTestServer();
  await server.operate("createEnvironment", {}, { body: { key: "staging", name: "Staging" } });
  const { production } = SPLIT_FLAG.environments ?? {};
  const environments = { production, staging: production };
  await server.operate("createFlag", {}, { body: { key: "model", definition: { ...SPLIT_FLAG, environments } } });
  await server.operate("createProject", {}, { body: { key: "other", name: "Other" } });
  await server.operate("createEnvironment", { project: "other" }, { body: { key: "production", name: "Production" } });
  await server.operate("createRole", {}, { body: OWN_ROLE });
  for (const role of Object.keys(RIGHTS_OF)) {
    for (const [name, place] of Object.entries(PLACES)) tokens.set(`${role}, ${name}`, await drawAdmin(role, place));
  }
});
afterAll(() => server.close());

async function drawAdmin(role: string, { project, ...place }: { readonly project: string; readonly environment?: string }) {
  const body = { kind: "admin", name: `${role} for tests`, role, ...place };
  return ((await server.operate("createKey", { project }, { body })).json as { secret: string }).secret;
}

const tokenOf = (role: string, place: PlaceName): string => tokens.get(`${role}, ${place}`) ?? "";

/** Somebody who asks: their token, and which statuses are right for them; a 2xx is right only where it is listed. */
interface Caller {
  readonly name: string;
  readonly token: string | undefined;
  readonly isRight: (operation: Operation, status: number) => boolean;
}

const only =
  (...statuses: readonly number[]) =>
  (_operation: Operation, status: number): boolean =>
    statuses.includes(status);

const CALLERS: readonly Caller[] = [
  { name: "nobody", token: undefined, isRight: only(401) },
  { name: "browser key", token: TOKENS.browser, isRight: only(403) },
  { name: "server key", token: TOKENS.server, isRight: only(403) },
  ...Object.keys(RIGHTS_OF).flatMap((role) =>
    (Object.keys(PLACES) as PlaceName[]).map((place): Caller => ({
      name: `${role}, ${place}`,
      get token() {
        return tokenOf(role, place);
      },
      isRight: (operation, status) => expectedOf(operation, RIGHTS_OF[role] ?? [], place)(operation, status),
    })),
  ),
];

/** What the route's own declaration and the role's rights make of it. */
function expectedOf({ path, method, right, reach }: Operation, rights: readonly Right[], place: PlaceName) {
  const [inProject, inEnvironment] = [path.includes("{project}"), path.includes("{environment}")];
  if (inProject && place === "foreign") return only(404);
  if (inEnvironment && place === "sibling") return only(403);
  const isDecidedLater = right === "own" || right === "by-operation";
  if (!isDecidedLater && !rights.some((held) => held === right)) return only(403);
  const isBound = place === "own" || place === "sibling";
  const coversPath = inProject && (inEnvironment || !isBound);
  if (reach === "whole" && !coversPath) return only(403);
  // In: what the bodies below lack is told then. Where the path names less than the caller is bound to, the rest is checked inside.
  if (coversPath && !isDecidedLater) return (_: Operation, status: number) => status < 500 && status !== 401 && status !== 403;
  if (method === "GET") return only(200, 400, 403, 404);
  return only(400, 403, 404, 409, 428);
}

/** Through the whole server but its socket, as these are thousands. */
async function statusOf(
  method: string,
  url: string,
  token: string | undefined,
  body: { readonly body?: object },
): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const payload = body.body === undefined ? {} : { payload: body.body };
  return (await server.running.app.inject({ method: method as "GET", url, headers, ...payload })).statusCode;
}

/** Without a key, with a ticket or with the secret in the path: not for any of these callers. */
const APART: Readonly<Record<string, number>> = {
  livez: 200,
  healthz: 200,
  readyz: 200,
  getOpenApi: 200,
  readDocs: 200,
  getDocsFile: 200,
  showLink: 404,
  useLink: 404,
  getSession: 200,
  // The ways to a session do nothing without what they ask for, and no provider is named here.
  setUp: 400,
  signIn: 400,
  acceptInvitation: 400,
  resetPassword: 400,
  startDeviceLogin: 400,
  pollDeviceLogin: 400,
  startOidcSignIn: 404,
  finishOidcSignIn: 404,
  // The token of a run is in the body.
  sendFeedback: 400,
};
const STREAMS = ["streamChanges", "streamOfrepChanges"];

test("[denied-by-default] I38 A45 every route × every role × own, sibling and foreign: nothing is open by accident", async () => {
  const surprises: string[] = [];
  // The stream lasts as long as its reader; live.test.ts asks who may follow it.
  const managed = server.operations.filter(({ id, right }) => right !== undefined && id !== "streamLive");
  for (const operation of managed) {
    const path = pathOf(operation, { flag: "model", key: "model", variant: "new", role: OWN_ROLE.name });
    const body = operation.method === "GET" || operation.method === "DELETE" ? {} : { body: {} };
    for (const { name, token, isRight } of CALLERS) {
      const status = await statusOf(operation.method, path, token, body);
      if (!isRight(operation, status)) surprises.push(`${name}: ${operation.id} ${status}`);
    }
  }
  expect(surprises).toEqual([]);
  expect(managed.length).toBeGreaterThan(50);
  expect(CALLERS.length).toBe(3 + 7 * 4);
}, 240_000);

test("what is for SDKs takes their keys and nothing else, and what is for nobody in particular takes none", async () => {
  const surprises: string[] = [];
  for (const operation of server.operations.filter(({ right, id }) => right === undefined && !STREAMS.includes(id))) {
    const isForBrowser = operation.security.some((scheme) => Object.hasOwn(scheme, "browserKey"));
    const expected: readonly (readonly [string | undefined, readonly number[]])[] = Object.hasOwn(APART, operation.id)
      ? [[undefined, [APART[operation.id] ?? 0]]]
      : [
          [undefined, [401]],
          [TOKENS.server, [200, 400, 404]],
          [TOKENS.browser, isForBrowser ? [200, 400, 404] : [403]],
          [TOKENS.admin, [403]],
          [tokenOf("owner", "own"), [403]],
        ];
    for (const [token, statuses] of expected) {
      const body = operation.method === "GET" ? {} : { body: {} };
      const path = pathOf(operation, { key: "model", file: "start.js" });
      const { status } = await server.call(operation.method, path, { ...(token === undefined ? {} : { token }), ...body });
      if (!statuses.includes(status)) surprises.push(`${operation.id}: ${status} for ${token}`);
    }
  }
  expect(surprises).toEqual([]);
});

/** Each kind of edit as it may be sent, and the rights it takes in every environment that it reaches. */
const here = { flag: "model", environment: "production" };
const { production: config } = SPLIT_FLAG.environments ?? {};
const EDITS: Readonly<
  Record<OperationKind, readonly [edit: object, reaches: "production" | "both" | "none", ...rights: Right[]]>
> = {
  "create-flag": [{ flag: "other", definition: SPLIT_FLAG }, "production", "flag.edit", "rule.edit"],
  "update-flag": [{ flag: "model", fields: { owner: "me" } }, "both", "flag.edit"],
  "archive-flag": [{ flag: "model" }, "both", "flag.edit"],
  "unarchive-flag": [{ flag: "model" }, "both", "flag.edit"],
  "own-flag": [{ flag: "model", file: "a.yaml" }, "both", "flag.edit"],
  "release-flag": [{ flag: "model" }, "both", "flag.edit"],
  "add-variant": [{ flag: "model", variant: "third", value: "t" }, "both", "flag.edit"],
  "update-variant": [{ flag: "model", variant: "new", fields: { description: "n" } }, "both", "flag.edit"],
  "remove-variant": [{ flag: "model", variant: "old" }, "both", "flag.edit"],
  "draft-value": [{ flag: "model", variant: "new", value: "x" }, "none", "prompt.edit"],
  "discard-draft": [{ flag: "model", variant: "new" }, "none", "prompt.edit"],
  publish: [{ flag: "model", variant: "new", environments: ["production"], version: 1 }, "production", "publish"],
  kill: [here, "production", "flag.kill"],
  stop: [{ ...here, variant: "new" }, "production", "flag.kill"],
  restore: [here, "production", "flag.restore"],
  "configure-environment": [{ ...here, config: { ...config, published: { new: 7 } } }, "production", "rule.edit", "publish"],
  "remove-environment": [here, "production", "rule.edit"],
  "serve-all": [{ ...here, variant: "new" }, "production", "rule.edit"],
  ramp: [{ ...here, rule: "default", variant: "new", percent: 20 }, "production", "split.edit"],
  "set-split": [{ ...here, rule: "default", split: { new: 20, old: 80 } }, "production", "split.edit"],
  "fresh-people": [{ ...here, rule: "default", offset: 7 }, "production", "split.edit"],
  "set-serve": [{ ...here, rule: "default", serve: { variant: "new" } }, "production", "rule.edit"],
  "set-rule": [{ ...here, rule: { id: "r", serve: { variant: "new" } } }, "production", "rule.edit"],
  "move-rule": [{ ...here, rule: "r", to: 0 }, "production", "rule.edit"],
  "remove-rule": [{ ...here, rule: "r" }, "production", "rule.edit"],
  "set-targets": [{ ...here, targets: { new: ["u"] } }, "production", "rule.edit"],
  "set-fallback": [{ ...here, fallback: "old" }, "production", "rule.edit"],
  "set-requires": [{ ...here, requires: [] }, "production", "rule.edit"],
  "set-budgets": [{ ...here, budgets: {} }, "production", "rule.edit"],
  "set-spend": [{ ...here, budget: "total", spend: { period: "day", amountMicroUsd: 1 } }, "production", "budget.edit"],
  "set-shadow": [{ ...here, shadow: null }, "production", "rule.edit"],
  "set-pin": [{ ...here, pin: null }, "production", "rule.edit"],
  "create-segment": [{ segment: "s", definition: { environments: { production: {} } } }, "production", "segment.edit"],
  "own-segment": [{ segment: "s", file: "f.yaml" }, "none", "segment.edit"],
  "release-segment": [{ segment: "s" }, "none", "segment.edit"],
  "update-segment": [{ segment: "s", description: null }, "none", "segment.edit"],
  "set-segment": [{ segment: "s", environment: "production", config: {} }, "production", "segment.edit"],
  "remove-segment": [{ segment: "s" }, "none", "segment.edit"],
  "declare-context": [{ context: null }, "both", "context.edit"],
};

test.each(Object.keys(RIGHTS_OF))("every kind of edit × %s: no door beside the right and the place", async (role) => {
  const surprises: string[] = [];
  for (const [kind, [edit, reaches, ...needed]] of Object.entries(EDITS)) {
    for (const place of Object.keys(PLACES) as PlaceName[]) {
      const isThere =
        place === "whole project" || (place === "own" && reaches !== "both") || (place === "sibling" && reaches === "none");
      const isAllowed = isThere && needed.every((right) => RIGHTS_OF[role]?.includes(right));
      const body = { operations: [{ kind, ...edit }], dryRun: true };
      const answer = await server.operate("submitChange", {}, { token: tokenOf(role, place), body });
      const expected = place === "foreign" ? answer.status === 404 : (answer.status !== 403) === isAllowed;
      if (!expected) surprises.push(`${place}: ${kind} ${answer.status} ${answer.text}`);
    }
  }
  expect(surprises).toEqual([]);
});

test("what is refused for want of a right names the right and the place", async () => {
  const kill = await server.operate("killFlag", { flag: "model" }, { token: tokenOf("viewer", "own"), body: {} });
  expect(kill).toMatchObject({ status: 403, json: { code: "forbidden" } });
  expect(kill.text).toContain("the right flag.kill in production of project default");
  const operations = [{ kind: "ramp", ...here, rule: "default", variant: "new", percent: 20 }];
  const ramp = await server.operate("submitChange", {}, { token: tokenOf("responder", "own"), body: { operations } });
  expect(ramp.text).toContain("ramp reaches production. This needs the right split.edit in production of project default");
});

test("a responder kills, stops and restores; who may only kill does not restore", async () => {
  const place = { flag: "model" };
  const answered = async (id: string, token: string, body: object = {}) =>
    (await server.operate(id, place, { token, body })).status;
  const responder = tokenOf("responder", "own");
  expect(await answered("killFlag", tokenOf(OWN_ROLE.name, "own"))).toBe(200);
  expect(await answered("restoreFlag", tokenOf(OWN_ROLE.name, "own"))).toBe(403);
  expect(await answered("restoreFlag", responder)).toBe(200);
  expect(await answered("stopVariant", responder, { variant: "new" })).toBe(200);
  expect(await answered("restoreFlag", responder, { variant: "new" })).toBe(200);
  expect(await answered("killFlag", tokenOf("editor", "own"))).toBe(200);
  expect(await answered("restoreFlag", tokenOf("editor", "own"))).toBe(403);
  expect(await answered("restoreFlag", responder)).toBe(200);
});

test("A53 nobody makes a key or a role that may more than they do", async () => {
  const statusFor = async (role: string, token: string) =>
    (await server.operate("createKey", {}, { token, body: { kind: "admin", name: "wider", role } })).status;
  const admin = tokenOf("admin", "whole project");
  expect([await statusFor("owner", admin), await statusFor("admin", admin), await statusFor("viewer", admin)]).toEqual([
    403, 201, 201,
  ]);
  await server.operate("createRole", {}, { body: { name: "key-maker", rights: ["key.edit", "read"] } });
  const maker = await drawAdmin("key-maker", PLACES["whole project"]);
  expect([await statusFor("viewer", maker), await statusFor(OWN_ROLE.name, maker), await statusFor("key-maker", maker)]).toEqual([
    403, 403, 201,
  ]);
  const roles = await server.operate("createRole", {}, { token: admin, body: { name: "mine", rights: ["backup"] } });
  expect(roles.status).toBe(403);
});

test("A51 a role that is edited counts at once, for tokens that asked a moment ago", async () => {
  await server.operate("createRole", {}, { body: { name: "fading", rights: ["read", "flag.kill"] } });
  const token = await drawAdmin("fading", PLACES.own);
  const kill = async () => (await server.operate("killFlag", { flag: "model" }, { token, body: {} })).status;
  expect(await kill()).toBe(200);
  await server.operate("restoreFlag", { flag: "model" }, { body: {} });
  const edited = await server.operate("updateRole", { role: "fading" }, { body: { rights: ["read"] } });
  expect([edited.status, await kill()]).toEqual([200, 403]);
  expect((await server.operate("deleteRole", { role: "fading" })).status).toBe(409);
});
