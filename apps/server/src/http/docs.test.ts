/** The page of the API: whole, from here alone, and safe to show. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../testing/open-test-server.contract.ts";

let server: TestServer;
beforeAll(async () => (server = await openTestServer()));
afterAll(() => server.close());

test("the page and every file it names are served, with a type and a policy that lets nothing in from elsewhere", async () => {
  const page = await server.call("GET", "/docs");
  expect(page).toMatchObject({ status: 200 });
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const named = [...page.text.matchAll(/(?:src|href)="(?<path>docs\/[^"]+)"/gu)].map((match) => match.groups?.["path"] ?? "");
  expect(named).toHaveLength(3);
  for (const path of ["docs", ...named]) {
    const file = await server.call("GET", `/${path}`);
    expect([path, file.status, file.headers.get("x-content-type-options")]).toEqual([path, 200, "nosniff"]);
    expect(file.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/u);
    expect(file.text.length).toBeGreaterThan(100);
  }
  expect(page.text).not.toMatch(/https?:|<script>|\son\w+=/u);
});

describe("nothing else is served from there", () => {
  test.each(["index.html", "constructor", "..%2Fpackage.json", "swagger-ui-bundle.js.map", "absolute-path.js"])(
    "%s",
    async (file) => {
      expect(await server.call("GET", `/docs/${file}`)).toMatchObject({ status: 404 });
    },
  );
});
