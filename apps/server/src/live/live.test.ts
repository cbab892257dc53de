/** The live stream: what an open page hears, and when it ends. */

import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LiveChange } from "@dimmer/protocol";
import { raiseAlert } from "../alerts/raise-alert.ts";
import { ANYONE, create, openTestProject, PROJECT, SUMMARIZER } from "../flags/sample-project.contract.ts";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";
import { readStream, type TestStream } from "../testing/read-stream.contract.ts";
import { LIVE_LIMITS, openLive } from "./open-live.ts";

let server: TestServer;
const streams: TestStream[] = [];
beforeEach(async () => {
  server = await openTestServer();
  await server.operate("createEnvironment", {}, { body: { key: "staging", name: "Staging" } });
  await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await server.close();
});

async function follow(token: string = TOKENS.admin): Promise<TestStream> {
  const stream = await readStream(`${server.url}/api/v1/projects/default/live`, { authorization: `Bearer ${token}` });
  streams.push(stream);
  return stream;
}

async function change(...operations: readonly object[]): Promise<void> {
  expect((await server.operate("submitChange", {}, { body: { operations } })).status).toBe(200);
}

async function drawKey(environment: string | undefined): Promise<{ readonly id: string; readonly secret: string }> {
  const body = { kind: "admin", name: "bound", ...(environment === undefined ? {} : { environment }) };
  return (await server.operate("createKey", {}, { body })).json as { id: string; secret: string };
}

const here = { flag: "model", environment: "production" };

test("says who changed what, as it is made", async () => {
  const stream = await follow();
  await change({ kind: "kill", ...here });
  const event = await stream.next();
  expect(event.event).toBe("change");
  expect(event.data).toMatchObject({
    actor: { name: "initial admin key" },
    resources: ["flags/model/environments/production"],
    summary: [expect.stringContaining("model")],
  } satisfies Partial<Record<keyof LiveChange, unknown>>);
});

test("hears of drafts too, which reach no environment", async () => {
  const stream = await follow();
  await change({ kind: "draft-value", flag: "model", variant: "new", value: "n2" });
  expect((await stream.next()).data).toMatchObject({ resources: ["flags/model"] });
});

test("tells whoever may see one environment nothing of another", async () => {
  const stream = await follow((await drawKey("staging")).secret);
  await change({ kind: "kill", ...here });
  await change({
    kind: "configure-environment",
    flag: "model",
    environment: "staging",
    config: SPLIT_FLAG.environments?.["production"],
  });
  expect((await stream.next()).data).toMatchObject({ resources: ["flags/model/environments/staging"] });
});

test("says that too much was missed, and goes on from there", async () => {
  const project = await openTestProject();
  const live = openLive({ store: project.ports.store, onFailure: () => {} }, { ...LIVE_LIMITS, changes: 3, lookMs: 60_000 });
  const follow = (response: ServerResponse) =>
    live.listen(response, { project: PROJECT, author: ANYONE, mayStay: async () => true });
  const pages = createServer((_request, response) => void follow(response)).listen(0, "127.0.0.1");
  await once(pages, "listening");
  const stream = await readStream(`http://127.0.0.1:${(pages.address() as AddressInfo).port}`, {});
  streams.push(stream);
  await expect.poll(() => stream.comments.length).toBe(1);
  await project.apply([create("summarizer", SUMMARIZER)]);
  const turns = ["a", "b", "c"];
  for (const owner of turns) await project.apply([{ kind: "update-flag", flag: "summarizer", fields: { owner } }]);
  live.wake();
  expect((await stream.next()).event).toBe("missed");
  await project.apply([{ kind: "archive-flag", flag: "summarizer" }]);
  live.wake();
  expect(await stream.next()).toMatchObject({ event: "change", data: { summary: [expect.stringContaining("summarizer")] } });
  live.close();
  await stream.ended;
  pages.close();
});

test("says which alert is another, and nothing of those out of sight", async () => {
  const project = await openTestProject();
  const { store } = project.ports;
  const live = openLive({ store, onFailure: () => {} }, { ...LIVE_LIMITS, changes: 3, lookMs: 60_000 });
  const grants = [{ role: "viewer", rights: ["read"], project: PROJECT, environment: "staging" }] as const;
  const follow = (response: ServerResponse) =>
    live.listen(response, { project: PROJECT, author: { ...ANYONE, grants }, mayStay: async () => true });
  const pages = createServer((_request, response) => void follow(response)).listen(0, "127.0.0.1");
  await once(pages, "listening");
  const stream = await readStream(`http://127.0.0.1:${(pages.address() as AddressInfo).port}`, {});
  streams.push(stream);
  await expect.poll(() => stream.comments.length).toBe(1);
  const raise = async (key: string, environment: string) => {
    const alert = {
      project: PROJECT,
      key,
      kind: "drift",
      severity: "note",
      environment,
      title: key,
      cause: "c",
      evidence: 1,
    } as const;
    return await store.transaction((tx) => raiseAlert(tx, project.ports, alert));
  };
  await raise("a", "production");
  const seen = await raise("b", "staging");
  live.wake();
  const data = { sequence: 2, type: "alert.opened", id: seen?.id, flag: null, environment: "staging" };
  expect(await stream.next()).toMatchObject({ event: "notice", data });
  for (const key of ["c", "d", "e", "f"]) await raise(key, "staging");
  live.wake();
  expect((await stream.next()).event).toBe("missed");
  live.close();
  await stream.ended;
  pages.close();
});

test("ends soon after its token was revoked", async () => {
  const { id, secret } = await drawKey(undefined);
  const stream = await follow(secret);
  expect((await server.operate("revokeKey", { key: id })).status).toBe(200);
  const revokedAt = performance.now();
  await stream.ended;
  expect(performance.now() - revokedAt).toBeLessThan(LIVE_LIMITS.lookMs + 5_000);
}, 20_000);

test("is not for server keys, nor for tokens of another project", async () => {
  const status = async (token: string) => (await server.call("GET", "/api/v1/projects/default/live", { token })).status;
  expect(await status(TOKENS.server)).toBe(403);
  await server.operate("createProject", {}, { body: { key: "other", name: "Other" } });
  const foreign = (await server.operate("createKey", { project: "other" }, { body: { kind: "admin", name: "x" } })).json;
  expect(await status((foreign as { secret: string }).secret)).toBe(404);
});
