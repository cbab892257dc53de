/** Lists of a project with more flags than a page or a queue holds. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { openManagement } from "@dimmer/protocol";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";

const FLAGS = 1_100;
const keys = Array.from({ length: FLAGS }, (_, index) => `flag-${String(index).padStart(4, "0")}`);

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  const operations = keys.map((flag) => ({ kind: "create-flag" as const, flag, definition: SPLIT_FLAG }));
  const fields = { owner: "somebody", description: "The last" };
  const last = { kind: "update-flag", flag: "flag-1099", fields } as const;
  const all = [...operations, last, { kind: "archive-flag", flag: "flag-0000" } as const];
  const client = openManagement({ url: server.url, token: TOKENS.admin });
  for (let from = 0; from < all.length; from += 100)
    await client.submitChange("default", { operations: all.slice(from, from + 100) });
});
afterAll(() => server.close());

interface List {
  readonly items: readonly { readonly key: string; readonly definition: { readonly variants: object } }[];
  readonly next: string | null;
}
const list = async (query: string) => {
  const { status, json } = await server.operate("listFlags", {}, { query });
  expect(status).toBe(200);
  return json as List;
};

test("a page holds what it was asked for, each flag with its values", async () => {
  const first = await list("?limit=2");
  expect(first.items.map(({ key }) => key)).toEqual(["flag-0001", "flag-0002"]);
  expect(first.items[1]?.definition.variants).toEqual(SPLIT_FLAG.variants);
  const second = await list(`?limit=1&cursor=${first.next}`);
  expect(second.items.map(({ key }) => key)).toEqual(["flag-0003"]);
});

test("what is filtered is found on the first page", async () => {
  expect(await list("?limit=1&owner=somebody")).toMatchObject({ items: [{ key: "flag-1099" }], next: null });
  expect(await list("?q=THE%20LAST")).toMatchObject({ items: [{ key: "flag-1099" }], next: null });
  expect(await list("?archived=true")).toMatchObject({ items: [{ key: "flag-0000" }], next: null });
});

test("the client gets all of them, and their names alone", async () => {
  const client = openManagement({ url: server.url, token: TOKENS.admin });
  expect((await client.listFlags("default")).map(({ key }) => key)).toEqual(keys.slice(1));
  expect(await client.listNames("default")).toEqual({ flags: keys.slice(1), segments: [] });
});
