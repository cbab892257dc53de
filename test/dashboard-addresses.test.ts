/** The dashboard's addresses: the server sends the page at exactly those that the page knows. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PAGES } from "../apps/server/src/dashboard/routes.ts";

const ROUTES = readFileSync(new URL("../apps/dashboard/src/routes.tsx", import.meta.url), "utf8");

/** Pages below a project are below its address. */
const OUTER = /getParentRoute: \(\) => (?:root|inside|apart),\s*path: "([^"]+)"/gu;

test("the server sends the page at every address that the page has, and at no other", () => {
  const addresses = [...ROUTES.matchAll(OUTER)].map(([, path]) => path?.replace(/\$project$/u, "*"));
  expect(addresses).toContain("/projects/*");
  expect([...addresses].sort()).toEqual([...PAGES].sort());
});
