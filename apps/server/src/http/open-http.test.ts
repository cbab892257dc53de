/** The bare edge: deny by default, our own bugs, request ids. */

import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import type { FastifyContextConfig } from "fastify";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ProblemError } from "@dimmer/protocol";
import { openHttp, type HttpApp } from "./open-http.ts";
import { openRaw } from "./raw-reply.ts";
import { WITHOUT_PEOPLE } from "../testing/without-people.contract.ts";

let app: HttpApp;
let lines: string[];
beforeEach(() => {
  lines = [];
  const logger = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  app = openHttp({
    logger,
    authenticate: async () => null,
    createRequestId: () => "drawn",
    browserOrigins: [],
    ...WITHOUT_PEOPLE,
  });
});
afterEach(() => app.close());

const config = { access: "public" } as const;

test.each<[string, FastifyContextConfig | undefined]>([
  ["declares no access", undefined],
  ["declares no right", { access: "management" }],
  ["declares a right that nobody checks", { access: "public", right: "read" }],
])("a route that %s cannot be added", (why, declared) => {
  expect(() => app.get("/open-by-accident", { config: declared as never }, async () => "x")).toThrow(
    `GET /open-by-accident ${why}.`,
  );
});

describe("what breaks on our side", () => {
  const broken = { code: "internal", status: 500, requestId: "drawn", detail: expect.stringContaining("not yours") };

  test.each<[string, (server: HttpApp) => void]>([
    [
      "a bug",
      (server) => server.get("/broken", { config }, async () => Promise.reject(new TypeError("canary: x is not a function"))),
    ],
    ["something thrown that is no error", (server) => server.get("/broken", { config }, async () => Promise.reject("canary"))],
    [
      "an answer that breaks its schema",
      (server) =>
        server.get(
          "/broken",
          { config, schema: { response: { 200: z.object({ n: z.number() }) } } },
          async () => ({ n: "canary" }) as never,
        ),
    ],
    [
      "an error that claims a status of its own",
      (server) =>
        server.get("/broken", { config }, async () => Promise.reject(Object.assign(new Error("canary"), { statusCode: 500 }))),
    ],
  ])("%s is a 500 without a word of it, and is in the log under the same id", async (_what, addRoute) => {
    addRoute(app);
    const answer = await app.inject({ method: "GET", url: "/broken" });
    expect(answer.json()).toMatchObject(broken);
    expect(answer.body).not.toMatch(/canary|TypeError|\bat /u);
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(({ msg }) => msg === "request failed");
    expect(logged).toMatchObject({ level: 50, requestId: "drawn" });
  });
});

describe("a refusal", () => {
  test("says when to come back", async () => {
    app.get("/down", { config }, async () => Promise.reject(new ProblemError("store-unavailable", "The disk is full.")));
    const answer = await app.inject({ method: "GET", url: "/down" });
    expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "1"]);
  });

  test("of a schema names the place by JSON Pointer", async () => {
    app.post(
      "/typed",
      { config, schema: { body: z.strictObject({ list: z.array(z.strictObject({ n: z.number() })) }) } },
      async () => "ok",
    );
    const answer = await app.inject({ method: "POST", url: "/typed", payload: { list: [{ n: 1 }, { n: "canary" }] } });
    expect(answer.json()).toMatchObject({
      code: "invalid-request",
      issues: [{ path: "/list/1/n", code: "invalid-body", severity: "error" }],
    });
    expect(answer.body).not.toContain("canary");
  });
});

test("a close does not wait for whoever keeps a connection whose last answer had begun before", async () => {
  let end = () => {};
  app.get("/slow", { config }, async (_request, reply) => {
    const raw = openRaw(reply, { status: 200, headers: { "Content-Length": 2 } });
    raw.write("ok");
    end = () => void raw.end();
    return reply;
  });
  const agent = new Agent({ keepAlive: true });
  const asked = get({ port: portOf(await app.listen({ port: 0, host: "127.0.0.1" })), path: "/slow", agent });
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  await once(answer.resume(), "end");
  const closed = app.close();
  await expect.poll(() => app.server.listening).toBe(false);
  end();
  await closed;
  agent.destroy();
});

const portOf = (url: string): string => new URL(url).port;

test.each([
  ["a-caller.s_id-1", "a-caller.s_id-1"],
  ['forged"} {"level":60', "drawn"],
  ["x".repeat(65), "drawn"],
  ["", "drawn"],
])("the request id %j becomes %j", async (sent, kept) => {
  app.get("/id", { config }, async () => "ok");
  const answer = await app.inject({ method: "GET", url: "/id", headers: { "x-request-id": sent } });
  expect(answer.headers["x-request-id"]).toBe(kept);
});
