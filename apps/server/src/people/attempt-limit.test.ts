/** The limit of tries: at most the number in any minute, and never for good. */

import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { openAttemptLimit } from "./attempt-limit.ts";

function open(attempts: number, windowMs?: number) {
  let now = 1_000_000;
  const limit = openAttemptLimit({
    attempts,
    ...(windowMs === undefined ? {} : { windowMs }),
    clock: () => now,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
  });
  return { ...limit, wait: (ms: number) => (now += ms) };
}

test("half of them at once, then one by one; no minute has more than the number", () => {
  const limit = open(10);
  const at: number[] = [];
  for (let second = 0; second < 600; second++) {
    for (let tries = 0; tries < 3; tries++) if (limit.take("ada") === 0) at.push(second);
    limit.wait(1_000);
  }
  expect(at.slice(0, 7)).toEqual([0, 0, 0, 1, 1, 12, 24]);
  for (const second of at) expect(at.filter((other) => other >= second && other < second + 60).length).toBeLessThanOrEqual(10);
  expect(at.length).toBeGreaterThan(50);
});

test("says when the next may be made, and it may be then", () => {
  const limit = open(10);
  for (let tries = 0; tries < 5; tries++) expect(limit.take("ada")).toBe(0);
  expect(limit.take("ada")).toBe(12);
  limit.wait(11_999);
  expect(limit.take("ada")).toBe(1);
  limit.wait(1);
  expect(limit.take("ada")).toBe(0);
});

test("one name's tries are not another's, and what was no guess is given back", () => {
  const limit = open(2);
  expect([limit.take("ada"), limit.take("ada") > 0, limit.take("grace")]).toEqual([0, true, 0]);
  limit.forgive("ada");
  expect(limit.take("ada")).toBe(0);
});

test("a clock that was set back locks nobody out for as long", () => {
  const limit = open(10);
  for (let tries = 0; tries < 5; tries++) limit.take("ada");
  limit.wait(-900_000);
  expect(limit.take("ada")).toBeLessThanOrEqual(12);
});

test("a million names take no more room than one", () => {
  const limit = open(10);
  for (let name = 0; name < 200_000; name++) limit.take(`name ${name}`);
  limit.wait(60_000);
  expect(limit.take("ada")).toBe(0);
});

test("an hour may be named instead of a minute", () => {
  const limit = open(4, 3_600_000);
  expect([limit.take("ada"), limit.take("ada"), limit.take("ada")]).toEqual([0, 0, 1_800]);
  limit.wait(1_800_000);
  expect(limit.take("ada")).toBe(0);
});
