/** Publishing over the API: a draft only as its author saw it, as anybody may put another in its place. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, SPLIT_FLAG, type TestServer } from "../testing/open-test-server.contract.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
});
afterAll(() => server.close());

const model = { flag: "model" };
const body = { variant: "new", environments: ["production"] };
const seen = async () => ({ "if-match": (await server.operate("getFlag", model)).headers.get("etag") ?? "" });
const draft = async (value: string) =>
  (await server.operate("draftValue", { ...model, variant: "new" }, { body: { value }, headers: await seen() })).status;
const published = async () => {
  const { json } = await server.operate("listValueVersions", model);
  const { items } = json as { items: { variant: string; value: unknown; publishedIn: string[] }[] };
  return items.find(({ variant, publishedIn }) => variant === "new" && publishedIn.length > 0)?.value;
};

describe("publishing a draft", () => {
  test("is refused without the revision at which it was seen, in every door", async () => {
    expect(await draft("a prompt")).toBe(200);
    const bare = await server.operate("publishValue", model, { body });
    expect([bare.status, bare.json]).toEqual([428, expect.objectContaining({ code: "revision-required" })]);
    const operations = [{ kind: "publish", ...model, ...body }];
    const change = await server.operate("submitChange", {}, { body: { operations } });
    expect(change.status).toBe(428);
    expect(change.json).toMatchObject({
      issues: [{ path: "/operations/0", message: expect.stringMatching(/draft of model:new/) }],
    });
    expect(await published()).toBe("n");
  });

  test("is refused where somebody has put another in its place", async () => {
    const headers = await seen();
    expect(await draft("another prompt")).toBe(200);
    expect((await server.operate("publishValue", model, { body, headers })).status).toBe(412);
    expect(await published()).toBe("n");
    expect((await server.operate("publishValue", model, { body, headers: await seen() })).status).toBe(200);
    expect(await published()).toBe("another prompt");
  });

  test("needs none where the same change writes it, and none for a version", async () => {
    const operations = [
      { kind: "draft-value", ...model, variant: "new", value: "a third" },
      { kind: "publish", ...model, ...body },
    ];
    expect((await server.operate("submitChange", {}, { body: { operations } })).status).toBe(200);
    expect(await published()).toBe("a third");
    expect((await server.operate("publishValue", model, { body: { ...body, version: 1 } })).status).toBe(200);
    expect(await published()).toBe("n");
  });
});
