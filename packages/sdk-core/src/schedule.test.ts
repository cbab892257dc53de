/** Many deadlines, one timer. */

import { expect, test } from "vitest";
import { openFakeHost, scheduleOn } from "../test/fake-host.ts";

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
