/** The limit: Fastify that checks the same events by a JSON Schema, puts them into a queue that is emptied, and says how many. */

import fastify from "fastify";
import { openWindow } from "../../measure/process-window.mjs";
import { playRole } from "../../measure/role.mjs";

const DRAIN_MS = 100;
const window = openWindow();

playRole({
  async start() {
    const app = fastify({ logger: false, bodyLimit: 1_048_576 });
    let queue = [];
    setInterval(() => (queue = []), DRAIN_MS).unref();
    app.post("/events", { schema: { body: BODY, response: { 200: ANSWER } } }, async ({ body: { events } }) => {
      queue.push(...events);
      return { accepted: events.length, dropped: 0, issues: [] };
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    return { port: app.server.address().port, path: "/events", headers: { "content-type": "application/json" } };
  },
  stop: () => true,
  windowStart: () => window.start(),
  windowEnd: () => window.end(),
  outcomes: () => ({}),
});

const text = { type: "string", minLength: 1, maxLength: 256 };
const count = { type: "integer", minimum: 0, maximum: 100_000_000 };
const duration = { type: "number", minimum: 0, maximum: 86_400_000 };
const EVENT = {
  type: "object",
  additionalProperties: false,
  required: ["kind", "id", "at", "operation", "attempt", "durationMs"],
  properties: {
    kind: { const: "generation" },
    id: { type: "string", pattern: "^[0-9A-Za-z_-]{16,64}$" },
    at: { type: "number" },
    run: text,
    targetingKey: text,
    served: {
      type: "object",
      additionalProperties: false,
      required: ["flag", "variant"],
      properties: { flag: text, variant: text, valueVersion: count, path: text, reason: text },
    },
    operation: text,
    attempt: { type: "integer", minimum: 1, maximum: 100 },
    provider: text,
    requestModel: text,
    responseModel: text,
    stream: { const: true },
    durationMs: duration,
    timeToFirstChunkMs: duration,
    inputTokens: count,
    outputTokens: count,
    finishReasons: { type: "array", maxItems: 8, items: text },
  },
};
const BODY = {
  type: "object",
  additionalProperties: false,
  required: ["events"],
  properties: { events: { type: "array", minItems: 1, maxItems: 500, items: EVENT } },
};
const ANSWER = {
  type: "object",
  properties: { accepted: count, dropped: count, issues: { type: "array", items: { type: "object" } } },
};
