/** `where` and the kill of a model, against a real server. */

import type { ChangeResult, ModelUse } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

describe("a model", () => {
  let demo: DemoServer;
  beforeEach(async () => void (demo = await openDemoServer()));
  afterEach(() => demo.close());

  test("where shows flag, variant, environment and share", async () => {
    const { stdout } = await demo.check("where claude-opus-4-6", EXIT.ok);
    expect(stdout).toMatch(/summarizer +opus +production +claude-opus-4-6 +default 10 %/u);
    expect(stdout).toMatch(/frontier-tier +frontier +production +claude-opus-4-6 +rule paid 100 %/u);
    const found = await demo.jsonOf<ModelUse[]>("where --provider anthropic");
    expect(found.map(({ variant }) => variant)).toEqual(["opus", "sonnet"]);
  });

  test("[kill-model] kill --model takes it off in all flags, without asking, and one undo brings it back", async () => {
    await demo.check("kill --model claude-opus-4-6 --dry-run", EXIT.ok, { stdout: "Nothing was changed" });
    const { stdout } = await demo.check("kill --model claude-opus-4-6", EXIT.ok, {
      stdout: "Stopped summarizer:opus in production.",
    });
    expect(stdout).toContain("Stopped frontier-tier:frontier in production.");
    expect((await demo.check("where claude-opus-4-6", EXIT.ok)).stdout).toContain("variant stopped; else default 10 %");
    await demo.check("undo --yes", EXIT.ok, { stdout: "Restored summarizer:opus in production." });
  });

  test("kill --provider kills where nothing else serves", async () => {
    const { change } = await demo.jsonOf<ChangeResult>("kill --provider anthropic");
    expect(change?.operations).toEqual([{ kind: "kill", flag: "summarizer", environment: "production" }]);
  });

  test.each([
    ["where", EXIT.usage, "Name a model or a provider."],
    ["kill", EXIT.usage, "kill takes a flag, or --model, or --provider."],
    ["kill summarizer --model x", EXIT.usage, "not both"],
    ["kill --model gpt-0", EXIT.notFound, "Used are: claude-opus-4-6, claude-sonnet-4-6."],
  ] as const)("%s is refused with what to do", async (line, code, stderr) => void (await demo.check(line, code, { stderr })));
});
