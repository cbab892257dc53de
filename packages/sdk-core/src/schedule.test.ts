/** Many deadlines, one timer. */

import { expect, test } from "vitest";
import { openFakeHost, scheduleOn } from "../test/fake-host.ts";

const DAY_MS = 86_400_000;
const quiet = () => openFakeHost(() => new Error("no network"));

test("deadlines run in time, over one timer", async () => {
  const host = quiet();
  const schedule = scheduleOn(host);
  const ran: string[] = [];
  schedule.after(30, () => ran.push("c"));
  schedule.after(10, () => ran.push("a"));
  schedule.after(20, () => ran.push("b"));
  await host.advance(10);
  expect(ran).toEqual(["a"]);
  await host.advance(20);
  expect(ran).toEqual(["a", "b", "c"]);
  expect(host.mostTimers).toBe(1);
  expect(host.pendingTimers).toBe(0);
});

test("what is cancelled does not run, and the last one takes the timer with it", async () => {
  const host = quiet();
  const schedule = scheduleOn(host);
  const ran: string[] = [];
  const cancel = schedule.after(10, () => ran.push("a"));
  const cancelLater = schedule.after(20, () => ran.push("b"));
  cancel();
  cancel();
  await host.advance(15);
  expect(host.pendingTimers).toBe(1);
  cancelLater();
  expect(host.pendingTimers).toBe(0);
  await host.advance(15);
  expect(ran).toEqual([]);
});

test("a deadline may set another; one that throws does not stop the next", async () => {
  const host = quiet();
  const schedule = scheduleOn(host);
  const ran: string[] = [];
  schedule.after(10, () => schedule.after(10, () => ran.push("nested")));
  schedule.after(15, () => {
    throw new Error("a deadline failed");
  });
  await expect(host.advance(16)).rejects.toThrow("a deadline failed");
  await host.advance(10);
  expect(ran).toEqual(["nested"]);
});

test("closed, it runs nothing and takes nothing", async () => {
  const host = quiet();
  const schedule = scheduleOn(host);
  const ran: string[] = [];
  schedule.after(10, () => ran.push("a"));
  schedule.close();
  schedule.after(10, () => ran.push("b"))();
  await host.advance(100);
  expect(ran).toEqual([]);
  expect(host.pendingTimers).toBe(0);
});

test("a deadline beyond the longest timer is reached over several, one that never comes over none", async () => {
  const host = quiet();
  const schedule = scheduleOn(host);
  const ran: string[] = [];
  const cancel = schedule.after(Number.POSITIVE_INFINITY, () => ran.push("never"));
  expect(host.pendingTimers).toBe(0);
  schedule.after(30 * DAY_MS, () => ran.push("in a month"));
  schedule.after(31 * DAY_MS, () => ran.push("a day later"));
  await host.advance(30 * DAY_MS - 1);
  expect(ran).toEqual([]);
  await host.advance(1);
  expect(ran).toEqual(["in a month"]);
  await host.advance(DAY_MS);
  expect(ran).toEqual(["in a month", "a day later"]);
  expect(host.mostTimers).toBe(1);
  cancel();
  expect(host.pendingTimers).toBe(0);
});
