/**
 * The limits: ready bytes from Node's own HTTP server; one flag as JSON through Fastify with schemas for what comes and goes;
 * all flags decided by the evaluation bench's limit and made JSON for each request.
 */

import { createServer } from "node:http";
import fastify from "fastify";
import { compileFlags, writeConfig } from "../../evaluation/contestants/limit.mjs";
import { makeFlags } from "../../evaluation/workload.mjs";
import { changedFlag } from "../../measure/dimmer-server.mjs";
import { openWindow } from "../../measure/process-window.mjs";
import { playRole } from "../../measure/role.mjs";

const window = openWindow();
const FLAG = changedFlag(0);
const METADATA = { flagSetId: "default/production", version: "1", valueVersion: 1 };

playRole({
  /** `snapshot` is the other contestant's body with its headers, so that the same bytes travel. */
  async start({ snapshot, flags }) {
    const deciders = compileFlags(JSON.parse(writeConfig(makeFlags(flags))));
    const bare = await listen(openBare(Buffer.from(snapshot.body, "base64"), snapshot.headers, deciders));
    const app = openFastify(deciders.get(FLAG));
    await app.listen({ port: 0, host: "127.0.0.1" });
    const ask = { method: "POST", headers: { "content-type": "application/json" }, contextIn: "body" };
    return {
      port: bare,
      requests: {
        "snapshot, gzip": { method: "GET", path: "/snapshot", headers: {} },
        "snapshot, 304": { method: "GET", path: "/snapshot", headers: {}, isConditional: true },
        "one flag": { ...ask, port: app.server.address().port, path: "/flags/one" },
        "all flags": { ...ask, path: "/flags" },
      },
    };
  },
  stop: () => true,
  windowStart: () => window.start(),
  windowEnd: () => window.end(),
});

function openBare(bytes, headers, deciders) {
  const { etag } = headers;
  return createServer((request, response) => {
    if (request.url === "/flags") answerAll(request, response, deciders);
    else if (request.headers["if-none-match"] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { ...headers, "content-length": bytes.length }).end(bytes);
  });
}

function answerAll(request, response, deciders) {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { context } = JSON.parse(Buffer.concat(chunks).toString());
    const flags = [];
    for (const [key, decide] of deciders) flags.push(answer(key, decide(context)));
    const body = Buffer.from(JSON.stringify({ flags, metadata: METADATA }));
    response.writeHead(200, { "content-type": "application/json; charset=utf-8", "content-length": body.length }).end(body);
  });
}

const answer = (key, value) => ({ key, reason: "SPLIT", variant: "v0", value, metadata: METADATA });

function openFastify(decide) {
  const app = fastify({ logger: false });
  const text = { type: "string" };
  app.post("/flags/one", {
    schema: {
      body: {
        type: "object",
        required: ["context"],
        properties: { context: { type: "object", required: ["targetingKey"], properties: { targetingKey: text } } },
      },
      response: {
        200: {
          type: "object",
          properties: { key: text, reason: text, variant: text, value: VALUE, metadata: METADATA_SCHEMA },
        },
      },
    },
    handler: async (request) => answer(FLAG, decide(request.body.context)),
  });
  return app;
}

const VALUE = {
  type: "object",
  properties: {
    model: { type: "string" },
    temperature: { type: "number" },
    maxTokens: { type: "integer" },
    system: { type: "string" },
    tools: { type: "array", items: { type: "string" } },
    safety: {
      type: "object",
      properties: { block: { type: "array", items: { type: "string" } }, threshold: { type: "number" } },
    },
  },
};
const METADATA_SCHEMA = {
  type: "object",
  properties: { flagSetId: { type: "string" }, version: { type: "string" }, valueVersion: { type: "integer" } },
};

const listen = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
