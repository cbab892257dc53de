/** Writers that saw another revision, or none. */

import { describe, expect, test } from "vitest";
import { TOKENS } from "../../testing/open-test-server.contract.ts";
import { checkRefusal, FLAGS, type Row, serverUnderAttack } from "./check-refusal.contract.ts";

const server = serverUnderAttack();
const admin = TOKENS.admin;

describe("revisions (A55)", () => {
  const body = { fields: { description: "new" } };
  test.each<Row>([
    ["no If-Match", "PATCH", `${FLAGS}/model`, { token: admin, body }, 428, "revision-required"],
    ["an old one", "PATCH", `${FLAGS}/model`, { token: admin, body, headers: { "if-match": '"0"' } }, 412, "revision-mismatch"],
    [
      "an old weak one",
      "PATCH",
      `${FLAGS}/model`,
      { token: admin, body, headers: { "if-match": 'W/"0"' } },
      412,
      "revision-mismatch",
    ],
    ["junk", "PATCH", `${FLAGS}/model`, { token: admin, body, headers: { "if-match": "canary" } }, 412, "revision-mismatch"],
    [
      "none, for a configuration",
      "PUT",
      `${FLAGS}/model/environments/production`,
      { token: admin, body: { config: {} } },
      428,
      "revision-required",
    ],
  ])("%s", async (_attack, ...row) => checkRefusal(server.current, ...row));

  test("one that a proxy has weakened counts as it was sent", async () => {
    const etag = (await server.current.call("GET", `${FLAGS}/model`, { token: admin })).headers.get("etag") ?? "";
    const options = { token: admin, body: { fields: { description: "weak" } }, headers: { "if-match": `W/${etag}` } };
    expect((await server.current.call("PATCH", `${FLAGS}/model`, options)).status).toBe(200);
  });

  test("two writers with the same If-Match never both succeed", async () => {
    const etag = (await server.current.call("GET", `${FLAGS}/model`, { token: admin })).headers.get("etag") ?? "";
    const write = (description: string) =>
      server.current.call("PATCH", `${FLAGS}/model`, {
        token: admin,
        body: { fields: { description } },
        headers: { "if-match": etag },
      });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => write(`writer ${index}`)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, ...Array.from({ length: 7 }, () => 412)]);
    const winner = answers.find(({ status }) => status === 200);
    expect((await server.current.call("GET", `${FLAGS}/model`, { token: admin })).headers.get("etag")).toBe(
      winner?.headers.get("etag"),
    );
  });
});
