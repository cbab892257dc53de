/** Webhooks and alerts from the command line, against a real server and a real receiver. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { AlertView, WebhookView } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;
let receiver: Server;
let bodies: string[];
let status: number;

describe("webhooks", () => {
  beforeEach(async () => {
    [bodies, status] = [[], 204];
    receiver = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        bodies.push(body);
        response.writeHead(status).end();
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => receiver.once("listening", resolve));
    demo = await openDemoServer({ webhookAllowPrivate: true });
  });
  afterEach(async () => {
    await demo.close();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  test("a draft is told at once, although it moves no version", async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    await demo.check(`webhooks create ${url}`, EXIT.ok);
    const operations = [{ kind: "draft-value", flag: "summarizer", variant: "plain", value: { reply: "Later." } }];
    const response = await fetch(`${demo.server.url}/api/v1/projects/demo/changes`, {
      method: "POST",
      headers: { authorization: `Bearer ${demo.keys.admin}`, "content-type": "application/json" },
      body: JSON.stringify({ operations }),
    });
    expect(response.status).toBe(200);
    // Far sooner than the dispatcher looks by itself, which is every 30 s.
    await expect.poll(() => bodies.length, { timeout: 5_000 }).toBe(1);
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ data: { operations: ["draft-value"], versions: {} } });
  });

  test("create, a change, list, show, test, redeliver, rotate, remove", async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    await demo.check("webhooks list", EXIT.ok, { stdout: "There are none." });
    const { stdout } = await demo.check(`webhooks create ${url}`, EXIT.ok, { stderr: "Try it with: dimmer webhooks test" });
    expect(stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/u);
    await demo.check("kill summarizer", EXIT.ok);
    await expect.poll(() => bodies.length).toBe(1);
    expect(bodies[0]).toContain('"summary":["Killed summarizer in production."]');
    const [webhook] = await demo.jsonOf<WebhookView[]>("webhooks list");
    const id = webhook?.id ?? "";
    await demo.check("webhooks list", EXIT.ok, { stdout: url });
    await expect.poll(async () => (await demo.run(["webhooks", "show", id])).stdout).toContain("delivered (204)");
    await demo.check(`webhooks test ${id}`, EXIT.ok, { stdout: "test delivered (204)" });
    const shown = await demo.run(["webhooks", "show", id]);
    const delivery = /msg_change_\w+/u.exec(shown.stdout)?.[0] ?? "";
    await demo.check(`webhooks redeliver ${id} ${delivery}`, EXIT.ok, { stdout: "delivered (204), 2 tries" });
    status = 500;
    await demo.check(`webhooks test ${id}`, EXIT.failed, { stdout: "test failed (500)" });
    await demo.check(`webhooks rotate ${id}`, EXIT.usage, { stderr: "Make a new secret" });
    await demo.check(`webhooks rotate ${id} --yes`, EXIT.ok, { stdout: "whsec_" });
    await demo.check(`webhooks remove ${id}`, EXIT.usage, { stderr: "Remove webhook_" });
    await demo.check(`webhooks remove ${id} --yes`, EXIT.ok, { stdout: `Removed ${id}.` });
    await demo.check(`webhooks show ${id}`, EXIT.notFound);
  });

  test("a model that retires is an alert, told as Slack takes it, shown with what may help, taken and resolved", async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    await demo.check(`webhooks create ${url} --events alert`, EXIT.usage, { stderr: "Did you mean alerts" });
    await demo.check(`webhooks create ${url} --events alerts --format slack`, EXIT.ok);
    await demo.check("alerts list", EXIT.ok, { stdout: "There are none." });
    await demo.check("retirements set anthropic claude-sonnet-4-6 soon", EXIT.usage, { stderr: "2027-01-01" });
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    await demo.check(`retirements set anthropic claude-sonnet-4-6 ${day}`, EXIT.ok, { stdout: `retires on ${day}` });
    await demo.check("retirements list", EXIT.ok, { stdout: day });
    const alerts = async () => await demo.jsonOf<AlertView[]>("alerts list --severity page --kind model-retirement");
    await expect.poll(alerts).toMatchObject([{ title: `claude-sonnet-4-6 retires on ${day}, in 3 days` }]);
    const id = (await alerts())[0]?.id ?? "";
    await expect.poll(() => bodies.length).toBe(1);
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ text: `Act now: claude-sonnet-4-6 retires on ${day}, in 3 days` });
    expect(bodies[0]).toContain(`<${demo.server.url}/projects/demo/alerts/${id}|Open the alert>`);
    await demo.check("alerts list", EXIT.ok, { stdout: "page" });
    await demo.check(`alerts show ${id}`, EXIT.ok, { stdout: "See where claude-sonnet-4-6 is used:" });
    await demo.check(`alerts ack ${id} --note moving`, EXIT.ok, { stdout: "taken by" });
    await demo.check("retirements remove anthropic claude-sonnet-4-6", EXIT.ok, { stdout: "Forgot" });
    await demo.check("retirements list", EXIT.ok, { stdout: "Nothing is written down." });
    await expect.poll(async () => (await demo.jsonOf<AlertView>(`alerts show ${id}`)).state).toBe("resolved");
    await demo.check(`alerts show ${id}`, EXIT.ok, { stdout: "resolved by itself" });
    await demo.check(`alerts resolve ${id}`, EXIT.conflict, { stderr: "resolved already" });
    await demo.check("alerts list --state odd", EXIT.usage);
    await demo.check("alerts list --all", EXIT.ok, { stdout: "resolved" });
    await demo.check("spenders --by flag", EXIT.ok, { stdout: "Nobody has spent anything." });
    await demo.check("spenders --by plan", EXIT.usage, { stderr: "nothing to spend by" });
  });
});
