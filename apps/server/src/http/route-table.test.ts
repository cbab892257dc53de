/** Which methods a path takes. */

import { expect, test } from "vitest";
import { createRouteTable } from "./route-table.ts";

const table = createRouteTable();
for (const [method, pattern] of [
  ["GET", "/api/v1/projects/:project"],
  ["PATCH", "/api/v1/projects/:project"],
  ["POST", "/ofrep/v1/evaluate/flags/*"],
  ["GET", "/openapi.json"],
] as const) {
  table.add(method, pattern);
}

test.each([
  ["/api/v1/projects/demo", ["GET", "PATCH"]],
  ["/api/v1/projects/", []],
  ["/api/v1/projects/demo/flags", []],
  ["/ofrep/v1/evaluate/flags/a/b", ["POST"]],
  ["/ofrep/v1/evaluate/flags", []],
  ["/openapixjson", []],
  ["/openapi.json", ["GET"]],
])("%s takes %j", (path, methods) => expect(table.allowed(path)).toEqual(methods));
