/** Hostile requests over real HTTP, and what every refusal looks like; the ids are those of the attack plan, `test/attack-plan.ts`. */

import { connect } from "node:net";
import { afterAll, beforeAll, expect } from "vitest";
import { openTestServer, SPLIT_FLAG, type CallOptions, type TestServer } from "../../testing/open-test-server.contract.ts";

export const FLAGS = "/api/v1/projects/default/flags";
export const OFREP = "/ofrep/v1/evaluate/flags/model";
export const deep = (levels: number) => `{"context":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}`;

/** What the attacks of one file may leave in memory; other files have used the process before. */
const MOST_GROWN_BYTES = 512 * 1_024 ** 2;

/** A server with one flag for all tests of a file; alive and well before it is closed. */
export function serverUnderAttack(): { readonly current: TestServer } {
  const held: { current?: TestServer } = {};
  let before = 0;
  beforeAll(async () => {
    before = process.memoryUsage.rss();
    held.current = await openTestServer();
    await held.current.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
  });
  afterAll(async () => {
    if (held.current === undefined) return;
    await checkRefusal(held.current, "GET", "/readyz", {}, 200);
    expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_GROWN_BYTES);
    await held.current.close();
  });
  return {
    get current() {
      if (held.current === undefined) throw new Error("The server of this file is not open yet.");
      return held.current;
    },
  };
}

export type Row = [attack: string, method: string, path: string, options: CallOptions, status: number, code?: string];

/** Every refusal is a problem with an id (on OFREP a failure with a code, on OTLP a status), and quotes nothing of what was sent. */
export async function checkRefusal(
  server: TestServer,
  method: string,
  path: string,
  options: CallOptions,
  status: number,
  code?: string,
): Promise<void> {
  const answer = await server.call(method, path, options);
  const isOtlp = path.startsWith("/otlp");
  const isProtocol = isOtlp || (path.startsWith("/ofrep") && ![401, 403].includes(status));
  const text = expect.any(String);
  const problem = { type: `urn:dimmer:problem:${code}`, code, status, title: text, detail: text, requestId: text };
  const failure = isOtlp ? { message: text } : { key: text, errorCode: text, errorDetails: text };
  expect({ ...answer, type: answer.headers.get("content-type")?.split(";")[0] }).toMatchObject({
    status,
    text: expect.not.stringMatching(/canary|node_modules|at [\w.]+ \(/u),
    ...(status < 400
      ? {}
      : { json: isProtocol ? failure : problem, type: isProtocol ? "application/json" : "application/problem+json" }),
  });
  expect(answer.headers.get("x-request-id")).toMatch(/^[\w.-]{1,64}$/u);
}

/** What the server answers to these bytes before it closes the connection, or the first answer. */
export function sendRaw(server: TestServer, request: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(request));
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      answer += chunk;
      if (answer.includes("\r\n\r\n")) socket.destroy();
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

/** Sends the same bytes again and again until the server answers or closes. */
export function sendWithoutEnd(
  server: TestServer,
  start: string,
  more: string,
): Promise<{ readonly answer: string; readonly sentBytes: number }> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(start));
    let answer = "";
    const send = (): void => {
      if (answer !== "") return;
      while (socket.writable && socket.write(more));
    };
    socket.setEncoding("utf8");
    socket.on("connect", send);
    socket.on("drain", send);
    socket.on("data", (chunk: string) => {
      answer += chunk;
      if (answer.includes("\r\n\r\n")) socket.destroy();
    });
    // A server that has said its word closes, and what is still sent then breaks the line.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve({ answer, sentBytes: socket.bytesWritten }));
  });
}
