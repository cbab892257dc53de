/** Webhooks that ask for alerts, on the real store and a real receiver. */

import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deriveKeys } from "../access/derive-keys.ts";
import { seededBytes } from "../access/sample-ports.contract.ts";
import { raiseAlert } from "../alerts/raise-alert.ts";
import { settleAlert } from "../alerts/settle-alert.ts";
import { ANYONE, create, openTestProject, PROJECT, SUMMARIZER, type TestProject } from "../flags/sample-project.contract.ts";
import { deliverTest } from "./deliver.ts";
import { type Dispatcher, openDispatcher } from "./dispatcher.ts";
import { openReceiver, type ReceivedMessage, type Receiver, signatureOf as sign } from "./receiver.contract.ts";
import type { SlackMessage } from "./slack-message.ts";
import { createWebhook, type WebhookOrder, type WebhookPorts } from "./webhooks.ts";

let project: TestProject;
let now: number;
let ports: WebhookPorts;
let dispatcher: Dispatcher;
let receiver: Receiver;
let received: ReceivedMessage[];
let respond: (response: ServerResponse) => void;

beforeEach(async () => {
  now = Date.parse("2026-11-27T12:00:00Z");
  received = [];
  project = await openTestProject();
  const outbound = { resolve: async () => ["127.0.0.1"], allowPrivate: true, purpose: "webhook" } as const;
  const { sealing } = deriveKeys("a secret key of at least thirty-two bytes, for tests only");
  ports = { ...project.ports, clock: () => now, random: seededBytes(5), sealing, outbound };
  respond = (response) => void response.writeHead(204).end();
  receiver = await openReceiver((response, message) => {
    received.push(message);
    respond(response);
  });
  dispatcher = open();
});
afterEach(async () => {
  await dispatcher.close();
  await receiver.close();
  await ports.store.close();
});

function open(): Dispatcher {
  const onFailure = (error: unknown) => {
    throw error;
  };
  return openDispatcher({ ...ports, publicUrl: () => "https://dimmer.example", setTimer: () => () => {}, onFailure });
}

const make = async (more: Partial<WebhookOrder>) =>
  await createWebhook(ports, ANYONE, { project: PROJECT, url: receiver.url, ...more });
const hook = async (id: string) => {
  const record = await ports.store.getWebhook(PROJECT, id);
  if (record === null) throw new Error(`no webhook ${id}`);
  return record;
};
const cursor = async (id: string) => (await hook(id)).cursor;
const deliveries = async (id: string) => await ports.store.listDeliveries(PROJECT, id);

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

  test("[notices-in-order] hears of them beside the changes, in the order in which they were, signed, under one id; others hear none", async () => {
    const { record, secret } = await make({ events: ["changes", "alerts"] });
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
    const { record } = await make({ events: ["alerts"] });
    const { record: other } = await make({ events: ["rollouts"] });
    await project.apply([create("summarizer", SUMMARIZER)]);
    await raise("after");
    await expect.poll(async () => (await hook(record.id)).noticeCursor).toBe(2);
    expect(types()).toEqual(["alert.opened"]);
    expect(await deliveries(other.id)).toEqual([]);
  });

  test("says it as Slack takes it: what, why, where, and what may help; nobody's text is a link", async () => {
    const { record } = await make({ events: ["alerts", "changes"], format: "slack" });
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
