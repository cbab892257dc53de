/** What every source must do, whatever it reads from; each is run through the client that an app uses. */

import { describe, expect, test } from "vitest";
import { waitUntil } from "../../test/wait-until.ts";
import type { Dimmer } from "../client.ts";

/** A source and the thing that it reads, which the contract changes and breaks. */
export interface SourceWorld {
  open(): Dimmer;
  /** From now on the flag `bool` serves true (`one`) or false (`two`). */
  publish(serves: "one" | "two"): Promise<void>;
  /** From now on whatever the source reads is broken, until the next `publish`. */
  breakIt(): Promise<void>;
  /** Takes away what the source reads. */
  remove(): Promise<void>;
  /** Connections, watchers and the like that the source holds now. */
  holds(): number;
}

export function describeSource(name: string, openWorld: () => Promise<SourceWorld>): void {
  describe(`source: ${name}`, () => {
    test("the first snapshot, and updates", async () => {
      const world = await openWorld();
      const client = world.open();
      expect(client.booleanDetails("bool", {}, true).errorCode).toBe("PROVIDER_NOT_READY");
      expect(await client.ready()).toMatchObject({ isReady: true });
      expect(client.boolean("bool", {}, false)).toBe(true);
      const changes: unknown[] = [];
      client.on("configuration-changed", ({ flagsChanged }) => changes.push(flagsChanged));
      for (const serves of ["two", "one", "two"] as const) {
        await world.publish(serves);
        await waitUntil(`bool serves ${serves}`, () => client.boolean("bool", {}, serves !== "one") === (serves === "one"));
      }
      expect(changes).toEqual([["bool"], ["bool"], ["bool"]]);
    });

    test("what is broken keeps the last good, says so, turns stale, and is mended by what is whole", async () => {
      const world = await openWorld();
      const client = world.open();
      await client.ready();
      const failures: string[] = [];
      client.on("error", ({ code }) => failures.push(code));
      await world.breakIt();
      await waitUntil("stale", () => client.status === "STALE");
      expect(failures).toContain("payload");
      expect(client.booleanDetails("bool", {}, false)).toMatchObject({
        value: true,
        reason: "STATIC",
        flagMetadata: { stale: true },
      });
      expect(client.staleForMs).toBeGreaterThan(0);
      await world.publish("two");
      await waitUntil("the mended flag", () => !client.boolean("bool", {}, true));
      await waitUntil("ready", () => client.status === "READY");
      expect(client.booleanDetails("bool", {}, true).flagMetadata).not.toHaveProperty("stale");
    });

    test("what is gone leaves the last good, and is found again", async () => {
      const world = await openWorld();
      const client = world.open();
      await client.ready();
      await world.remove();
      await waitUntil("stale", () => client.status === "STALE");
      expect(client.boolean("bool", {}, false)).toBe(true);
      await world.publish("two");
      await waitUntil("the flag again", () => !client.boolean("bool", {}, true));
    });

    test("close lets go of everything, and hears of nothing more", async () => {
      const world = await openWorld();
      const client = world.open();
      await client.ready();
      await client.close();
      await waitUntil("nothing is held", () => world.holds() === 0);
      await world.publish("two");
      expect(world.holds()).toBe(0);
      const another = world.open();
      await waitUntil("the change, for whoever is open", () => !another.boolean("bool", {}, true));
      expect(client.boolean("bool", {}, false)).toBe(true);
    });
  });
}
