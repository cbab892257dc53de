/** Compares our slots with the well-known rule of whole percentages, as the real python3 computes it. */

import { spawnSync } from "node:child_process";
import { slotOf, SLOTS } from "@dimmer/evaluation";
import { expect, test } from "vitest";
import { requireOrSkip } from "../tools.ts";

const FLAG = "summarizer";
const IDS = 10_000;

/** Reads a JSON list of ids and writes, for each, the percent above which the rule lets it in. */
const RULE = `
import hashlib, json, sys
flag = ${JSON.stringify(FLAG)}
print(json.dumps([int(hashlib.sha1(f"{flag}:{user}".encode()).hexdigest(), 16) % 100 for user in json.load(sys.stdin)]))
`;

const SCRIPTS = [
  "user-%",
  "%@example.com",
  "用户-%",
  "пользователь-%",
  "émilie-%",
  "👩🏽‍🚀-%",
  "مستخدم-%",
  "\u{10FFFF}%",
  " % ",
  "%\u0000",
  "é-%",
];
const ids = Array.from({ length: IDS }, (_, index) => (SCRIPTS[index % SCRIPTS.length] ?? "%").replace("%", String(index)));

test("[python-rule] a key is in for every whole percentage exactly when Python says so", (context) => {
  const python = requireOrSkip(context, "python3");
  const { stdout, stderr, status } = spawnSync(python, ["-c", RULE], { input: JSON.stringify(ids), encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const theirs = JSON.parse(stdout) as readonly number[];
  // `theirs < percent` and `slot < percent · 1000` agree at every whole percentage exactly when the thousands agree.
  const ours = ids.map((id) => Math.floor(slotOf(FLAG, id) / (SLOTS / 100)));
  const differing = ids.filter((_, index) => ours[index] !== theirs[index]);
  expect(theirs.length).toBe(IDS);
  expect(differing).toEqual([]);
});
