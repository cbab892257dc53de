/** Attacks that must fail on every route alike, generated from the description that the routes give of themselves. */

import { monitorEventLoopDelay } from "node:perf_hooks";
import { expect, test } from "vitest";
import { pathOf, TOKENS, type CallOptions, type Operation } from "../../testing/open-test-server.contract.ts";
import { checkRefusal, deep, sendRaw, sendWithoutEnd, serverUnderAttack } from "./check-refusal.contract.ts";

const server = serverUnderAttack();
const MB = 1024 * 1024;
const PLACE = { flag: "model", key: "model", variant: "new", file: "start.js" };
const pathTo = (operation: Operation) => pathOf(operation, PLACE);

const LINK_PAGES = ["showLink", "useLink"];
const isPublic = ({ security }: Operation) => security.length === 0;
/** They take what no other route takes: a ticket in the query, a secret in the path. */
const takesKey = (operation: Operation) =>
  !isPublic(operation) && !LINK_PAGES.includes(operation.id) && operation.id !== "streamOfrepChanges";

function tokenFor({ security }: Operation): string {
  return security.some((scheme) => Object.hasOwn(scheme, "serverKey")) ? TOKENS.server : TOKENS.admin;
}

/** Gives each operation to the attack and lists what did not go as it must, all of it at once. */
async function attackAll(
  which: (operation: Operation) => boolean,
  attack: (operation: Operation) => Promise<readonly string[]>,
): Promise<void> {
  const operations = server.current.operations.filter(which);
  expect(operations.length).toBeGreaterThan(20);
  const surprises: string[] = [];
  for (const operation of operations)
    surprises.push(...(await attack(operation)).map((what) => `${operation.method} ${operation.path}: ${what}`));
  expect(surprises).toEqual([]);
}

/** What is sent with a key and without one. */
async function statusesOf(operation: Operation, options: CallOptions): Promise<readonly [number, number]> {
  const [method, path] = [operation.method, pathTo(operation)];
  const withKey = await server.current.call(method, path, { ...options, token: tokenFor(operation) });
  return [withKey.status, (await server.current.call(method, path, options)).status];
}

const takesBody = ({ method }: Operation) => method !== "GET";
const unless = (holds: boolean, what: string): readonly string[] => (holds ? [] : [what]);

interface BodyAttack {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly refused: readonly number[];
}

/** A route whose largest body is smaller says that first. */
const BODIES: Readonly<Record<string, BodyAttack>> = {
  "A1 nested 5,000 deep": { body: deep(5_000), refused: [400, 413] },
  "A2 200 kB of [": { body: "[".repeat(200_000), refused: [400, 413] },
  "A3 5 MB": { body: `"${"a".repeat(5 * MB)}"`, refused: [413] },
  "A4 compressed": { body: "{}", headers: { "content-encoding": "br" }, refused: [415] },
  "A5 of no type that we take": { body: "{}", headers: { "content-type": "text/plain" }, refused: [415] },
  "A6 truncated": { body: '{"a":', refused: [400] },
};

test.each(Object.entries(BODIES))("%s: refused on every route, with a key and without", async (_attack, sent) => {
  await attackAll(takesBody, async (operation) => {
    const [withKey, without] = await statusesOf(operation, sent);
    return [
      ...unless(sent.refused.includes(withKey), `${withKey} with a key`),
      ...unless(takesKey(operation) ? without === 401 : without >= 400 && without < 500, `${without} without`),
    ];
  });
});

test("A1 nested 5,000 deep in a body that a GET has no use for", async () => {
  const body = deep(5_000);
  await attackAll(
    (operation) => !takesBody(operation) && takesKey(operation),
    async (operation) => {
      const head = `GET ${pathTo(operation)} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
      const answer = await sendRaw(server.current, `${head}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
      return unless(answer.startsWith("HTTP/1.1 401 "), answer.slice(0, 40));
    },
  );
});

test("A3 a body that says it has 1 GB is refused unread", async () => {
  await attackAll(takesBody, async (operation) => {
    const head = `${operation.method} ${pathTo(operation)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor(operation)}\r\n`;
    const announced = await sendRaw(
      server.current,
      `${head}Content-Type: application/json\r\nContent-Length: ${1024 * MB}\r\n\r\n{`,
    );
    return unless(announced.startsWith("HTTP/1.1 413 "), announced.slice(0, 40));
  });
});

test("A3 a body that never ends is cut while it comes", async () => {
  const chunk = "a".repeat(64 * 1024);
  await attackAll(takesBody, async (operation) => {
    const head = `${operation.method} ${pathTo(operation)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor(operation)}\r\n`;
    const start = `${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const { answer, sentBytes } = await sendWithoutEnd(server.current, start, `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    // The end of the line may overtake the answer; what the system's own buffers on both ends took counts too.
    return unless(
      (answer === "" || answer.startsWith("HTTP/1.1 413 ")) && sentBytes < 24 * MB,
      `${answer.slice(0, 20)} after ${sentBytes} bytes`,
    );
  });
});

test("A7 one name twice is refused on every route of the management API", async () => {
  const body = '{"reason":"a","reason":"b"}';
  const isManagement = (operation: Operation) => takesBody(operation) && tokenFor(operation) === TOKENS.admin;
  await attackAll(
    (operation) => isManagement(operation) && takesKey(operation),
    async (operation) => {
      const [withKey, without] = await statusesOf(operation, { body });
      return [...unless(withKey === 400, `${withKey} with a key`), ...unless(without === 401, `${without} without`)];
    },
  );
});

/** Some of them are fields of some routes; the other two are nobody's. */
const EXTRA = { role: "owner", projectId: "other", version: 7, createdBy: "somebody" };

test("A52 a field that a route does not have is refused by name on every route of the management API", async () => {
  const isManagement = (operation: Operation) => operation.hasBody && tokenFor(operation) === TOKENS.admin;
  await attackAll(
    (operation) => isManagement(operation) && takesKey(operation),
    async (operation) => {
      const answer = await server.current.call(operation.method, pathTo(operation), { token: TOKENS.admin, body: EXTRA });
      const names = answer.text.includes("projectId") && answer.text.includes("createdBy");
      return unless(answer.status === 400 && names, `${answer.status} ${answer.text}`);
    },
  );
});

/** Ways to write a path that a proxy may take for another one. */
const SPELLINGS: readonly ((path: string) => string)[] = [
  (path) => `/${path}`,
  (path) => `/livez/..;${path}`,
  (path) => `/livez/%2e%2e${path}`,
  (path) => `/livez/%252e%252e${path}`,
  (path) => path.replace("/", "/%2F"),
  (path) => path.replace(/[a-z]/u, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (path) => path.replace(/[a-z]/u, (letter) => `%25${letter.charCodeAt(0).toString(16)}`),
  (path) => path.toUpperCase(),
  (path) => `${path}.`,
  (path) => `${path}/`,
  (path) => `${path};public`,
  (path) => `${path}%00`,
];

test("A11 however its path is written, no route opens without a key", async () => {
  await attackAll(takesKey, async (operation) => {
    const surprises: string[] = [];
    for (const spell of SPELLINGS) {
      const path = spell(pathTo(operation));
      const { status } = await server.current.call(operation.method, path);
      if (![400, 401, 404].includes(status)) surprises.push(`${status} at ${path}`);
    }
    return surprises;
  });
});

test("A12 a verb that a path does not have is refused, and no header makes it another", async () => {
  const verbsOf = new Map<string, string[]>();
  for (const { path, method } of server.current.operations) verbsOf.set(path, [...(verbsOf.get(path) ?? []), method]);
  await attackAll(
    () => true,
    async (operation) => {
      const path = pathTo(operation);
      const wrong =
        ["POST", "PUT", "PATCH", "DELETE"].find((verb) => verbsOf.get(operation.path)?.includes(verb) === false) ?? "";
      const headers = { "x-http-method-override": operation.method, "x-method-override": operation.method };
      const override = await server.current.call(wrong, path, { headers });
      const trace = await sendRaw(server.current, `TRACE ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      return [
        ...unless(override.status === 405, `${override.status} for ${wrong}`),
        ...unless(/^HTTP\/1\.1 40[045] /u.test(trace), `TRACE ${trace.slice(0, 20)}`),
      ];
    },
  );
});

test("A12 a GET changes nothing", async () => {
  const state = async () => [
    (await server.current.operate("exportDocument")).text,
    (await server.current.operate("listAudit", {}, { query: "?chain=project%2Fdefault&limit=200" })).text,
    (await server.current.operate("listAudit", {}, { query: "?chain=installation&limit=200" })).text,
  ];
  const before = await state();
  await attackAll(
    (operation) => operation.method === "GET" && !operation.id.startsWith("stream"),
    async (operation) => {
      const { status } = await server.current.call("GET", pathTo(operation), { token: tokenFor(operation) });
      return unless(status < 500, String(status));
    },
  );
  expect(await state()).toEqual(before);
});

const NO_CREDENTIALS: readonly Readonly<Record<string, string>>[] = [
  {},
  ...[
    "Bearer ",
    "Bearer",
    "null",
    "Bearer null",
    "Bearer undefined",
    "Basic YTpi",
    TOKENS.admin,
    `Bearer ["${TOKENS.admin}"]`,
  ].map((authorization) => ({ authorization })),
  { authorization: `Bearer ${TOKENS.admin}`, "x-api-key": TOKENS.server },
  { "x-api-key": "" },
  { cookie: `token=${TOKENS.admin}` },
];

test("A30 what is no credential opens no route", async () => {
  await attackAll(takesKey, async (operation) => {
    const answers = NO_CREDENTIALS.map(async (headers) => {
      const { status } = await server.current.call(operation.method, pathTo(operation), { headers });
      return unless(status === 401, `${status} for ${JSON.stringify(headers)}`);
    });
    return (await Promise.all(answers)).flat();
  });
});

test("A30 two Authorization headers open no route", async () => {
  await attackAll(takesKey, async (operation) => {
    const header = `Authorization: Bearer ${tokenFor(operation)}\r\n`;
    const head = `${operation.method} ${pathTo(operation)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`;
    const answer = await sendRaw(server.current, `${head}${header}${header}\r\n`);
    return unless(answer.startsWith("HTTP/1.1 401 "), answer.slice(0, 40));
  });
});

/** Their callers may send what we know nothing of; it is not read. */
const TAKES_ANY_QUERY = ["evaluateFlags", "readMetrics"];

test("A34 a key in the query opens no route, and is refused beside one in its place", async () => {
  await attackAll(takesKey, async (operation) => {
    const surprises: string[] = [];
    for (const name of ["key", "token", "api_key", "authorization", "access_token"]) {
      const path = `${pathTo(operation)}?${name}=${tokenFor(operation)}`;
      const without = await server.current.call(operation.method, path);
      if (without.status !== 401) surprises.push(`${without.status} for ?${name}=`);
      const twice = await server.current.call(operation.method, path, { token: tokenFor(operation) });
      if (twice.status !== 400 && !TAKES_ANY_QUERY.includes(operation.id))
        surprises.push(`${twice.status} for ?${name}= beside a key`);
      if ((without.text + twice.text).includes(tokenFor(operation))) surprises.push(`?${name}= comes back`);
    }
    return surprises;
  });
});

test("[hostile-requests] I43 the worst of them together neither hold the process nor fill its memory", async () => {
  /** The promises are 100 ms and 16 MB for one request; the machine that runs the tests may be busy with others. */
  const [heldMs, grownBytes] = [1_000, 160 * MB];
  const before = process.memoryUsage().rss;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  // What is too large is never read, so that its cost is that of sending it.
  const read = Object.values(BODIES).filter(({ body }) => body.length < MB);
  await attackAll(takesBody, async (operation) => {
    for (const sent of read) await statusesOf(operation, sent);
    return [];
  });
  delay.disable();
  expect(delay.percentile(99) / 1e6).toBeLessThan(heldMs);
  expect(process.memoryUsage().rss - before).toBeLessThan(grownBytes);
  await checkRefusal(server.current, "GET", "/readyz", {}, 200);
});
