/** Connections on the real store: made, moved, removed, and where their credentials never are. */

import { CONNECTION_LIMITS, type ConnectionRequest } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { author, EVERYWHERE } from "../access/sample-ports.contract.ts";
import type { ConnectionRecord } from "../storage/connection-record.ts";
import { createConnection, removeConnection, updateConnection } from "./connections.ts";
import { openCredential } from "./credential.ts";
import { answer, openTestProvider, PLACE, SECRET, type TestProvider } from "./sample-provider.contract.ts";
import { testConnection } from "./test-connection.ts";

let shop: TestProvider;
beforeEach(async () => (shop = await openTestProvider()));
afterEach(() => shop.close());

describe("a credential", () => {
  test("[credential-never-read] is sealed for its row and its address: nowhere else does it open", async () => {
    const record = await shop.make();
    expect(JSON.stringify(record)).not.toContain(SECRET);
    expect(openCredential(shop.ports.sealing, record)).toBe(SECRET);
    const other = await shop.make({ name: "Other", secret: "another-credential" });
    const moved: readonly Partial<ConnectionRecord>[] = [
      { sealed: other.sealed },
      { baseUrl: "https://evil.example" },
      { region: "eu" },
      { provider: "house" },
      { format: "anthropic" },
      { environment: "staging" },
      { project: "other" },
    ];
    for (const change of moved)
      expect(() => openCredential(shop.ports.sealing, { ...record, ...change })).toThrow("damaged or was moved");
  });

  test("goes to another host only when it is given again; to another path of the same host as it is", async () => {
    const record = await shop.make();
    const elsewhere = { baseUrl: "http://127.0.0.2:8080/v1" };
    await expect(updateConnection(shop.ports, EVERYWHERE, PLACE, record.id, elsewhere)).rejects.toMatchObject({
      code: "invalid-request",
      message: expect.stringContaining("Give it again to have it sent to 127.0.0.2:8080") as string,
    });
    const moved = await updateConnection(shop.ports, EVERYWHERE, PLACE, record.id, { baseUrl: `${shop.url}/v2/`, region: "eu" });
    expect([moved.baseUrl, moved.region, openCredential(shop.ports.sealing, moved)]).toEqual([`${shop.url}/v2`, "eu", SECRET]);
    const renewed = await updateConnection(shop.ports, EVERYWHERE, PLACE, record.id, { ...elsewhere, secret: "another" });
    expect(openCredential(shop.ports.sealing, renewed)).toBe("another");
    expect((await shop.audit()).map(({ action }) => action)).toEqual([
      "connection.update",
      "connection.update",
      "connection.create",
      "environment.create",
      "project.create",
    ]);
    expect(JSON.stringify(await shop.audit())).not.toContain(SECRET);
  });

  test("is in no answer and no failure, whatever the provider says", async () => {
    const record = await shop.make();
    const echo = `Incorrect API key provided: ${SECRET}`;
    shop.respond = answer({ error: { message: echo, code: "invalid_api_key" } }, 401);
    expect((await shop.ask(record)).failure).toEqual({
      type: "unauthenticated",
      httpStatus: 401,
      message: "The provider refused the credential (401). Give the connection a new one.",
    });
    shop.respond = answer({ error: { message: echo } }, 500);
    expect((await shop.ask(record)).failure?.message).toBe("The provider answered 500.");
    shop.respond = answer({ model: SECRET, choices: [{ message: { content: `Bearer ${SECRET}!` }, finish_reason: SECRET }] });
    const answered = await shop.ask(record);
    expect(JSON.stringify(answered)).not.toContain(SECRET);
    expect(answered.text).toBe("Bearer [credential]!");
  });
});

describe("connections", () => {
  test("A59 are refused where they cannot be", async () => {
    await shop.make();
    await expect(shop.make()).rejects.toMatchObject({ code: "already-exists" });
    const house: ConnectionRequest = { name: "House", provider: "house", secret: SECRET };
    await expect(createConnection(shop.ports, EVERYWHERE, PLACE, house)).rejects.toThrow("Give the connection a `baseUrl`");
    await expect(shop.make({ name: "b", baseUrl: `${shop.url}/v1?key=1` })).rejects.toThrow("no query");
    await expect(shop.make({ name: "b", baseUrl: "https://user@example.com" })).rejects.toMatchObject({
      code: "invalid-request",
    });
    const closed = { ...shop.ports, outbound: { ...shop.ports.outbound, allowPrivate: false } };
    const inside = { ...shop.order, name: "b", baseUrl: "https://house.example/v1" };
    await expect(createConnection(closed, EVERYWHERE, PLACE, inside)).rejects.toThrow(
      "DIMMER_CONNECTION_ALLOW_PRIVATE=1 permits",
    );
    const editor = author("shop", null, "editor");
    await expect(createConnection(shop.ports, editor, PLACE, { ...shop.order, name: "b" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(createConnection(shop.ports, EVERYWHERE, { ...PLACE, environment: "none" }, shop.order)).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("are so many and no more", async () => {
    for (let count = 0; count < CONNECTION_LIMITS.connections; count += 1) await shop.make({ name: `c${count}` });
    await expect(shop.make()).rejects.toMatchObject({ code: "conflict" });
  });

  test("known providers have an address, which is looked up when it is called", async () => {
    const { baseUrl: _baseUrl, ...known } = shop.order;
    const offline = { ...shop.ports, outbound: { ...shop.ports.outbound, resolve: () => Promise.reject(new Error("offline")) } };
    expect((await createConnection(offline, EVERYWHERE, PLACE, known)).baseUrl).toBe("https://api.openai.com/v1");
    const claude = await createConnection(offline, EVERYWHERE, PLACE, { ...known, name: "Claude", provider: "anthropic" });
    expect([claude.baseUrl, claude.format]).toEqual(["https://api.anthropic.com", "anthropic"]);
    const { failure } = await testConnection(
      offline,
      EVERYWHERE,
      { ...PLACE, connection: claude.id, model: "claude-sonnet-4-6" },
      new AbortController().signal,
    );
    expect(failure).toMatchObject({ type: "network", message: "api.anthropic.com cannot be found. Check the name." });
  });

  test("go with their days", async () => {
    const record = await shop.make();
    await shop.ask(record);
    expect(await shop.today(record)).not.toBeNull();
    await removeConnection(shop.ports, EVERYWHERE, PLACE, record.id);
    expect([await shop.ports.store.listConnections("shop", "production"), await shop.today(record)]).toEqual([[], null]);
    await expect(removeConnection(shop.ports, EVERYWHERE, PLACE, record.id)).rejects.toMatchObject({ code: "not-found" });
  });
});
