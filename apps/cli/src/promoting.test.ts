/** Environments side by side: diff says what they do differently, promote carries it over and leaves what people switched. */

import type { FlagView } from "@dimmer/protocol";
import { openManagement } from "@dimmer/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;
afterEach(() => demo.close());
beforeEach(async () => {
  demo = await openDemoServer();
  const client = openManagement({ url: demo.server.url, token: demo.keys.admin });
  await client.createEnvironment("demo", { key: "staging", name: "Staging", production: false });
  const S = { flag: "summarizer", environment: "staging" } as const;
  await client.submitChange("demo", {
    operations: [
      {
        kind: "configure-environment",
        ...S,
        config: {
          enabled: true,
          fallback: "plain",
          targets: { opus: ["tester"] },
          rules: [{ id: "paid", when: { plan: "pro" }, serve: { variant: "opus" } }],
          default: { split: { opus: 60, sonnet: 40 } },
        },
      },
      { kind: "set-targets", flag: "summarizer", environment: "production", targets: { sonnet: ["boss"] } },
      { kind: "draft-value", flag: "summarizer", variant: "plain", value: { reply: "Tried in staging." } },
      { kind: "publish", flag: "summarizer", variant: "plain", environments: ["staging"] },
      { kind: "stop", flag: "summarizer", environment: "production", variant: "opus" },
    ],
  });
});

const production = async () => (await demo.jsonOf<FlagView>("flags show summarizer")).environments["production"]?.config;

test("diff names what only one has and what differs, and fails then", async () => {
  const { stdout } = await demo.check("diff staging production", EXIT.failed);
  expect(stdout).toContain("flag chat-model: only in production");
  expect(stdout).toContain("default/split/opus: 60 → 10");
  expect(stdout).toContain("published/plain: 2 → 1");
  expect(stdout).not.toContain("ranges");
  await demo.check("diff production production", EXIT.ok, { stdout: "do the same" });
  await demo.check("diff production stagin", EXIT.notFound, { stderr: "Did you mean staging?" });
});

test("[promote] asks, moves the fewest, and leaves stops and named people as they are", async () => {
  const before = await production();
  const { stderr } = await demo.check("promote staging production summarizer", EXIT.usage);
  expect(stderr).toContain("default/split/opus: 10 → 60");
  expect(stderr).toContain("50 % of users change: 50 % sonnet → opus.");
  expect(await production()).toEqual(before);
  await demo.check("promote staging production --yes", EXIT.ok);
  expect(await production()).toMatchObject({
    enabled: true,
    stopped: ["opus"],
    targets: { sonnet: ["boss"] },
    rules: [{ id: "paid", serve: { variant: "opus" } }],
    default: { split: { opus: 60, sonnet: 40 } },
    published: { opus: 1, sonnet: 1, plain: 2 },
  });
  await demo.check("promote staging production --yes", EXIT.ok, { stdout: "Nothing changes: production does what staging does" });
  await demo.check("promote staging staging --yes", EXIT.usage, { stderr: "cannot be promoted to itself" });
});

test("promote configures a flag that the other environment does not know", async () => {
  await demo.check("promote production staging chat-model frontier-tier --yes", EXIT.ok);
  const { stdout } = await demo.check("diff staging production", EXIT.failed);
  expect(stdout).not.toContain("chat-model");
  expect(stdout).not.toContain("frontier-tier");
});
