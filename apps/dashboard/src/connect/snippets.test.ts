/** Snippets hold what was chosen, and a key that does not fit is named. */

import { expect, test } from "vitest";
import { checkKey, KEY_PLACE, WAYS } from "./snippets.ts";

const order = {
  url: "https://flags.example.com",
  key: "dm_server_0123456789abcdef",
  flag: "ai-enabled",
  type: "boolean",
} as const;

test.each(WAYS)("$label: flag, address and key are in it", ({ parts }) => {
  const text = parts(order)
    .map((part) => part.text)
    .join("\n");
  for (const word of [order.url, order.key, order.flag]) expect(text).toContain(word);
  expect(text).not.toMatch(/undefined|\[object/u);
});

test("the default is of the flag's type, in the language's words", () => {
  const textOf = (id: string, type: "boolean" | "object") =>
    WAYS.find((way) => way.id === id)
      ?.parts({ ...order, type })
      .at(-1)?.text ?? "";
  expect(textOf("typescript", "boolean")).toContain('dimmer.boolean("ai-enabled", { targetingKey: "user-1" }, false)');
  expect(textOf("typescript", "object")).toContain('dimmer.object("ai-enabled", { targetingKey: "user-1" }, {})');
  expect(textOf("openfeature", "object")).toContain("client.getObjectValue");
  expect(textOf("python", "boolean")).toContain('{"targetingKey": "user-1"}, False)');
});

test("a browser key is asked for only where the page holds it", () => {
  expect(WAYS.filter(({ keyKind }) => keyKind === "browser").map(({ id }) => id)).toEqual(["react"]);
  expect(Object.keys(KEY_PLACE)).toEqual(["server", "browser"]);
});

test.each([
  ["dm_server_0123456789abcdef", "server"],
  ["  dm_browser_0123456789abcdef ", "browser"],
  ["chosen-by-an-installer", "server"],
] as const)("%s is taken as a %s key", (text, kind) => expect(checkKey(text, kind)).toBeUndefined());

test.each([
  ["dm_browser_0123456789abcdef", "server", "needs a server key"],
  ["dm_admin_0123456789abcdef", "server", "admin token"],
  ["too short", "server", "no key"],
] as const)("%s is not taken as a %s key", (text, kind, why) => expect(checkKey(text, kind)).toContain(why));
