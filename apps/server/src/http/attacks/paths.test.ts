/** Paths and verbs that somebody between us and the caller may read otherwise. */

import { describe, expect, test } from "vitest";
import { TOKENS } from "../../testing/open-test-server.contract.ts";
import { checkRefusal, FLAGS, type Row, serverUnderAttack } from "./check-refusal.contract.ts";

const server = serverUnderAttack();
const admin = TOKENS.admin;

describe("paths and verbs (A11, A12)", () => {
  test.each<Row>([
    ["A11 a doubled slash", "GET", "//api/v1/projects", {}, 404, "not-found"],
    ["A11 a doubled slash with a key", "GET", "//api/v1/projects", { token: admin }, 404, "not-found"],
    ["A11 ..;", "GET", "/livez/..;/api/v1/projects", {}, 404, "not-found"],
    ["A11 encoded dots", "GET", "/livez/%2e%2e/api/v1/projects", {}, 401, "unauthenticated"],
    ["A11 an encoded slash", "GET", "/livez%2F..%2Fapi/v1/projects", {}, 404, "not-found"],
    ["A11 an encoded letter", "GET", "/%61pi/v1/projects", {}, 401, "unauthenticated"],
    ["A11 encoded twice", "GET", "/%2561pi/v1/projects", {}, 404, "not-found"],
    ["A11 another case", "GET", "/API/v1/projects", {}, 404, "not-found"],
    ["A11 a slash at the end", "GET", "/api/v1/projects/", {}, 401, "unauthenticated"],
    ["A11 a slash at the end, with a key", "GET", "/api/v1/projects/", { token: admin }, 400, "invalid-request"],
    ["A11 a dot at the end", "GET", "/api/v1/projects.", {}, 404, "not-found"],
    ["A11 half an escape", "GET", "/api/v1/projects/%E0%A4%A", {}, 400, "invalid-request"],
    ["A12 another verb", "DELETE", "/api/v1/projects", { token: admin }, 405, "method-not-allowed"],
    ["A12 a verb nobody has", "PROPFIND", "/api/v1/projects", { token: admin }, 405, "method-not-allowed"],
    [
      "A12 a header that would change the verb",
      "POST",
      "/livez",
      { headers: { "x-http-method-override": "GET" } },
      405,
      "method-not-allowed",
    ],
    ["A15 a name longer than any", "GET", `${FLAGS}/${"a".repeat(600)}`, { token: admin }, 404, "not-found"],
  ])("%s", async (_attack, ...row) => checkRefusal(server.current, ...row));

  test("A12 a path says which verbs it takes", async () => {
    const answer = await server.current.call("DELETE", `${FLAGS}/model`, { token: admin });
    expect(answer.headers.get("allow")).toBe("GET, HEAD, PATCH");
  });
});
