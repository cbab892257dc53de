/** What Node's parser must refuse before there is a request. */

import { describe, expect, test } from "vitest";
import { sendRaw, serverUnderAttack } from "./check-refusal.contract.ts";

const server = serverUnderAttack();

describe("below HTTP (A9, A10)", () => {
  const host = "Host: x\r\n";
  test.each([
    ["A9 a header of 64 kB", `GET /livez HTTP/1.1\r\n${host}X: ${"a".repeat(65_536)}\r\n\r\n`, 431],
    ["A9 a cookie of 16 kB", `GET /livez HTTP/1.1\r\n${host}Cookie: ${"a".repeat(16_384)}\r\n\r\n`, 431],
    ["A9 1,000 headers", `GET /livez HTTP/1.1\r\n${host}${"a:b\r\n".repeat(1_000)}\r\n`, 431],
    ["A10 two lengths", `POST /livez HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ["A10 a bare line feed", `GET /livez HTTP/1.1\r\n${host}A: b\nC: d\r\n\r\n`, 400],
    ["A10 a folded header", `GET /livez HTTP/1.1\r\n${host}A: b\r\n c\r\n\r\n`, 400],
    ["A10 no host", "GET /livez HTTP/1.1\r\n\r\n", 400],
    ["A10 no HTTP", "canary\r\n\r\n", 400],
  ])("%s", async (_attack, request, status) => {
    const answer = await sendRaw(server.current, request);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, "u"));
    expect(answer).not.toMatch(/canary/u);
  });

  test("A10 an Upgrade that nobody asked for is an ordinary request", async () => {
    expect(
      await sendRaw(server.current, `GET /livez HTTP/1.1\r\n${host}Connection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 200 /u);
  });
});
