/** What work is inside of, and that it costs nothing outside. */

import { describe, expect, it } from "vitest";
import { openAsyncScope } from "./async-scope.ts";

describe("an asynchronous scope", () => {
  it("is seen by everything that its work awaits, and by nothing beside it", async () => {
    const scope = openAsyncScope<string>();
    const seen: (string | undefined)[] = [];
    const look = async () => {
      await Promise.resolve();
      seen.push(scope.current());
    };
    const inside = scope.run("a", async () => {
      await look();
      await scope.run("b", look);
      await look();
    });
    await look();
    await inside;
    expect([...seen].sort()).toEqual(["a", "a", "b", undefined]);
    expect(scope.current()).toBeUndefined();
  });

  it("counts again after it was left, also where the work failed", async () => {
    const scope = openAsyncScope<number>();
    await expect(scope.run(1, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await scope.run(2, async () => scope.current())).toBe(2);
  });

  it("goes on in one piece of work when another ends", async () => {
    const scope = openAsyncScope<number>();
    let end = (): void => {};
    const long = scope.run(1, async () => {
      await new Promise<void>((resolve) => (end = resolve));
      return scope.current();
    });
    await scope.run(2, async () => {});
    end();
    expect(await long).toBe(1);
  });

  it("leaves the process as it was once nothing is inside", async () => {
    const scope = openAsyncScope<number>();
    const later = scope.run(1, async () => () => scope.current());
    expect((await later)()).toBeUndefined();
  });
});
