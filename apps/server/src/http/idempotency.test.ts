/** Idempotency keys: the same answer again, done once, kept sealed and not for ever. */

import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ProblemError } from "@dimmer/protocol";
import { deriveKeys } from "../access/derive-keys.ts";
import { principalOfKey } from "../access/principal.ts";
import { openSqliteStore } from "../storage/dialects/sqlite.ts";
import { loadSqlite } from "../storage/dialects/sqlite-module.ts";
import { joinTransactions } from "../storage/join-transactions.ts";
import { keyRecord } from "../storage/sample-records.contract.ts";
import { openTestServer, SPLIT_FLAG, type TestServer, TOKENS } from "../testing/open-test-server.contract.ts";
import { readStream } from "../testing/read-stream.contract.ts";
import { keepAnswers, sweepAnswers } from "./idempotency.ts";
import { HTTP_LIMITS } from "./limits.ts";
import { openHttp } from "./open-http.ts";
import { WITHOUT_PEOPLE } from "../testing/without-people.contract.ts";

let server: TestServer;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "dimmer-idempotency-"));
  server = await openTestServer({ dataDir });
});
afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

const keyed = (key: string, body: unknown, more: Record<string, string> = {}) => ({
  body,
  headers: { "idempotency-key": key, ...more },
});
const projectBody = (key: string) => ({ key, name: key });
const codeOf = (answer: { readonly json: unknown }) => Reflect.get(Object(answer.json), "code");

describe("the same request again", () => {
  test("[idempotent] does nothing, and gets the status, the body and the headers that the first one got", async () => {
    const first = await server.operate("createFlag", {}, keyed("k-flag", { key: "once", definition: SPLIT_FLAG }));
    const again = await server.operate("createFlag", {}, keyed("k-flag", { key: "once", definition: SPLIT_FLAG }));
    expect([first.status, first.headers.get("etag"), first.headers.has("idempotent-replayed")]).toEqual([201, '"1"', false]);
    expect([again.status, again.headers.get("etag"), again.headers.get("idempotent-replayed")]).toEqual([201, '"1"', "true"]);
    expect([again.text, again.headers.get("content-type")]).toEqual([first.text, first.headers.get("content-type")]);
    expect((await server.operate("listChanges", {}, {})).json).toMatchObject({ items: [{ sequence: 1 }] });
  });

  test("reaches SDKs like any other", async () => {
    await server.operate("killFlag", { flag: "once" }, keyed("k-kill", {}));
    expect((await server.operate("getSnapshot")).json).toMatchObject({ flags: { once: { enabled: false } } });
  });

  test("gives a secret that is shown once again, and the store never holds it", async () => {
    const order = keyed("k-key", { kind: "admin", name: "deploy" });
    const [first, again] = [await server.operate("createKey", {}, order), await server.operate("createKey", {}, order)];
    const { secret } = first.json as { secret: string };
    expect(again.json).toEqual(first.json);
    expect(await server.call("GET", "/api/v1/projects", { token: secret })).toMatchObject({ status: 200 });
    const files = await Promise.all(["dimmer.db", "dimmer.db-wal"].map((name) => readFile(join(dataDir, name), "latin1")));
    expect(files.join("")).not.toContain(secret);
    expect(files.join("")).toContain("k-key");
  });

  test("closes the streams of a revoked key after the commit", async () => {
    const made = await server.operate("createKey", {}, { body: { kind: "server", name: "s", environment: "production" } });
    const { id, secret } = made.json as { id: string; secret: string };
    const stream = await readStream(`${server.url}/sdk/v1/stream`, { authorization: `Bearer ${secret}` });
    const order = { headers: { "idempotency-key": "k-revoke" } };
    const [first, again] = [
      await server.operate("revokeKey", { key: id }, order),
      await server.operate("revokeKey", { key: id }, order),
    ];
    expect([first.status, again.text]).toEqual([200, first.text]);
    await stream.ended;
  });

  test("is refused as it was refused before, although it would be accepted now", async () => {
    const order = keyed("k-refused", { fields: { description: "x" } }, { "if-match": '"1"' });
    const first = await server.operate("updateFlag", { flag: "absent" }, order);
    await server.operate("createFlag", {}, { body: { key: "absent", definition: SPLIT_FLAG } });
    const again = await server.operate("updateFlag", { flag: "absent" }, order);
    expect([first.status, again.status, again.text]).toEqual([412, 412, first.text]);
    expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
  });

  test("gets 409 and a time to wait while the first is carried out", async () => {
    const { DatabaseSync } = await loadSqlite(process.versions.node);
    const other = new DatabaseSync(join(dataDir, "dimmer.db"));
    other.exec("begin immediate");
    const [one, two] = [1, 2].map(() => server.operate("createProject", {}, keyed("k-slow", projectBody("slow"))));
    const early = await Promise.race([one, two]);
    expect([early?.status, codeOf(early ?? { json: null }), early?.headers.get("retry-after")]).toEqual([
      409,
      "request-in-flight",
      "1",
    ]);
    other.exec("rollback");
    other.close();
    expect((await Promise.all([one, two])).map((answer) => answer?.status).sort()).toEqual([201, 409]);
    expect(await server.operate("createProject", {}, keyed("k-slow", projectBody("slow")))).toMatchObject({ status: 201 });
  });

  test("loses its content, not its effect, when a person is erased", async () => {
    const order = keyed("k-person", { ...projectBody("named"), name: "bob@example.com" });
    await server.operate("createProject", {}, order);
    await server.operate("erasePerson", {}, { body: { person: "somebody" } });
    const again = await server.operate("createProject", {}, order);
    expect([again.status, codeOf(again)]).toEqual([409, "answer-not-kept"]);
  });
});

describe("another request with the same key", () => {
  test.each([
    ["another body", "createProject", {}, keyed("k-other", projectBody("second"))],
    ["another path", "renameProject", {}, keyed("k-other", { name: "Other" })],
    ["another revision", "createProject", {}, keyed("k-other", projectBody("first"), { "if-match": '"7"' })],
  ])("[A56] %s is 422", async (_, id, params, order) => {
    await server.operate("createProject", {}, keyed("k-other", projectBody("first")));
    const answer = await server.operate(id, params, order);
    expect([answer.status, codeOf(answer)]).toEqual([422, "idempotency-key-reused"]);
  });

  test("of another caller is another request", async () => {
    const made = await server.operate("createKey", {}, { body: { kind: "admin", name: "second" } });
    const { secret } = made.json as { secret: string };
    const order = keyed("k-shared", { key: "shared", name: "S" });
    expect(await server.operate("createEnvironment", {}, order)).toMatchObject({ status: 201 });
    expect(await server.operate("createEnvironment", {}, { ...order, token: secret })).toMatchObject({ status: 409 });
  });

  test("a key that is not accepted gets no answer, whatever was kept", async () => {
    const answer = await server.operate("createProject", {}, { ...keyed("k-other", projectBody("first")), token: TOKENS.server });
    expect(answer.status).toBe(403);
  });
});

test.each(["", "a b", "x".repeat(256), "schlüssel"])("[A56] %j is no key", async (key) =>
  expect(await server.operate("createProject", {}, keyed(key, projectBody("odd")))).toMatchObject({ status: 400 }),
);

const REPEATABLE = [
  "evaluate",
  "createBackup",
  "erasePerson",
  "testWebhook",
  "redeliver",
  // They ask models and change nothing; whoever asks twice pays twice, within the connection's budget.
  "testConnection",
  "runPlayground",
  "findPlaygroundVariables",
  // Their answers set cookies, or count tries.
  "signOut",
  "endSession",
  "changePassword",
  "changeTwoFactor",
  "confirmDeviceLogin",
];

test("[A56] every operation that an admin token can change something with takes a key, and no other", () => {
  const takers = server.operations.filter(({ takesIdempotencyKey }) => takesIdempotencyKey).map(({ id }) => id);
  const edits = server.operations.filter(
    ({ id, method, security }) =>
      method !== "GET" && security.some((scheme) => Object.hasOwn(scheme, "adminToken")) && !REPEATABLE.includes(id),
  );
  expect(takers).toEqual(edits.map(({ id }) => id));
});

/** A server with routes of its own, over a real store, with a clock that stands. */
async function openSmall() {
  const store = joinTransactions(await openSqliteStore({ path: ":memory:" }));
  const time = { now: 1_700_000_000_000 };
  const ports = {
    store,
    clock: () => time.now,
    random: (bytes: number) => new Uint8Array(randomBytes(bytes)),
    sealing: deriveKeys("a-secret-key-for-tests-of-at-least-32-bytes").sealing,
    fingerprintKey: randomBytes(32),
  };
  const app = openHttp({
    logger: pino({ level: "silent" }),
    authenticate: () => principalOfKey(store, keyRecord({})),
    browserOrigins: [],
    ...WITHOUT_PEOPLE,
    createRequestId: () => "request-1",
  });
  onTestFinished(async () => {
    await app.close();
    await store.close();
  });
  keepAnswers(app, ports);
  const calls: string[] = [];
  let act: () => Record<string, unknown> = () => ({});
  app.post(
    "/act",
    { config: { access: "management", right: "own" }, schema: { response: { 200: z.looseObject({}) } } },
    async () => {
      calls.push("act");
      await store.transaction((tx) => tx.putProject({ key: `p${calls.length}`, name: "P", createdAt: 1 }));
      return act();
    },
  );
  const post = (key: string) =>
    app.inject({ method: "POST", url: "/act", headers: { authorization: "Bearer k", "idempotency-key": key } });
  return { app, store, ports, time, calls, post, behave: (next: () => unknown) => (act = next as typeof act) };
}

const refuse = (code: "internal" | "store-unavailable" | "too-many-requests" | "conflict") => () => {
  throw new ProblemError(code, "no");
};

describe("what is kept", () => {
  test.each([
    ["what broke on our side", refuse("internal"), 500],
    ["a store that is away", refuse("store-unavailable"), 503],
    ["too many requests", refuse("too-many-requests"), 429],
    [
      "a bug",
      () => {
        throw new Error("bug");
      },
      500,
    ],
    ["an answer that breaks its schema", () => "no object", 500],
  ])("not %s, and nothing of what it did", async (_, act, status) => {
    const small = await openSmall();
    small.behave(act);
    expect((await small.post("k")).statusCode).toBe(status);
    expect(await small.store.listProjects()).toEqual([]);
    small.behave(() => ({ done: true }));
    const second = await small.post("k");
    expect([second.statusCode, second.json(), second.headers["idempotent-replayed"]]).toEqual([200, { done: true }, undefined]);
    expect(await small.store.listProjects()).toHaveLength(1);
  });

  test("a refusal, and nothing of what it did", async () => {
    const small = await openSmall();
    small.behave(refuse("conflict"));
    const [first, again] = [await small.post("k"), await small.post("k")];
    expect([first.statusCode, again.statusCode, again.body, small.calls]).toEqual([409, 409, first.body, ["act"]]);
    expect(await small.store.listProjects()).toEqual([]);
  });

  test("of a long answer only that it was given", async () => {
    const small = await openSmall();
    small.behave(() => ({ text: "x".repeat(HTTP_LIMITS.idempotency.answerBytes) }));
    expect((await small.post("k")).statusCode).toBe(200);
    const again = await small.post("k");
    expect([again.statusCode, again.json()]).toMatchObject([409, { code: "answer-not-kept" }]);
    expect(small.calls).toEqual(["act"]);
  });

  test("for a day", async () => {
    const small = await openSmall();
    await small.post("k");
    small.time.now += HTTP_LIMITS.idempotency.keptMs - 1;
    await small.post("k");
    expect(small.calls).toHaveLength(1);
    small.time.now += 1;
    await small.post("k");
    expect(small.calls).toHaveLength(2);
    small.time.now += HTTP_LIMITS.idempotency.keptMs;
    await sweepAnswers(small.ports);
    expect(await small.store.getRequestAnswer(keyRecord({}).id, "k")).toBeNull();
  });
});
