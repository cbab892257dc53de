/** The dashboard's files: one page for its own addresses, and nothing of it for others. */

import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHttp, type HttpApp } from "../http/open-http.ts";
import { WITHOUT_PEOPLE } from "../testing/without-people.contract.ts";
import { dashboardRoutes, openNotFoundPage, PAGES } from "./routes.ts";

let app: HttpApp;
let folder: string;
const SCRIPT = `export const big = "${"x".repeat(5_000)}";`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dimmer-dashboard-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Dimmer</title>");
  await writeFile(join(folder, "assets/index-abc.js"), SCRIPT);
  await writeFile(join(folder, "secret.txt"), "not for the web");
  app = openHttp({
    logger: pino({ level: "silent" }),
    authenticate: async () => null,
    ...WITHOUT_PEOPLE,
    browserOrigins: ["*"],
    createRequestId: () => "request",
    notFoundPage: openNotFoundPage([pathToFileURL(`${folder}/`)]),
  });
  dashboardRoutes(app, [pathToFileURL(join(folder, "elsewhere/")), pathToFileURL(`${folder}/`)]);
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  app.inject({ method: "GET", url, headers: { host: "127.0.0.1", ...headers } });

describe("the page", () => {
  test.each(PAGES.map((path) => path.replace("*", "demo/flags/summarizer")))("is at %s", async (path) => {
    const answer = await get(`${path}?env=production`);
    expect([answer.statusCode, answer.headers["content-type"], answer.body]).toEqual([
      200,
      "text/html; charset=utf-8",
      "<!doctype html><title>Dimmer</title>",
    ]);
  });

  test("lets no script run but its own, and nobody frame it", async () => {
    const policy = String((await get("/")).headers["content-security-policy"]);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/u);
  });

  test("is asked for again, and not sent twice", async () => {
    const first = await get("/");
    expect(first.headers["cache-control"]).toBe("no-cache");
    expect((await get("/", { "if-none-match": String(first.headers.etag) })).statusCode).toBe(304);
  });

  test.each(["/api/v1/nothing", "/nothing", "/sdk/v1/nothing", "/projectsx"])("is not at %s", async (path) => {
    expect((await get(path)).statusCode).toBe(404);
  });

  test.each([
    ["/nothing", "text/html,*/*;q=0.8", "text/html; charset=utf-8"],
    ["/projectsx?x=1", "text/html", "text/html; charset=utf-8"],
    ["/nothing", "application/json", "application/problem+json"],
    ["/nothing", undefined, "application/problem+json"],
    ["/api/v1/nothing", "text/html", "application/problem+json"],
    ["/sdk?x", "text/html", "application/problem+json"],
    ["/ofrep", "text/html", "application/problem+json"],
  ])("says itself that nothing is at %s, to who asks for %s: %s", async (path, accept, type) => {
    const answer = await get(path, accept === undefined ? {} : { accept });
    expect([answer.statusCode, answer.headers["cache-control"]]).toEqual([404, "no-store"]);
    expect(answer.headers["content-type"]).toContain(type);
    expect(answer.headers["content-security-policy"] === undefined).toBe(!type.startsWith("text/html"));
  });

  test("is not sent where something is sent to an address that is none", async () => {
    const answer = await app.inject({ method: "POST", url: "/nothing", headers: { host: "127.0.0.1", accept: "text/html" } });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([
      404,
      expect.stringContaining("application/problem+json"),
    ]);
  });
});

describe("its files", () => {
  test("are kept for good, as their names change with them, and come compressed", async () => {
    const answer = await get("/assets/index-abc.js", { "accept-encoding": "gzip, br" });
    expect(answer.headers).toMatchObject({
      "cache-control": "public, max-age=31536000, immutable",
      "content-encoding": "br",
      "content-type": "text/javascript; charset=utf-8",
    });
    expect(answer.rawPayload.length).toBeLessThan(SCRIPT.length / 10);
    expect((await get("/assets/index-abc.js")).body).toBe(SCRIPT);
  });

  test.each(["/assets/none.js", "/assets/..%2findex.html", "/assets/..%2fsecret.txt", "/assets/index-abc.txt", "/assets/%00.js"])(
    "%s is refused",
    async (path) => expect([400, 404]).toContain((await get(path)).statusCode),
  );
});
