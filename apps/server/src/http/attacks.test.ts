/** Hostile requests over real HTTP; the rows are those of the attack plan. */

import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, SPLIT_FLAG, TOKENS, type CallOptions, type TestServer } from "../testing/open-test-server.contract.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
});
afterAll(() => server.close());

const admin = TOKENS.admin;
const flags = "/api/v1/projects/default/flags";
const ofrep = "/ofrep/v1/evaluate/flags/model";
const deep = (levels: number) => `{"context":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}`;
const json = { "content-type": "application/json" };

/** Every refusal is a problem with an id (on OFREP a failure with a code), and quotes nothing of what was sent. */
async function check(method: string, path: string, options: CallOptions, status: number, code?: string): Promise<void> {
  const answer = await server.call(method, path, options);
  const isProtocol = path.startsWith("/ofrep") && ![401, 403].includes(status);
  const text = expect.any(String);
  const problem = { type: `urn:dimmer:problem:${code}`, code, status, title: text, detail: text, requestId: text };
  const failure = { key: text, errorCode: text, errorDetails: text };
  expect({ ...answer, type: answer.headers.get("content-type")?.split(";")[0] }).toMatchObject({
    status,
    text: expect.not.stringMatching(/canary|node_modules|at [\w.]+ \(/u),
    ...(status < 400
      ? {}
      : { json: isProtocol ? failure : problem, type: isProtocol ? "application/json" : "application/problem+json" }),
  });
  expect(answer.headers.get("x-request-id")).toMatch(/^[\w.-]{1,64}$/u);
}

type Row = [attack: string, method: string, path: string, options: CallOptions, status: number, code?: string];

describe("bodies (A1–A8)", () => {
  test.each<Row>([
    ["A1 5,000 deep, admin", "POST", flags, { token: admin, body: deep(5_000) }, 400, "body-too-deep"],
    ["A1 5,000 deep, OFREP", "POST", ofrep, { token: TOKENS.server, body: deep(5_000) }, 400],
    ["A1 5,000 deep, without a key", "POST", flags, { body: deep(5_000) }, 401, "unauthenticated"],
    ["A2 100,000 deep", "POST", flags, { token: admin, body: deep(100_000) }, 400, "body-too-deep"],
    ["A2 200 kB of [", "POST", flags, { token: admin, body: "[".repeat(200_000) }, 400, "body-too-deep"],
    ["A3 5 MB for a flag", "POST", flags, { token: admin, body: `"${"a".repeat(5 * 1024 * 1024)}"` }, 413, "body-too-large"],
    [
      "A3 2 MB where 1 is the most",
      "PATCH",
      `${flags}/model`,
      { token: admin, body: `"${"a".repeat(2 * 1024 * 1024)}"` },
      413,
      "body-too-large",
    ],
    ["A3 65 kB for OFREP", "POST", ofrep, { token: TOKENS.server, body: `"${"a".repeat(65 * 1024)}"` }, 413],
    [
      "A4 compressed",
      "POST",
      flags,
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
      flags,
      { token: admin, body: "{}", headers: { "content-type": type } },
      415,
      "unsupported-media-type",
    ]),
    [
      "A5 the type that OFREP clients send",
      "POST",
      ofrep,
      {
        token: TOKENS.server,
        body: '{"context":{"targetingKey":"u"}}',
        headers: { "content-type": "application/json; charset=utf-8" },
      },
      200,
    ],
    ["A6 truncated", "POST", flags, { token: admin, body: '{"key":"canary' }, 400, "invalid-request"],
    ["A6 byte order mark", "POST", flags, { token: admin, body: "\uFEFF{}" }, 400, "invalid-request"],
    ["A6 1e999", "POST", flags, { token: admin, body: '{"key":1e999}' }, 400, "invalid-request"],
    ["A6 NUL", "POST", flags, { token: admin, body: '{"key":"canary\\u0000"}' }, 400, "invalid-request"],
    ["A6 half a surrogate pair", "POST", flags, { token: admin, body: '{"key":"canary\\ud800"}' }, 400, "invalid-request"],
    [
      "A7 one name twice",
      "POST",
      `${flags}/model/archive`,
      { token: admin, body: '{"dryRun":true,"dryRun":false}' },
      400,
      "invalid-request",
    ],
    ["A8 1,001 attributes, OFREP", "POST", ofrep, { token: TOKENS.server, body: { context: attributes(1_001) } }, 400],
    [
      "A8 1,000 attributes",
      "POST",
      ofrep,
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
      flags,
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
    ["A52 an unknown query", "GET", `${flags}?role=canary`, { token: admin }, 400, "invalid-request"],
    ["A38 an object in the query", "GET", `${flags}?q[$ne]=1`, { token: admin }, 400, "invalid-request"],
    ["A38 an array in the query", "GET", `${flags}?q=1&q=2`, { token: admin }, 400, "invalid-request"],
    [
      "A38 an object for a text",
      "POST",
      flags,
      { token: admin, body: { key: { $ne: "" }, definition: SPLIT_FLAG } },
      400,
      "invalid-request",
    ],
    ["no body where there must be one", "POST", flags, { token: admin }, 400, "invalid-request"],
    [
      "an empty body of the right type",
      "POST",
      `${flags}/model/archive?x`,
      { token: admin, body: "", headers: json },
      400,
      "invalid-request",
    ],
  ])("%s", async (_attack, ...row) => check(...row));

  test("A14 a context that names __proto__ is data", async () => {
    await check(
      "POST",
      ofrep,
      { token: TOKENS.server, body: '{"context":{"targetingKey":"u","__proto__":{"isAdmin":true}}}' },
      200,
    );
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
  });
});

function attributes(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, index]));
}

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
    ["A15 a name longer than any", "GET", `${flags}/${"a".repeat(600)}`, { token: admin }, 404, "not-found"],
  ])("%s", async (_attack, ...row) => check(...row));

  test("A12 a path says which verbs it takes", async () => {
    const answer = await server.call("DELETE", `${flags}/model`, { token: admin });
    expect(answer.headers.get("allow")).toBe("GET, HEAD, PATCH");
  });
});

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
    ["A46 an admin's token on OFREP", "POST", ofrep, { token: admin, body: {} }, 403, "forbidden"],
    ["A47 a browser's key on the snapshot", "GET", "/sdk/v1/snapshot", { token: TOKENS.browser }, 403, "forbidden"],
    ["A47 a browser's key on the stream", "GET", "/sdk/v1/stream", { token: TOKENS.browser }, 403, "forbidden"],
    ["A47 a browser's key on a server flag", "POST", ofrep, { token: TOKENS.browser, body: {} }, 404],
    ["A46 a server's key as a ticket", "GET", `/ofrep/v1/stream?ticket=${TOKENS.server}`, {}, 401, "unauthenticated"],
    ["A46 a server's key on OFREP's stream", "GET", "/ofrep/v1/stream", { token: TOKENS.server }, 401, "unauthenticated"],
    ["A47 a browser's key on a flag that is there", "GET", `${flags}/model`, { token: TOKENS.browser }, 403, "forbidden"],
    ["A47 a browser's key on one that is not", "GET", `${flags}/absent`, { token: TOKENS.browser }, 403, "forbidden"],
  ])("%s", async (_attack, ...row) => check(...row));

  test("A30 two Authorization headers", async () => {
    const head = await sendRaw(
      `GET /api/v1/projects HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin}\r\nAuthorization: Bearer ${admin}\r\n\r\n`,
    );
    expect(head).toMatch(/^HTTP\/1\.1 401 /u);
    expect(head).toMatch(/\r\nwww-authenticate: Bearer realm="dimmer"\r\n/iu);
  });
});

describe("revisions (A55)", () => {
  const body = { fields: { description: "new" } };
  test.each<Row>([
    ["no If-Match", "PATCH", `${flags}/model`, { token: admin, body }, 428, "revision-required"],
    ["an old one", "PATCH", `${flags}/model`, { token: admin, body, headers: { "if-match": '"0"' } }, 412, "revision-mismatch"],
    [
      "an old weak one",
      "PATCH",
      `${flags}/model`,
      { token: admin, body, headers: { "if-match": 'W/"0"' } },
      412,
      "revision-mismatch",
    ],
    ["junk", "PATCH", `${flags}/model`, { token: admin, body, headers: { "if-match": "canary" } }, 412, "revision-mismatch"],
    [
      "none, for a configuration",
      "PUT",
      `${flags}/model/environments/production`,
      { token: admin, body: { config: {} } },
      428,
      "revision-required",
    ],
  ])("%s", async (_attack, ...row) => check(...row));

  test("one that a proxy has weakened counts as it was sent", async () => {
    const etag = (await server.call("GET", `${flags}/model`, { token: admin })).headers.get("etag") ?? "";
    const options = { token: admin, body: { fields: { description: "weak" } }, headers: { "if-match": `W/${etag}` } };
    expect((await server.call("PATCH", `${flags}/model`, options)).status).toBe(200);
  });

  test("two writers with the same If-Match never both succeed", async () => {
    const etag = (await server.call("GET", `${flags}/model`, { token: admin })).headers.get("etag") ?? "";
    const write = (description: string) =>
      server.call("PATCH", `${flags}/model`, { token: admin, body: { fields: { description } }, headers: { "if-match": etag } });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => write(`writer ${index}`)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, ...Array.from({ length: 7 }, () => 412)]);
    const winner = answers.find(({ status }) => status === 200);
    expect((await server.call("GET", `${flags}/model`, { token: admin })).headers.get("etag")).toBe(winner?.headers.get("etag"));
  });
});

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
    const answer = await sendRaw(request);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, "u"));
    expect(answer).not.toMatch(/canary/u);
  });

  test("A10 an Upgrade that nobody asked for is an ordinary request", async () => {
    expect(await sendRaw(`GET /livez HTTP/1.1\r\n${host}Connection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 200 /u,
    );
  });
});

test("after all of it the process is alive and well", async () => {
  await check("GET", "/readyz", {}, 200);
  expect(process.memoryUsage().rss).toBeLessThan(1024 ** 3);
});

/** What the server answers to these bytes before it closes the connection, or the first answer. */
function sendRaw(request: string): Promise<string> {
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
