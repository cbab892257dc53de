/** Proof of arrival over real HTTP: readers say what they hold, and the list says who has it. */

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { SdkPage } from "@dimmer/protocol";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";
import { readStream, type TestStream } from "../testing/read-stream.contract.ts";

let server: TestServer;
const streams: TestStream[] = [];
beforeAll(async () => {
  server = await openTestServer();
  await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
});
afterAll(async () => {
  for (const stream of streams) stream.close();
  await server.close();
});

const named = (instance: string) => ({ authorization: `Bearer ${TOKENS.server}`, "dimmer-sdk": `dimmer-node/1.2.3 ${instance}` });
const list = async (query = "") => (await server.operate("listSdks", {}, { query })).json as SdkPage;
const stream = async (query: string, headers: Record<string, string>) => {
  const opened = await readStream(`${server.url}/sdk/v1/stream${query}`, headers);
  streams.push(opened);
  await opened.next();
  return opened;
};
const report = (instance: string, body: unknown) =>
  server.call("POST", "/sdk/v1/applied", {
    token: TOKENS.server,
    body,
    headers: { "dimmer-sdk": `dimmer-node/1.2.3 ${instance}` },
  });

test("a reader is listed with what it asked from, moves on with its report, and is away when its stream ends", async () => {
  const { arrival } = await list();
  const { epoch, version } = arrival;
  expect(arrival).toMatchObject({ sdks: 0, arrived: 0, behind: [], unnamed: 0 });
  const reader = await stream(`?epoch=${epoch}&version=${version}`, named("reader-1"));
  await server.call("GET", "/sdk/v1/snapshot", {
    token: TOKENS.server,
    headers: { "dimmer-sdk": "dimmer-node/1.0.0 poller-1", "if-none-match": `"${epoch}:${version}"` },
  });
  expect((await list()).arrival).toMatchObject({ sdks: 2, arrived: 2 });

  const kill = (await server.operate("killFlag", { flag: "model" })).json as {
    change: { versions: Record<string, number> };
  };
  const killed = kill.change.versions["production"] ?? 0;
  expect((await list(`?version=${killed}`)).arrival).toMatchObject({ version: killed, sdks: 2, arrived: 0 });
  expect((await report("reader-1", { epoch, version: killed })).status).toBe(204);
  const after = await list("?behind=true");
  expect(after.arrival).toMatchObject({ arrived: 1, behind: [{ connection: "polling", sdks: 1 }] });
  expect(after.items).toMatchObject([
    { instance: "poller-1", version: "1.0.0", connection: "polling", holds: { epoch, version }, hasArrived: false },
  ]);

  reader.close();
  await vi.waitFor(async () =>
    expect((await list()).items.find(({ instance }) => instance === "reader-1")?.connection).toBe("away"),
  );
});

test("a reader that does not say who it is is counted while it reads", async () => {
  const reader = await stream("", { authorization: `Bearer ${TOKENS.server}` });
  expect((await list()).arrival.unnamed).toBe(1);
  reader.close();
  await vi.waitFor(async () => expect((await list()).arrival.unnamed).toBe(0));
});

test("the list comes in pages, each with the numbers of all", async () => {
  for (const instance of ["page-aaa", "page-bbb", "page-ccc"]) await report(instance, { epoch: "x", version: 1 });
  const first = await list("?limit=2");
  const rest = await list(`?limit=200&cursor=${first.next}`);
  expect(first.items).toHaveLength(2);
  expect(first.items.length + rest.items.length).toBe(first.arrival.sdks);
  expect(rest.next).toBeNull();
});

test.each<[string, string, unknown, number]>([
  ["without a name", "", { epoch: "x", version: 1 }, 400],
  ["of a negative version", "reporter", { epoch: "x", version: -1 }, 400],
  ["with more than it should hold", "reporter", { epoch: "x", version: 1, flags: {} }, 400],
  ["larger than a report", "reporter", { epoch: "x".repeat(2_000), version: 1 }, 413],
])("a report %s is refused", async (_what, instance, body, status) => {
  expect((await report(instance, body)).status).toBe(status);
});

test("an environment that is not there has no list", async () => {
  expect((await server.operate("listSdks", { environment: "nowhere" })).status).toBe(404);
});
