/** The breaker: opens on failures in a row, lets one probe through, and forgets. */

import { expect, test } from "vitest";
import { AI_LIMITS } from "../limits.ts";
import { fakeHost } from "../testing/testing.ts";
import { openBreaker } from "./breaker.ts";

const settings = { failures: 3, openMs: 1_000, maxOpenMs: 3_000 };

function open(random = 0.5) {
  const host = fakeHost();
  const breaker = openBreaker(settings, { monotonicMs: () => host.monotonicMs(), random: () => random });
  const fail = (times: number, key = "a") => {
    for (let count = 0; count < times; count++) breaker.admit(key)?.fail();
  };
  return { host, breaker, fail };
}

test("failures in a row open it for that variant alone; a success starts the count anew", () => {
  const { breaker, fail } = open();
  fail(2);
  breaker.admit("a")?.succeed();
  fail(2);
  expect(breaker.admit("a")).toBeDefined();
  fail(1);
  expect(breaker.admit("a")).toBeUndefined();
  expect(breaker.admit("b")).toBeDefined();
});

test("after the delay one probe goes; it closes, or opens for twice as long up to the most", async () => {
  const { host, breaker, fail } = open();
  fail(3);
  await host.advance(999);
  expect(breaker.admit("a")).toBeUndefined();
  await host.advance(1);
  const probe = breaker.admit("a");
  expect(probe).toBeDefined();
  expect(breaker.admit("a"), "only one probe").toBeUndefined();
  probe?.fail();
  await host.advance(1_999);
  expect(breaker.admit("a")).toBeUndefined();
  await host.advance(1);
  breaker.admit("a")?.fail();
  await host.advance(2_999);
  expect(breaker.admit("a")).toBeUndefined();
  await host.advance(1);
  breaker.admit("a")?.succeed();
  fail(2);
  expect(breaker.admit("a")).toBeDefined();
});

test("a probe that learned nothing makes room for another", async () => {
  const { host, breaker, fail } = open();
  fail(3);
  await host.advance(1_000);
  breaker.admit("a")?.release();
  expect(breaker.admit("a")).toBeDefined();
});

test("the delay is drawn between half and one and a half times", async () => {
  for (const [random, delayMs] of [
    [0, 500],
    [0.999, 1_499],
  ] as const) {
    const { host, breaker, fail } = open(random);
    fail(3);
    await host.advance(delayMs - 1);
    expect(breaker.admit("a")).toBeUndefined();
    await host.advance(1);
    expect(breaker.admit("a")).toBeDefined();
  }
});

test("calls that were on their way when it opened keep it open no longer, and a permit speaks once", async () => {
  const { host, breaker, fail } = open();
  const late = [breaker.admit("a"), breaker.admit("a")];
  fail(3);
  for (const permit of late) permit?.fail();
  await host.advance(1_000);
  const probe = breaker.admit("a");
  probe?.succeed();
  probe?.fail();
  fail(2);
  expect(breaker.admit("a")).toBeDefined();
});

test("remembers a bounded number of variants", () => {
  const { breaker, fail } = open();
  fail(3, "first");
  for (let count = 0; count < AI_LIMITS.breakers; count++) fail(1, `other-${count}`);
  expect(breaker.admit("first")).toBeDefined();
});
