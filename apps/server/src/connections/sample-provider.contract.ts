/** A shop with the real store, and a provider of models of the test's own that behaves in every way. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ConnectionRequest, ModelAnswer } from "@dimmer/protocol";
import { EVERYWHERE, openTestPorts } from "../access/sample-ports.contract.ts";
import { listAudit } from "../audit/list-audit.ts";
import { initialiseInstallation } from "../environments/installation.ts";
import type { ConnectionDayRecord, ConnectionRecord } from "../storage/connection-record.ts";
import { type ConnectionPorts, createConnection, dayOf } from "./connections.ts";
import { testConnection } from "./test-connection.ts";

export const PLACE = { project: "shop", environment: "production" };
export const SECRET = "sk-test-0123456789abcdef";

export interface TestProvider {
  readonly url: string;
  readonly ports: ConnectionPorts;
  readonly order: ConnectionRequest;
  /** What it was asked, oldest first. */
  readonly asked: {
    readonly path: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: Record<string, unknown>;
  }[];
  now: number;
  respond: (response: ServerResponse) => void;
  make(more?: Partial<ConnectionRequest>): Promise<ConnectionRecord>;
  ask(connection: ConnectionRecord, model?: string, signal?: AbortSignal): Promise<ModelAnswer>;
  today(connection: ConnectionRecord): Promise<ConnectionDayRecord | null>;
  /** Newest first. */
  audit(): ReturnType<typeof listAudit>;
  close(): Promise<void>;
}

export async function openTestProvider(): Promise<TestProvider> {
  const installation = await openTestPorts();
  await initialiseInstallation(installation, {
    project: { key: PLACE.project, name: "Shop" },
    environment: { key: PLACE.environment, name: "Production", production: true },
  });
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      shop.asked.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(body) as Record<string, unknown> });
      shop.respond(response);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const outbound = { resolve: async () => ["127.0.0.1"], allowPrivate: true, purpose: "connection" } as const;
  const ports: ConnectionPorts = { ...installation, clock: () => shop.now, outbound };
  const order: ConnectionRequest = { name: "OpenAI", provider: "openai", baseUrl: `${url}/v1`, secret: SECRET };
  const shop: TestProvider = {
    url,
    ports,
    order,
    asked: [],
    now: Date.parse("2026-11-27T12:00:00Z"),
    respond: answer({}),
    make: (more = {}) => createConnection(ports, EVERYWHERE, PLACE, { ...order, ...more }),
    ask: ({ id }, model = "gpt-4o-mini", signal = new AbortController().signal) =>
      testConnection(ports, EVERYWHERE, { ...PLACE, connection: id, model }, signal),
    today: ({ id }) => ports.store.getConnectionDay(id, dayOf(shop.now)),
    audit: () => listAudit(ports.store, "project/shop", { limit: 50 }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await ports.store.close();
    },
  };
  return shop;
}

const USAGE = { prompt_tokens: 1_000, completion_tokens: 100 };

/** A whole answer of chat completions, or another in its place. */
export const answer =
  (more: object, status = 200) =>
  (response: ServerResponse): void => {
    const choices = [{ message: { role: "assistant", content: "ok" }, finish_reason: "stop" }];
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ model: "gpt-4o-mini", choices, usage: USAGE, ...more }));
  };
