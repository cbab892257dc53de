/** Changes at a time to come, against a real server: what `--at` says, asks and leaves, and the verbs of schedules. */

import type { ScheduleResult, ScheduleView } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;
/** A year ahead: nothing of this runs while it is tested. */
const AT = new Date(Date.now() + 365 * 86_400_000).toISOString();

const pending = () => demo.jsonOf<ScheduleView[]>("schedules list");

describe("scheduling", () => {
  beforeEach(async () => void (demo = await openDemoServer()));
  afterEach(() => demo.close());

  test.each([
    ["ramp summarizer 25", { kind: "ramp", variant: "opus", percent: 25, rule: "default" }],
    ["set ai-enabled off", { kind: "serve-all", variant: "off" }],
    ["kill summarizer", { kind: "kill" }],
    ["stop summarizer:opus", { kind: "stop", variant: "opus" }],
    ["restore summarizer", { kind: "restore" }],
    ["publish summarizer opus --version 1", { kind: "publish", version: 1 }],
  ])("%s --at", async (line, operation) => {
    const { stdout, stderr } = await demo.check(`${line} --yes --at ${AT}`, EXIT.ok, {
      stdout: `Scheduled for ${AT} as schedule_`,
    });
    const [schedule, ...more] = await pending();
    expect([schedule?.operations, more]).toMatchObject([[operation], []]);
    expect(stderr).toContain(`Cancel with: dimmer schedules cancel ${schedule?.id}`);
    expect(stdout).toContain(schedule?.id);
  });

  test("asks, and says when", async () => {
    await demo.check(`ramp summarizer 25 --at ${AT}`, EXIT.usage, {
      stderr: `in production at ${AT}?`,
    });
    await demo.check(`ramp summarizer 25 --dry-run --at ${AT}`, EXIT.ok, { stdout: `It would be made at ${AT}.` });
    expect(await pending()).toEqual([]);
  });

  test("a time that the clocks jump over is the next there is, and is said", async () => {
    const year = Number(AT.slice(0, 4));
    const day = lastSunday(year, 3);
    const line = `kill summarizer --at ${day}T02:30:00 --time-zone Europe/Berlin`;
    await demo.check(line, EXIT.ok, { stdout: `Scheduled for ${day}T01:00:00.000Z`, stderr: "the clocks jump over it" });
  });

  test.each([
    ["kill summarizer --at yesterday", "is no date with its time"],
    ["kill summarizer --at 2020-01-01T00:00:00Z", "has passed"],
    ["kill summarizer --at 9999-01-01T00:00:00Z", "more than two years ahead"],
    ["kill summarizer --at 2027-01-01T00:00:00", "has no zone"],
  ])("%s is refused", async (line, stderr) => void (await demo.check(line, EXIT.failed, { stderr })));

  test.each([
    ["undo --version 0 --yes", "cannot be done at a time to come"],
    ["ramp summarizer 25 --file dimmer.yaml", "--at goes without --file"],
  ])("%s cannot be put off", async (line, stderr) => void (await demo.check(`${line} --at ${AT}`, EXIT.usage, { stderr })));

  test("an undo is of the change that was named, and never by force", async () => {
    await demo.check("ramp summarizer 25 --yes", EXIT.ok);
    await demo.check(`undo --force --yes --at ${AT}`, EXIT.usage, { stderr: "--force goes without --at" });
    const { schedule } = await demo.jsonOf<ScheduleResult>(`undo --yes --at ${AT}`);
    await demo.check("schedules list", EXIT.ok, { stdout: `undo ${schedule?.undoes}` });
  });

  test("the kill of a model, of whatever uses it then", async () => {
    await demo.check(`kill --model claude-opus-4-6 --dry-run --at ${AT}`, EXIT.ok, { stdout: `It would be made at ${AT}.` });
    await demo.check(`kill --model claude-opus-4-6 --at ${AT}`, EXIT.ok, { stdout: `Scheduled for ${AT}` });
    await demo.check(`kill --provider anthropic --environment production --at ${AT}`, EXIT.ok);
    const [first, second] = (await pending()).sort((one, other) => one.sequence - other.sequence);
    expect([first?.kills, first?.reason]).toEqual([{ model: "claude-opus-4-6" }, "Kill of model claude-opus-4-6"]);
    expect(second?.kills).toEqual({ provider: "anthropic", environment: "production" });
    await demo.check("schedules list", EXIT.ok, { stdout: "kill provider anthropic in production" });
    const { stdout } = await demo.check(`schedules show ${first?.id}`, EXIT.ok);
    expect(stdout).toContain("  kill model claude-opus-4-6 in every environment, in whatever uses it then\n");
    expect(stdout).toContain("    when it was made: stop summarizer:opus in production\n");
    await demo.check(`kill --model gpt-0 --at ${AT}`, EXIT.notFound, { stderr: "Used are: claude-opus-4-6" });
  });

  test("list, show, cancel", async () => {
    await demo.check("schedules list", EXIT.ok, { stdout: "There are none." });
    await demo.check(`stop summarizer:opus --at ${AT} --reason launch`, EXIT.ok);
    await demo.check("schedules list", EXIT.ok, { stdout: "stop summarizer:opus in production" });
    const [one] = await pending();
    const id = one?.id ?? "";
    await demo.check(`schedules show ${id}`, EXIT.ok, { stdout: "(launch)\n  stop summarizer:opus in production" });
    await demo.check(`schedules cancel ${id}`, EXIT.usage, { stderr: "Cancel stop summarizer:opus in production" });
    await demo.check(`schedules cancel ${id} --yes`, EXIT.ok, { stdout: `Cancelled ${id}.` });
    await demo.check(`schedules list --state cancelled`, EXIT.ok, { stdout: id });
    await demo.check(`schedules list --all`, EXIT.ok, { stdout: "cancelled" });
    await demo.check(`schedules list --state gone`, EXIT.usage, { stderr: "A schedule is pending, done, failed, cancelled" });
    await demo.check("schedules show absent", EXIT.notFound, { stderr: "There is no schedule absent" });
  });
});

function lastSunday(year: number, month: number): string {
  const last = new Date(Date.UTC(year, month, 0));
  return new Date(last.getTime() - last.getUTCDay() * 86_400_000).toISOString().slice(0, 10);
}
