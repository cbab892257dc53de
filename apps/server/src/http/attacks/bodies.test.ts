/** Bodies that are too deep, too large, compressed, mistyped, or JSON that two readers could take for two things. */

import { describe, expect, test } from "vitest";
import { SPLIT_FLAG, TOKENS } from "../../testing/open-test-server.contract.ts";
import { checkRefusal, deep, FLAGS, OFREP, type Row, serverUnderAttack } from "./check-refusal.contract.ts";

const server = serverUnderAttack();
const admin = TOKENS.admin;
const json = { "content-type": "application/json" };

describe("bodies (A1–A8)", () => {
  test.each<Row>([
    ["A1 5,000 deep, admin", "POST", FLAGS, { token: admin, body: deep(5_000) }, 400, "body-too-deep"],
    ["A1 5,000 deep, OFREP", "POST", OFREP, { token: TOKENS.server, body: deep(5_000) }, 400],
    ["A1 5,000 deep, without a key", "POST", FLAGS, { body: deep(5_000) }, 401, "unauthenticated"],
    ["A2 100,000 deep", "POST", FLAGS, { token: admin, body: deep(100_000) }, 400, "body-too-deep"],
    ["A2 200 kB of [", "POST", FLAGS, { token: admin, body: "[".repeat(200_000) }, 400, "body-too-deep"],
    ["A3 5 MB for a flag", "POST", FLAGS, { token: admin, body: `"${"a".repeat(5 * 1024 * 1024)}"` }, 413, "body-too-large"],
    [
      "A3 2 MB where 1 is the most",
      "PATCH",
      `${FLAGS}/model`,
      { token: admin, body: `"${"a".repeat(2 * 1024 * 1024)}"` },
      413,
      "body-too-large",
    ],
    ["A3 65 kB for OFREP", "POST", OFREP, { token: TOKENS.server, body: `"${"a".repeat(65 * 1024)}"` }, 413],
    [
      "A4 compressed",
      "POST",
      FLAGS,
      { token: admin, body: "{}", headers: { "content-encoding": "gzip" } },
      415,
      "unsupported-media-type",
    ],
    ...[
      "text/plain",
      "application/json;x",
      "application/json;\tcharset=utf-8",
      "application/json, text/plain",
      "application/jsonx",
      "application/problem+json",
      "multipart/form-data",
    ].map((type): Row => [
      `A5 ${JSON.stringify(type)}`,
      "POST",
      FLAGS,
      { token: admin, body: "{}", headers: { "content-type": type } },
      415,
      "unsupported-media-type",
    ]),
    [
      "A5 the type that OFREP clients send",
      "POST",
      OFREP,
      {
        token: TOKENS.server,
        body: '{"context":{"targetingKey":"u"}}',
        headers: { "content-type": "application/json; charset=utf-8" },
      },
      200,
    ],
    ["A6 truncated", "POST", FLAGS, { token: admin, body: '{"key":"canary' }, 400, "invalid-request"],
    ["A6 byte order mark", "POST", FLAGS, { token: admin, body: "\uFEFF{}" }, 400, "invalid-request"],
    ["A6 1e999", "POST", FLAGS, { token: admin, body: '{"key":1e999}' }, 400, "invalid-request"],
    ["A6 NUL", "POST", FLAGS, { token: admin, body: '{"key":"canary\\u0000"}' }, 400, "invalid-request"],
    ["A6 half a surrogate pair", "POST", FLAGS, { token: admin, body: '{"key":"canary\\ud800"}' }, 400, "invalid-request"],
    [
      "A7 one name twice",
      "POST",
      `${FLAGS}/model/archive`,
      { token: admin, body: '{"dryRun":true,"dryRun":false}' },
      400,
      "invalid-request",
    ],
    ["A8 1,001 attributes, OFREP", "POST", OFREP, { token: TOKENS.server, body: { context: attributes(1_001) } }, 400],
    [
      "A8 1,000 attributes",
      "POST",
      OFREP,
      { token: TOKENS.server, body: { context: { ...attributes(999), targetingKey: "u" } } },
      200,
    ],
    [
      "A8 1,001 attributes, admin",
      "POST",
      "/api/v1/projects/default/environments/production/evaluate",
      { token: admin, body: { context: attributes(1_001) } },
      400,
      "invalid-request",
    ],
    [
      "A52 a field that nobody may set",
      "POST",
      FLAGS,
      { token: admin, body: { key: "k", definition: SPLIT_FLAG, createdBy: "canary" } },
      400,
      "invalid-request",
    ],
    [
      "A52 a project of its own",
      "POST",
      "/api/v1/projects/default/keys",
      { token: admin, body: { kind: "admin", name: "k", project: "canary" } },
      400,
      "invalid-request",
    ],
    ["A52 an unknown query", "GET", `${FLAGS}?role=canary`, { token: admin }, 400, "invalid-request"],
    ["A38 an object in the query", "GET", `${FLAGS}?q[$ne]=1`, { token: admin }, 400, "invalid-request"],
    ["A38 an array in the query", "GET", `${FLAGS}?q=1&q=2`, { token: admin }, 400, "invalid-request"],
    [
      "A38 an object for a text",
      "POST",
      FLAGS,
      { token: admin, body: { key: { $ne: "" }, definition: SPLIT_FLAG } },
      400,
      "invalid-request",
    ],
    ["no body where there must be one", "POST", FLAGS, { token: admin }, 400, "invalid-request"],
    [
      "an empty body of the right type",
      "POST",
      `${FLAGS}/model/archive?x`,
      { token: admin, body: "", headers: json },
      400,
      "invalid-request",
    ],
  ])("%s", async (_attack, ...row) => checkRefusal(server.current, ...row));

  test("A14 a context that names __proto__ is data", async () => {
    await checkRefusal(
      server.current,
      "POST",
      OFREP,
      { token: TOKENS.server, body: '{"context":{"targetingKey":"u","__proto__":{"isAdmin":true}}}' },
      200,
    );
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
  });
});

function attributes(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, index]));
}
