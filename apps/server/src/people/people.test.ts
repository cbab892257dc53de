/** People: invited, changed, kept out; nobody gives or touches more than they hold. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PersonView, SessionState } from "@dimmer/protocol";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";
import { addPerson, openTestBrowser, OWNER, setUpOwner, type TestBrowser, tokenIn } from "../testing/test-browser.contract.ts";

let server: TestServer;
let owner: TestBrowser;
let ownerId: string;
/** Admin of the project `default`, and of nothing else. */
let admin: TestBrowser & { readonly id: string };
const inProject = (role: string, environment: string | null = null) => ({ role, project: "default", environment });
const everywhere = (role: string) => ({ role, project: null, environment: null });
let guests = 0;
const guest = (grants: readonly object[], inviter = owner) =>
  addPerson(server, inviter, { email: `guest-${++guests}@example.com`, grants });
const statusOf = async (browser: TestBrowser) => (await browser.call("GET", "/api/v1/projects")).status;

beforeAll(async () => {
  server = await openTestServer();
  const made = await setUpOwner(server);
  owner = made;
  ownerId = made.state.person?.id ?? "";
  await server.operate("createProject", {}, { body: { key: "other", name: "Other" } });
  await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
  admin = await guest([inProject("admin")]);
});
afterAll(() => server.close());

describe("an invitation", () => {
  test("makes a person with its grants, once, and is listed without its link", async () => {
    const body = { email: "New@Example.com", name: "New", grants: [inProject("viewer")] };
    const before = await owner.operate("createInvitation", {}, body);
    const invited = await owner.operate("createInvitation", {}, body);
    expect(invited.json).toMatchObject({
      invitation: { email: "new@example.com", grants: [inProject("viewer")] },
      link: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/invitation#token=dm_invitation_[\w-]{43}$/u),
    });
    expect((await owner.operate("listInvitations")).text).not.toContain("dm_invitation_");
    const browser = openTestBrowser(server);
    const accept = (token: string) => browser.operate("acceptInvitation", {}, { token, name: "New", password: OWNER.password });
    // A new one takes the place of the one before.
    expect((await accept(tokenIn(before))).status).toBe(404);
    expect(await accept(tokenIn(invited))).toMatchObject({ status: 201, json: { email: "new@example.com", disabled: false } });
    expect((await accept(tokenIn(invited))).status).toBe(404);
    expect((await browser.operate("getFlag", { flag: "model" })).status).toBe(200);
    expect((await browser.operate("killFlag", { flag: "model" }, {})).status).toBe(403);
    expect((await browser.operate("getProject", { project: "other" })).status).toBe(404);
    expect(await owner.operate("createInvitation", {}, body)).toMatchObject({ status: 409 });
  });

  test("of whoever lost their grants counts no more", async () => {
    const helper = await guest([inProject("admin")]);
    const invited = await helper.operate("createInvitation", {}, { email: "late@example.com", grants: [inProject("admin")] });
    expect(invited.status).toBe(201);
    await owner.operate("editPerson", { person: helper.id }, { grants: [] });
    const body = { token: tokenIn(invited), name: "Late", password: OWNER.password };
    expect((await openTestBrowser(server).operate("acceptInvitation", {}, body)).status).toBe(404);
  });
});

describe("[no-more-than-ones-own] A53 an admin of one project", () => {
  test.each([
    ["the same role there", { role: "admin", project: "default", environment: null }, 201],
    ["a lower one in an environment of it", { role: "viewer", project: "default", environment: "production" }, 201],
    ["owner of it", { role: "owner", project: "default", environment: null }, 403],
    ["the same role everywhere", { role: "admin", project: null, environment: null }, 403],
    ["a role in a foreign project", { role: "viewer", project: "other", environment: null }, 404],
    ["a role in no project", { role: "viewer", project: "absent", environment: null }, 404],
    ["a role in no environment", { role: "viewer", project: "default", environment: "absent" }, 404],
    ["an environment of no project", { role: "viewer", project: null, environment: "production" }, 400],
    ["a role that is none", { role: "emperor", project: "default", environment: null }, 404],
  ])("invites with %s: %o is %i", async (_what, grant, status) => {
    const body = { email: `invited-${++guests}@example.com`, grants: [grant] };
    expect((await admin.operate("createInvitation", {}, body)).status).toBe(status);
  });

  test("cannot touch whoever may more, and can whoever may not", async () => {
    const equal = await guest([inProject("editor")]);
    for (const [target, status] of [
      [ownerId, 403],
      [equal.id, 200],
    ] as const) {
      const ids = { person: target };
      expect((await admin.operate("createPasswordReset", ids)).status).toBe(status === 200 ? 201 : status);
      expect((await admin.operate("editPerson", ids, { name: "Other name" })).status).toBe(status);
      expect((await admin.operate("editPerson", ids, { twoFactor: false })).status).toBe(status);
      expect((await admin.operate("editPerson", ids, { disabled: true })).status).toBe(status);
      expect((await admin.operate("removePerson", ids)).status).toBe(status);
    }
    expect((await admin.operate("editPerson", { person: "person_absent" }, {})).status).toBe(404);
  });

  test("gives a role in their project to somebody, and takes it, and not what they have elsewhere", async () => {
    const mixed = await guest([everywhere("viewer")]);
    const edit = async (grants: readonly object[]) =>
      (await admin.operate("editPerson", { person: mixed.id }, { grants })).status;
    expect(await edit([everywhere("viewer"), inProject("editor")])).toBe(200);
    expect(await edit([everywhere("viewer")])).toBe(200);
    expect(await edit([])).toBe(403);
    expect((await admin.operate("editPerson", { person: admin.id }, { grants: [everywhere("owner")] })).status).toBe(403);
    const viewer = await guest([inProject("viewer")]);
    expect((await viewer.operate("listPeople")).status).toBe(403);
    expect((await viewer.operate("editPerson", { person: viewer.id }, { grants: [inProject("admin")] })).status).toBe(403);
  });
});

describe("keeping somebody out", () => {
  test("[session-ends] disabling ends sessions and tokens at once, and enabling brings none of them back", async () => {
    const person = await guest([inProject("editor")]);
    const { secret } = (await person.operate("createPersonalToken", {}, { name: "laptop" })).json as { secret: string };
    const byToken = async () => (await server.call("GET", "/api/v1/projects", { token: secret })).status;
    expect([await statusOf(person), await byToken()]).toEqual([200, 200]);
    expect((await owner.operate("editPerson", { person: person.id }, { disabled: true })).json).toMatchObject({ disabled: true });
    expect([await statusOf(person), await byToken()]).toEqual([401, 401]);
    const signIn = { email: `guest-${guests}@example.com`, password: OWNER.password };
    expect((await openTestBrowser(server).operate("signIn", {}, signIn)).status).toBe(401);
    expect((await owner.operate("createPasswordReset", { person: person.id })).status).toBe(409);
    await owner.operate("editPerson", { person: person.id }, { disabled: false });
    expect([await statusOf(person), await byToken()]).toEqual([401, 401]);
    expect((await openTestBrowser(server).operate("signIn", {}, signIn)).status).toBe(200);
  });

  test("the last owner stays, whoever asks", async () => {
    const ids = { person: ownerId };
    for (const [id, body] of [
      ["editPerson", { disabled: true }],
      ["editPerson", { grants: [everywhere("admin")] }],
      ["removePerson", undefined],
    ] as const) {
      expect(await owner.operate(id, ids, body)).toMatchObject({
        status: 409,
        json: { detail: expect.stringContaining("owner") },
      });
      expect((await server.operate(id, ids, body === undefined ? {} : { body })).status).toBe(409);
    }
    const second = await guest([everywhere("owner")]);
    expect((await second.operate("editPerson", ids, { grants: [everywhere("admin")] })).status).toBe(200);
    expect((await second.operate("editPerson", ids, { grants: [everywhere("owner")] })).status).toBe(200);
    expect((await owner.operate("removePerson", { person: second.id })).status).toBe(200);
    expect(await statusOf(second)).toBe(401);
  });

  test("what is taken away is gone for the next request, also where it was checked before", async () => {
    const person = await guest([inProject("editor")]);
    expect((await person.operate("killFlag", { flag: "model" }, {})).status).toBe(200);
    await server.operate("restoreFlag", { flag: "model" });
    await owner.operate("editPerson", { person: person.id }, { grants: [inProject("viewer")] });
    expect((await person.operate("killFlag", { flag: "model" }, {})).status).toBe(403);
    const state = (await person.operate("getSession")).json as SessionState;
    expect(state.person?.grants).toMatchObject([{ role: "viewer", rights: ["read", "audit.read"] }]);
  });
});

describe("a password", () => {
  test("[session-ends] that is changed ends every other session and gives this one a new secret", async () => {
    const person = await guest([inProject("viewer")]);
    const email = `guest-${guests}@example.com`;
    const other = openTestBrowser(server);
    await other.operate("signIn", {}, { email, password: OWNER.password });
    const before = person.session();
    const change = (current: string, password: string) => person.operate("changePassword", {}, { current, password });
    expect((await change("not my password", "another battery staple")).status).toBe(401);
    expect((await change(OWNER.password, "short")).status).toBe(400);
    expect((await change(OWNER.password, "another battery staple")).status).toBe(200);
    expect(person.session()).not.toBe(before);
    expect([await statusOf(person), await statusOf(other)]).toEqual([200, 401]);
    const old = await server.call("GET", "/api/v1/projects", { headers: { cookie: `dimmer-session=${before}` } });
    expect(old.status).toBe(401);
    expect((await other.operate("signIn", {}, { email, password: OWNER.password })).status).toBe(401);
    expect((await other.operate("signIn", {}, { email, password: "another battery staple" })).status).toBe(200);
  });

  test("is set by the link of an admin, or of the installation's token, once", async () => {
    const person = await guest([inProject("viewer")]);
    const made = [
      await owner.operate("createPasswordReset", { person: person.id }),
      await server.operate("createPasswordReset", { person: person.id }),
    ];
    expect(made[1]?.json).toMatchObject({ link: expect.stringContaining("/password-reset#token=dm_reset_") });
    const [first, second] = made.map(tokenIn);
    const reset = async (token = "", password = "a third battery staple") =>
      (await openTestBrowser(server).operate("resetPassword", {}, { token, password })).status;
    expect(await reset(first)).toBe(404);
    expect(await reset(second, "short")).toBe(400);
    expect(await reset(second)).toBe(200);
    expect(await reset(second)).toBe(404);
    expect(await statusOf(person)).toBe(401);
    const people = ((await owner.operate("listPeople", {}, undefined, "?limit=200")).json as { items: PersonView[] }).items;
    expect(people.find(({ id }) => id === person.id)).toMatchObject({ password: true, twoFactor: false });
  });
});

test("[in-ones-name] what a person does in a browser or with a personal token carries their name", async () => {
  const person = await guest([inProject("editor")]);
  const { secret } = (await person.operate("createPersonalToken", {}, { name: "laptop" })).json as { secret: string };
  await server.operate("killFlag", { flag: "model" }, { token: secret, body: {} });
  await person.operate("killFlag", { flag: "model" }, {});
  const { items } = (await person.operate("listChanges")).json as { items: { actor: object; source: string }[] };
  const actor = { kind: "person", id: person.id, name: `guest-${guests}@example.com` };
  expect(items.slice(0, 2).map((change) => [change.actor, change.source])).toEqual([
    [actor, "dashboard"],
    [actor, "api"],
  ]);
  const whoami = (await server.call("GET", "/api/v1/session", { token: secret })).json as SessionState;
  expect(whoami).toMatchObject({ state: "signed-in", person: { id: person.id, via: "personal-token" } });
  // A token that is stolen must not become an account.
  for (const [id, body] of [
    ["createPersonalToken", { name: "more" }],
    ["changePassword", { current: OWNER.password, password: "another battery staple" }],
    ["changeTwoFactor", { step: "begin", password: OWNER.password }],
    ["confirmDeviceLogin", { userCode: "BBBB-BBBB", allow: true }],
  ] as const)
    expect((await server.operate(id, {}, { token: secret, body })).status).toBe(403);
  expect((await server.call("GET", "/sdk/v1/snapshot", { token: secret })).status).toBe(403);
  expect((await server.operate("createKey", {}, { token: TOKENS.admin, body: { kind: "admin", name: "x" } })).status).toBe(201);
});
