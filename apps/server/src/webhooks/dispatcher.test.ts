/** Webhooks on the real store and real receivers, with a clock and timers that the test moves. */

import { createHmac } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChangeMessage } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { deriveKeys } from "../access/derive-keys.ts";
import { seededBytes } from "../access/sample-ports.contract.ts";
import { raiseAlert } from "../alerts/raise-alert.ts";
import { settleAlert } from "../alerts/settle-alert.ts";
import { listAudit } from "../audit/list-audit.ts";
import {
  ANYONE,
  create,
  openTestProject,
  P,
  PROJECT,
  SUMMARIZER,
  SWITCH,
  type TestProject,
} from "../flags/sample-project.contract.ts";
import { deliverTest, redeliver } from "./deliver.ts";
import { type Dispatcher, openDispatcher } from "./dispatcher.ts";
import { ofChange } from "./next-message.ts";
import type { SlackMessage } from "./slack-message.ts";
import { createWebhook, rotateSecret, WEBHOOK_LIMITS, type WebhookOrder, type WebhookPorts } from "./webhooks.ts";

interface Message {
  readonly id: string;
  readonly at: number;
  readonly signatures: readonly string[];
  readonly body: string;
}

const START = Date.parse("2026-11-27T12:00:00Z");
const HOUR = 3_600_000;
let project: TestProject;
let now: number;
let ports: WebhookPorts;
let dispatcher: Dispatcher;
let timers: { readonly ms: number; readonly fire: () => void }[];
let failures: unknown[];
let receiver: Server;
let received: Message[];
let respond: (response: ServerResponse, message: Message) => void;
let url: string;

beforeEach(async () => {
  now = START;
  [timers, failures, received] = [[], [], []];
  project = await openTestProject();
  const random = seededBytes(5);
  const outbound = { resolve: async () => ["127.0.0.1"], allowPrivate: true, purpose: "webhook" } as const;
  const { sealing } = deriveKeys("a secret key of at least thirty-two bytes, for tests only");
  ports = { ...project.ports, clock: () => now, random, sealing, outbound };
  respond = (response) => void response.writeHead(204).end();
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { headers } = request;
      const signatures = String(headers["webhook-signature"]).split(" ");
      const message = { id: String(headers["webhook-id"]), at: Number(headers["webhook-timestamp"]), signatures, body };
      received.push(message);
      respond(response, message);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => receiver.once("listening", resolve));
  url = `http://receiver.example:${(receiver.address() as AddressInfo).port}/hook?token=of-the-receiver`;
  dispatcher = open();
});
afterEach(async () => {
  await dispatcher.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await ports.store.close();
});

function open(): Dispatcher {
  const setTimer = (ms: number, fire: () => void) => {
    timers.push({ ms, fire });
    return () => {};
  };
  return openDispatcher({
    ...ports,
    publicUrl: () => "https://dimmer.example",
    setTimer,
    onFailure: (error) => failures.push(error),
  });
}

const make = async (to = url, more: Partial<WebhookOrder> = {}) =>
  await createWebhook(ports, ANYONE, { project: PROJECT, url: to, ...more });
const hook = async (id: string) => {
  const record = await ports.store.getWebhook(PROJECT, id);
  if (record === null) throw new Error(`no webhook ${id}`);
  return record;
};
const cursor = async (id: string) => (await hook(id)).cursor;
const deliveries = async (id: string) => await ports.store.listDeliveries(PROJECT, id);
const ramp = async (percent: number) => {
  const result = await project.apply([{ kind: "ramp", ...P, rule: "default", variant: "opus", percent }]);
  dispatcher.wake();
  return result.change?.id ?? "";
};
const sign = (secret: string, { id, at, body }: Message) =>
  `v1,${createHmac("sha256", Buffer.from(secret.replace("whsec_", ""), "base64"))
    .update(`${id}.${at}.${body}`)
    .digest("base64")}`;
const actions = async () =>
  (await listAudit(ports.store, `project/${PROJECT}`, { limit: 50, before: null })).map(({ action }) => action).reverse();

describe("a webhook", () => {
  test("[webhook] hears of every change, in order, signed, and of no value", async () => {
    const { record, secret } = await make();
    await project.apply([create("summarizer", SUMMARIZER)], { reason: "first" });
    const ids = [await ramp(10), await ramp(20), await ramp(30)];
    await expect.poll(() => cursor(record.id)).toBe(4);
    expect(received.map(({ body }) => (JSON.parse(body) as ChangeMessage).data.sequence)).toEqual([1, 2, 3, 4]);
    const [first, second] = received;
    expect(second?.id).toBe(`msg_${ids[0]}_${record.id}`);
    for (const message of received) expect(message.signatures).toEqual([sign(secret, message)]);
    expect(second?.at).toBe(START / 1_000);
    expect(JSON.parse(first?.body ?? "")).toMatchObject({
      type: "change.applied",
      data: {
        project: PROJECT,
        reason: "first",
        actor: ANYONE.actor,
        flags: ["summarizer"],
        environments: ["production", "staging"],
        operations: ["create-flag"],
        versions: { production: 1, staging: 1 },
        path: expect.stringContaining("/changes/change_"),
      },
    });
    for (const { body } of received) expect(body).not.toMatch(/claude|Summarise|whsec_/u);
    expect(await deliveries(record.id)).toMatchObject([
      { change: ids[2], state: "delivered", attempts: 1, status: 204 },
      {},
      {},
      {},
    ]);
    expect(failures).toEqual([]);
  });

  test("what it missed while the server was down it hears at the next start", async () => {
    const { record } = await make();
    await dispatcher.close();
    await project.apply([create("summarizer", SUMMARIZER)]);
    dispatcher = open();
    dispatcher.wake();
    await expect.poll(() => cursor(record.id)).toBe(1);
  });

  test("a secret is rotated with a day in which both sign", async () => {
    const { record, secret } = await make();
    const { secret: fresh } = await rotateSecret(ports, ANYONE, { project: PROJECT, id: record.id });
    await project.apply([create("summarizer", SUMMARIZER)]);
    await ramp(10);
    await expect.poll(() => cursor(record.id)).toBe(2);
    now += WEBHOOK_LIMITS.overlapMs;
    await ramp(20);
    await expect.poll(() => cursor(record.id)).toBe(3);
    const [both, , single] = received;
    if (both === undefined || single === undefined) throw new Error("three messages");
    expect(both.signatures).toEqual([sign(fresh, both), sign(secret, both)]);
    expect(single.signatures).toEqual([sign(fresh, single)]);
    const stored = JSON.stringify([
      await hook(record.id),
      await listAudit(ports.store, `project/${PROJECT}`, { limit: 9, before: null }),
    ]);
    for (const text of [secret, fresh]) expect(stored).not.toContain(text.slice(6));
    expect(await actions()).toEqual(["webhook.create", "webhook.rotate", "change.apply", "change.apply", "change.apply"]);
    // The rest of the address may be a secret of the receiver's.
    expect(stored.split('"url"')[1]?.split("}")[1]).not.toContain("of-the-receiver");
  });
});

describe("a webhook that asks for alerts", () => {
  const ALERT = {
    project: PROJECT,
    key: "leak",
    kind: "tier-leak",
    severity: "page",
    flag: "summarizer",
    variant: "opus",
    environment: "production",
    title: "opus for <free>",
    cause: "Somebody & others.",
    evidence: { secret: "evidence" },
    action: { kind: "page", label: "Look at it", path: "/projects/shop/x" },
  } as const;
  const raise = async (key: string = ALERT.key) => {
    await ports.store.transaction((tx) => raiseAlert(tx, project.ports, { ...ALERT, key }));
    dispatcher.wake();
  };
  const types = () => received.map(({ body }) => (JSON.parse(body) as { type: string }).type);

  test("hears of them beside the changes, in the order in which they were, signed, under one id; others hear none", async () => {
    const { record, secret } = await make(url, { events: ["changes", "alerts"] });
    await dispatcher.close();
    await raise();
    await project.apply([create("summarizer", SUMMARIZER)]);
    await ports.store.transaction((tx) => settleAlert(tx, project.ports, ALERT));
    dispatcher = open();
    respond = (response) => void response.writeHead(received.length === 1 ? 500 : 204).end();
    dispatcher.wake();
    await expect.poll(async () => (await hook(record.id)).attempts).toBe(1);
    now = (await hook(record.id)).nextAt;
    dispatcher.wake();
    await expect.poll(async () => [await cursor(record.id), (await hook(record.id)).noticeCursor]).toEqual([1, 2]);
    expect(types()).toEqual(["alert.opened", "alert.opened", "change.applied", "alert.resolved"]);
    for (const message of received) expect(message.signatures).toEqual([sign(secret, message)]);
    expect(received[0]?.id).toBe(received[1]?.id);
    expect(new Set(received.map(({ id }) => id)).size).toBe(3);
    for (const { body } of received) expect(body).not.toContain("evidence");
    const tries = (await deliveries(record.id)).map(({ notice, attempts }) => [notice, attempts]);
    expect(tries).toEqual(
      expect.arrayContaining([
        [1, 2],
        [null, 1],
        [2, 1],
      ]),
    );
  });

  test("begins with what comes after it was made, and one that asks for none hears none", async () => {
    await raise("before");
    const { record } = await make(url, { events: ["alerts"] });
    const { record: other } = await make(url, { events: ["rollouts"] });
    await project.apply([create("summarizer", SUMMARIZER)]);
    await raise("after");
    await expect.poll(async () => (await hook(record.id)).noticeCursor).toBe(2);
    expect(types()).toEqual(["alert.opened"]);
    expect(await deliveries(other.id)).toEqual([]);
  });

  test("says it as Slack takes it: what, why, where, and what may help; nobody's text is a link", async () => {
    const { record } = await make(url, { events: ["alerts", "changes"], format: "slack" });
    await raise();
    await project.apply([create("summarizer", SUMMARIZER)], { reason: "<!channel> why" });
    await expect.poll(() => cursor(record.id)).toBe(1);
    await deliverTest(dispatcher.ports, ANYONE.actor, await hook(record.id), "msg_test_1");
    const sent = received.map(({ body }) => JSON.parse(body) as SlackMessage);
    const change = sent.find(({ text }) => text.includes("summarizer"));
    const alert = sent.find(({ text }) => text.includes("Act now"));
    expect(alert).toMatchObject({
      text: "Act now: opus for &lt;free&gt;",
      blocks: [
        { type: "header", text: { type: "plain_text", text: "Act now: opus for <free>" } },
        { type: "section", text: { type: "mrkdwn", text: "Somebody &amp; others." } },
        { type: "section", text: { text: "*What may help:* <https://dimmer.example/projects/shop/x|Look at it>" } },
        {
          type: "context",
          elements: [{ text: expect.stringContaining("/flags/summarizer|summarizer:opus> · production · <https") }],
        },
      ],
    });
    expect(JSON.stringify(change)).toContain("_&lt;!channel&gt; why_");
    expect(sent.at(-1)?.text).toBe("Dimmer can post here");
  });
});

describe("a receiver that fails", () => {
  test("is tried again with the same id, at growing pauses, in order, and is disabled after a day", async () => {
    const { record } = await make();
    respond = (response) => void response.writeHead(500).end();
    await project.apply([create("summarizer", SUMMARIZER)]);
    await ramp(10);
    const pauses: number[] = [];
    for (let tries = 1; (await hook(record.id)).state !== "disabled" && tries < 30; tries++) {
      await expect.poll(async () => (await hook(record.id)).attempts).toBe(tries);
      const { nextAt, state } = await hook(record.id);
      if (state === "disabled") break;
      pauses.push(nextAt - now);
      now = nextAt;
      dispatcher.wake();
    }
    for (const [index, seconds] of [5, 15, 45, 135, 405].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(seconds * 1_000);
      expect(pauses[index]).toBeLessThanOrEqual(seconds * 1_100);
    }
    expect(Math.max(...pauses)).toBeLessThanOrEqual(8.8 * HOUR);
    expect(now - START).toBeGreaterThanOrEqual(24 * HOUR);
    expect(new Set(received.map(({ id }) => id)).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(await deliveries(record.id)).toMatchObject([{ state: "failed", status: 500, attempts: received.length }]);
    expect((await actions()).at(-1)).toBe("webhook.disable");
    // A test that is taken ends it, and then everything that was missed comes, in order.
    respond = (response) => void response.writeHead(200).end();
    const before = received.length;
    expect(await deliverTest(dispatcher.ports, ANYONE.actor, await hook(record.id), "msg_test_1")).toMatchObject({
      state: "delivered",
    });
    dispatcher.wake();
    await expect.poll(() => cursor(record.id)).toBe(2);
    const types = received.slice(before).map(({ body }) => (JSON.parse(body) as { type: string }).type);
    expect(types).toEqual(["webhook.test", "change.applied", "change.applied"]);
    expect((await actions()).at(-1)).toBe("webhook.enable");
  });

  test("holds up neither writes nor another webhook: one hangs, one says 500, one has no name", async () => {
    const hanging: ServerResponse[] = [];
    respond = (response) => void hanging.push(response);
    const { record: hangs } = await make();
    const other = createServer((_request, response) => void response.writeHead(500).end()).listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { record: breaks } = await make(`http://receiver.example:${(other.address() as AddressInfo).port}/`);
    const { record: lost } = await make();
    const lostRecord = { ...(await hook(lost.id)), url: "http://lost.example:8080/" };
    await ports.store.transaction((tx) => tx.putWebhook(lostRecord));
    await dispatcher.close();
    const { resolve } = ports.outbound;
    const nowhere = (host: string) => (host === "lost.example" ? Promise.reject(new Error("ENOTFOUND")) : resolve(host));
    ports = { ...ports, outbound: { resolve: nowhere, allowPrivate: true, purpose: "webhook" } };
    dispatcher = open();
    await project.apply([create("summarizer", SUMMARIZER)]);
    for (let percent = 1; percent <= 20; percent++) await ramp(percent);
    expect(await project.version()).toBe(21);
    await expect.poll(async () => [(await hook(breaks.id)).state, (await hook(lost.id)).state]).toEqual(["failing", "failing"]);
    expect(await deliveries(lost.id)).toMatchObject([
      { state: "retrying", status: null, error: "lost.example cannot be found. Check the name." },
    ]);
    await expect.poll(() => hanging.length).toBe(1);
    expect([await cursor(hangs.id), (await hook(hangs.id)).attempts]).toEqual([0, 0]);
    for (const response of hanging) response.writeHead(204).end();
    respond = (response) => void response.writeHead(204).end();
    await expect.poll(() => cursor(hangs.id), { timeout: 10_000 }).toBe(21);
    expect(received.map(({ body }) => (JSON.parse(body) as ChangeMessage).data.sequence)).toEqual(
      Array.from({ length: 21 }, (_, n) => n + 1),
    );
    await new Promise((resolve) => other.close(resolve));
  });

  test("at most twenty messages are in flight, and none of them is taken for a leak", async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on("warning", warn);
    onTestFinished(() => void process.off("warning", warn));
    const hanging: ServerResponse[] = [];
    respond = (response) => void hanging.push(response);
    await ports.store.transaction((tx) => tx.putProject({ key: "second", name: "Second", createdAt: 0 }));
    for (let n = 0; n < WEBHOOK_LIMITS.webhooks; n++) await make();
    await expect(make()).rejects.toMatchObject({ code: "conflict" });
    for (let n = 0; n < 5; n++) await createWebhook(ports, ANYONE, { project: "second", url });
    const flag = create("switch", { ...SWITCH, environments: {} });
    for (const key of [PROJECT, "second"]) await project.apply([flag], { project: key });
    dispatcher.wake();
    await expect.poll(() => hanging.length).toBe(20);
    const looks = timers.length;
    dispatcher.wake();
    await expect.poll(() => timers.length).toBeGreaterThan(looks);
    expect(hanging).toHaveLength(20);
    respond = (response) => void response.writeHead(204).end();
    for (const response of hanging) response.writeHead(204).end();
    await expect.poll(() => received.length, { timeout: 10_000 }).toBe(25);
    expect(warnings).toEqual([]);
  });

  test("says 410 and hears no more; 3xx is no success", async () => {
    const { record } = await make();
    respond = (response) => void response.writeHead(302, { Location: "http://169.254.169.254/" }).end();
    await project.apply([create("summarizer", SUMMARIZER)]);
    dispatcher.wake();
    await expect.poll(async () => (await hook(record.id)).state).toBe("failing");
    expect(await deliveries(record.id)).toMatchObject([{ status: 302, error: "Redirects are not followed." }]);
    respond = (response) => void response.writeHead(410).end();
    now = (await hook(record.id)).nextAt;
    dispatcher.wake();
    await expect.poll(async () => (await hook(record.id)).state).toBe("disabled");
  });

  test("what was sent can be sent again, under its id; only the last are remembered", async () => {
    const { record } = await make();
    await project.apply([create("summarizer", SUMMARIZER)]);
    for (let percent = 1; percent <= WEBHOOK_LIMITS.deliveries; percent++) await ramp(percent);
    await expect.poll(() => cursor(record.id), { timeout: 20_000 }).toBe(WEBHOOK_LIMITS.deliveries + 1);
    const known = await deliveries(record.id);
    expect(known).toHaveLength(WEBHOOK_LIMITS.deliveries);
    const change = await ports.store.getChange(PROJECT, known[0]?.change ?? "");
    if (change === null) throw new Error("a delivered change is there");
    const again = await redeliver(dispatcher.ports, await hook(record.id), ofChange(record, change), 1);
    expect(again).toMatchObject({ id: known[0]?.id, state: "delivered", attempts: 2 });
    expect(received.at(-1)?.id).toBe(known[0]?.id);
  });
});
