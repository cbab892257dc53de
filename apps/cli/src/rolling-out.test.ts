/** Guarded rollouts from the command line, against a real server. */

import type { RolloutView, StartedRollout } from "@dimmer/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;
beforeAll(async () => void (demo = await openDemoServer()));
afterAll(() => demo.close());

const ORDER = "summarizer opus --steps 60:1m,100:1h --holdback none";

test("[rollout-by-command] a rollout is planned, refused while nothing is measured, started watched, followed, paused, resumed, ended and replayed", async () => {
  await demo.check("rollouts list", EXIT.ok, { stdout: "There are none." });
  await demo.check("rollouts plan summarizer opus --steps 60", EXIT.usage, { stderr: "--steps 1:30m,10:2h,100:1d" });
  await demo.check(`rollouts plan ${ORDER} --guardrail a=b`, EXIT.usage, { stderr: "--guardrail slow_rate=1.1" });
  await demo.check(`rollouts plan ${ORDER} --people all`, EXIT.usage, { stderr: "same or fresh" });
  await demo.check(`rollouts plan ${ORDER} --regression x`, EXIT.usage, { stderr: "a ratio above 1" });
  await demo.check(`rollouts plan ${ORDER}`, EXIT.ok, { stdout: "60 % for 1 min" });
  const plan = ["--regression", "3", "--any-hour", "--never", "leaked_secret=1", "--gate", "summaries"];
  const foreseen = await demo.run(["rollouts", "plan", ...ORDER.split(" "), ...plan]);
  expect(foreseen.stdout).toContain("3 times as many");
  await demo.check(`rollouts start ${ORDER} --yes`, EXIT.conflict, { stderr: "error_rate" });
  const { rollout } = await demo.jsonOf<StartedRollout>(`rollouts start ${ORDER} --watched --yes --reason slowly`);
  const id = rollout?.id ?? "";
  await demo.check("rollouts list", EXIT.ok, { stdout: "60 %" });
  await demo.check(`rollouts status ${id}`, EXIT.ok, { stdout: "next:" });
  await demo.check(`rollouts pause ${id} --reason lunch`, EXIT.ok, { stdout: "is paused at 60 %" });
  await demo.check(`rollouts pause ${id}`, EXIT.conflict, { stderr: "paused already" });
  await demo.check(`rollouts resume ${id}`, EXIT.ok, { stdout: "is running at 60 %" });
  await demo.check(`rollouts approve ${id}`, EXIT.conflict, { stderr: "Nothing waits for an approval" });
  await demo.check(`rollouts status ${id} --verdicts`, EXIT.ok, { stdout: "said so: lunch" });
  await demo.check(`rollouts replay ${id}`, EXIT.ok, { stdout: "verdicts are the same again." });
  await demo.check(`rollouts abort ${id} --shares away --yes`, EXIT.usage, { stderr: "back or keep" });
  await demo.check(`rollouts abort ${id}`, EXIT.usage, { stderr: "Add --yes" });
  await demo.check(`rollouts abort ${id} --yes`, EXIT.ok, { stdout: "is aborted" });
  // Ended, it is watched no longer.
  await demo.check(`rollouts status ${id} --watch`, EXIT.ok, { stdout: "aborted" });
  expect((await demo.jsonOf<RolloutView[]>("rollouts list --all --flag summarizer")).map(({ state }) => state)).toEqual([
    "aborted",
  ]);
});
