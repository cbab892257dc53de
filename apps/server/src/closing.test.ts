/** The order in which a server ends. */

import { expect, test } from "vitest";
import { openClosing } from "./closing.ts";

test("closes last what was opened first, each once, and waits", async () => {
  const closing = openClosing();
  const order: string[] = [];
  closing.add(() => order.push("store"));
  closing.add(async () => {
    await Promise.resolve();
    order.push("server");
  });
  await Promise.all([closing.close(), closing.close()]);
  expect(order).toEqual(["server", "store"]);
});

test("what fails keeps nothing else from being closed, and is told", async () => {
  const closing = openClosing();
  const order: string[] = [];
  closing.add(() => order.push("store"));
  closing.add(() => Promise.reject(new Error("broken")));
  closing.add(() => order.push("server"));
  await expect(closing.close()).rejects.toThrow("broken");
  expect(order).toEqual(["server", "store"]);
});
