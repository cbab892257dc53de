/** Each thing is said once, and not without end. */

import { expect, test } from "vitest";
import { openSayOnce } from "./host.ts";

test("once each, and the first two hundred things", () => {
  const said: string[] = [];
  const sayOnce = openSayOnce({ warn: (message) => said.push(message) });
  sayOnce("a", "one.");
  sayOnce("a", "one.");
  expect(said).toEqual(["Dimmer AI: one. This is said once."]);
  for (let count = 0; count < 500; count++) sayOnce(`thing ${count}`, "more.");
  expect(said).toHaveLength(200);
});
