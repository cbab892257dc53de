/** Credentials that are none, twice, elsewhere, or another kind. */

import { describe, expect, test } from "vitest";
import { TOKENS } from "../../testing/open-test-server.contract.ts";
import { checkRefusal, FLAGS, OFREP, type Row, sendRaw, serverUnderAttack } from "./check-refusal.contract.ts";

const server = serverUnderAttack();
const admin = TOKENS.admin;

describe("credentials (A30, A34, A46, A47)", () => {
  const projects = "/api/v1/projects";
  test.each<Row>([
    ["A30 none", "GET", projects, {}, 401, "unauthenticated"],
    ...[
      "Bearer ",
      "Bearer",
      "null",
      "Bearer null",
      "Basic YTpi",
      admin,
      `Bearer ${admin} x`,
      `Bearer ${admin},${admin}`,
      `Bearer ${"a".repeat(600)}`,
    ].map((authorization): Row => [
      `A30 ${authorization.slice(0, 40)}`,
      "GET",
      projects,
      { headers: { authorization } },
      401,
      "unauthenticated",
    ]),
    ["A30 two of them", "GET", projects, { token: admin, headers: { "x-api-key": admin } }, 401, "unauthenticated"],
    [
      "A30 the other header, where it does not count",
      "GET",
      projects,
      { headers: { "x-api-key": admin } },
      401,
      "unauthenticated",
    ],
    ["the other header, where it does", "GET", "/sdk/v1/snapshot", { headers: { "x-api-key": TOKENS.server } }, 200],
    ["A34 in the query", "GET", `/sdk/v1/snapshot?key=${TOKENS.server}`, {}, 401, "unauthenticated"],
    ["A34 in the query as well", "GET", `/sdk/v1/snapshot?key=canary`, { token: TOKENS.server }, 400, "invalid-request"],
    ["A46 an SDK's key on the admin's routes", "GET", projects, { token: TOKENS.server }, 403, "forbidden"],
    ["A46 an admin's token on the SDK's", "GET", "/sdk/v1/snapshot", { token: admin }, 403, "forbidden"],
    ["A46 an admin's token on OFREP", "POST", OFREP, { token: admin, body: {} }, 403, "forbidden"],
    ["A47 a browser's key on the snapshot", "GET", "/sdk/v1/snapshot", { token: TOKENS.browser }, 403, "forbidden"],
    ["A47 a browser's key on the stream", "GET", "/sdk/v1/stream", { token: TOKENS.browser }, 403, "forbidden"],
    ["A47 a browser's key on a server flag", "POST", OFREP, { token: TOKENS.browser, body: {} }, 404],
    ["A46 a server's key as a ticket", "GET", `/ofrep/v1/stream?ticket=${TOKENS.server}`, {}, 401, "unauthenticated"],
    ["A46 a server's key on OFREP's stream", "GET", "/ofrep/v1/stream", { token: TOKENS.server }, 401, "unauthenticated"],
    ["A47 a browser's key on a flag that is there", "GET", `${FLAGS}/model`, { token: TOKENS.browser }, 403, "forbidden"],
    ["A47 a browser's key on one that is not", "GET", `${FLAGS}/absent`, { token: TOKENS.browser }, 403, "forbidden"],
  ])("%s", async (_attack, ...row) => checkRefusal(server.current, ...row));

  test("A30 two Authorization headers", async () => {
    const head = await sendRaw(
      server.current,
      `GET /api/v1/projects HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin}\r\nAuthorization: Bearer ${admin}\r\n\r\n`,
    );
    expect(head).toMatch(/^HTTP\/1\.1 401 /u);
    expect(head).toMatch(/\r\nwww-authenticate: Bearer realm="dimmer"\r\n/iu);
  });
});
