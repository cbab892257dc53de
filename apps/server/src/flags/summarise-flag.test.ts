/** A flag in short, as the dashboard lists it. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { FlagSummary } from "@dimmer/protocol";
import { openTestServer, SPLIT_FLAG, type TestServer } from "../testing/open-test-server.contract.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.operate("createEnvironment", {}, { body: { key: "staging", name: "Staging" } });
  await server.operate("createFlag", {}, { body: { key: "model", definition: { ...SPLIT_FLAG, description: "Which model" } } });
});
afterAll(() => server.close());

const summaryIn = async (environment: string) =>
  ((await server.operate("summariseFlags", { environment })).json as { items: FlagSummary[] }).items[0];

test("says what it serves, how bright it is and whose it is, without a value", async () => {
  expect(await summaryIn("production")).toMatchObject({
    key: "model",
    description: "Which model",
    type: "string",
    purpose: "release",
    owner: "tests",
    audience: "server",
    variants: ["old", "new", "plain"],
    removeBy: "2099-12-31",
    permanent: false,
    file: null,
    hasDraft: false,
    state: "on",
    serving: ["10 % new and 90 % old for everyone"],
    brightness: 0.9,
  });
});

test("says where it is not set up", async () => {
  expect(await summaryIn("staging")).toMatchObject({ state: "absent", serving: [], brightness: 0 });
});

test("says that it is killed, stopped or has a draft", async () => {
  const operations = [
    { kind: "stop", flag: "model", environment: "production", variant: "old" },
    { kind: "kill", flag: "model", environment: "production" },
    { kind: "draft-value", flag: "model", variant: "new", value: "n2" },
  ];
  expect((await server.operate("submitChange", {}, { body: { operations } })).status).toBe(200);
  expect(await summaryIn("production")).toMatchObject({
    state: "killed",
    stopped: ["old"],
    hasDraft: true,
    serving: ["off: everyone gets plain"],
    brightness: 0,
  });
});
