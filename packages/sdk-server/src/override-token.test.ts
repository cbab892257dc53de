/** Finding the override token of a request, whatever the request looks like. */

import { createServer, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { LIMITS } from "@dimmer/evaluation";
import { OVERRIDES_PARAMETER } from "@dimmer/protocol";
import { expect, test } from "vitest";
import { overrideTokenOf, type CarriedToken, type RequestLike } from "./override-token.ts";

const NAME = OVERRIDES_PARAMETER;
const HOST = "https://app.example.com";
const web = (path: string, headers: Record<string, string> = {}) => ({ url: HOST + path, headers: new Headers(headers) });

/** What Node makes of the same request. */
async function node(path: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const server = createServer((_request, response) => void response.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const asked = once(server, "request") as Promise<[IncomingMessage]>;
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers });
  server.close();
  return (await asked)[0];
}

test.each<[string, string, Record<string, string>, CarriedToken | undefined]>([
  ["a header", "/", { [NAME]: "a.b.c" }, { token: "a.b.c", from: "header" }],
  ["a link", `/page?x=1&${NAME}=a.b.c#top`, {}, { token: "a.b.c", from: "link" }],
  ["a cookie among others", "/", { cookie: `a=1; ${NAME}=a.b.c; b=2` }, { token: "a.b.c", from: "cookie" }],
  ["a quoted cookie", "/", { cookie: `${NAME}="a.b.c"` }, { token: "a.b.c", from: "cookie" }],
  ["a header before a link", `/?${NAME}=link`, { [NAME]: "head" }, { token: "head", from: "header" }],
  ["a link before a cookie", `/?${NAME}=link`, { cookie: `${NAME}=old` }, { token: "link", from: "link" }],
  ["an empty link and a cookie", `/?${NAME}=`, { cookie: `${NAME}=old` }, { token: "old", from: "cookie" }],
  ["nothing", "/?other=1", { cookie: "other=1" }, undefined],
  ["a cookie of another name", "/", { cookie: `x-${NAME}=a; ${NAME}-x=b` }, undefined],
  ["one that is too long", "/", { [NAME]: "x".repeat(LIMITS.tokenChars + 1) }, undefined],
])("%s", async (_name, path, headers, expected) => {
  expect(overrideTokenOf(web(path, headers))).toEqual(expected);
  expect(overrideTokenOf(await node(path, headers))).toEqual(expected);
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["text", "request"],
  ["no headers", { url: "/" }],
  ["an address that is none", { url: `http://[${NAME}`, headers: {} }],
  ["an address that is no text", { url: 5, headers: {} }],
  ["an address without end", { url: `/?${NAME}=a&${"x".repeat(70_000)}`, headers: {} }],
  ["cookies without end", { url: "/", headers: { cookie: `${NAME}=a;${"x".repeat(70_000)}` } }],
  [
    "headers that throw",
    {
      url: "/",
      headers: {
        get: () => {
          throw new Error("no");
        },
      },
    },
  ],
  ["headers of numbers", { url: "/", headers: { [NAME]: 5, cookie: 7 } }],
])("never throws, and finds nothing in %s", (_name, request) => {
  expect(overrideTokenOf(request as RequestLike)).toBeUndefined();
});

test("of a header that came twice the first counts", () => {
  expect(overrideTokenOf({ url: "/", headers: { [NAME]: ["a", "b"] } })?.token).toBe("a");
});
