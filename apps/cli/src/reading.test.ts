/** The verbs that read and evaluate, against a real server. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FlagDocument } from "@dimmer/evaluation";
import type { FlagView } from "@dimmer/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;

describe("reading", () => {
  beforeAll(async () => void (demo = await openDemoServer()));
  afterAll(() => demo.close());

  test("flags list says what each serves, in words", async () => {
    const { stdout } = await demo.check("flags list", EXIT.ok);
    expect(stdout).toMatch(/summarizer +object +release +10 % of everyone gets opus, 90 % sonnet; plain when killed/u);
    expect(stdout).toContain("those whose plan is pro or enterprise get frontier; everyone else gets standard");
  });
  test("flags list as JSON is the views", async () => {
    expect((await demo.jsonOf<FlagView[]>("flags list")).map(({ key }) => key)).toEqual([
      "ai-enabled",
      "chat-model",
      "frontier-tier",
      "summarizer",
    ]);
  });
  test("flags list --archived", () => demo.check("flags list --archived", EXIT.ok, { stdout: "has no archived flags" }));
  test("of what nobody has asked yet there is nothing to say", async () => {
    await demo.check("evaluations list", EXIT.ok, { stdout: "Nothing was evaluated in production in the last 24 h." });
    await demo.check("evaluations list summarizer --hours 1", EXIT.ok, { stdout: "in the last 1 h of summarizer." });
    await demo.check("attributes list", EXIT.ok, { stdout: "No attribute was seen in production yet." });
    await demo.check("flags unknown", EXIT.ok, { stdout: "Nobody asked for a flag that is not there" });
    await demo.check("flags stale", EXIT.ok, { stdout: "No flag of project demo is known to be stale." });
    expect(await demo.jsonOf("flags stale")).toEqual({ stale: [], unknown: [] });
    await demo.check("evaluations list --hours 0", EXIT.usage, { stderr: "--hours takes a whole number" });
  });
  test("flags show", () =>
    demo.check("flags show frontier-tier", EXIT.ok, { stdout: "frontier (version 1, only where plan is pro or enterprise)" }));
  test("an unknown flag, with what was meant", () =>
    demo.check("flags show sumarizer", EXIT.notFound, { stderr: "Did you mean summarizer?" }));
  test("flags of an environment that is not there, with what was meant", () =>
    demo.check("flags list --environment prodcution", EXIT.notFound, { stderr: "Did you mean production?" }));
  test("projects", () => demo.check("projects", EXIT.ok, { stdout: "demo" }));
  test("an unknown project", () => demo.check("flags list --project nowhere", EXIT.notFound));
  test("environments list", () => demo.check("environments list", EXIT.ok, { stdout: "production" }));
  test("segments list", () => demo.check("segments list", EXIT.ok, { stdout: "has no segments" }));
  test("an unknown segment", () => demo.check("segments show beta", EXIT.notFound, { stderr: "There is no segment beta" }));
  test("a wrong token", () =>
    demo.check(
      "projects",
      EXIT.auth,
      { stderr: "DIMMER_TOKEN" },
      { env: { DIMMER_URL: demo.server.url, DIMMER_TOKEN: "dm_admin_wrong" } },
    ));
  test("a key of the wrong kind", async () => {
    const wrong = { DIMMER_URL: demo.server.url, DIMMER_TOKEN: demo.keys.server };
    await demo.check("projects", EXIT.auth, { stderr: "admin token" }, { env: wrong });
  });
  test("a refusal is JSON with --json", async () => {
    const { stderr } = await demo.check("flags show sumarizer --json", EXIT.notFound);
    expect(JSON.parse(stderr)).toMatchObject({ error: { exitCode: 5, mend: "Did you mean summarizer?" } });
  });
  test("audit verify", () => demo.check("audit verify", EXIT.ok, { stdout: "ok   project/demo" }));
  test("audit list", () => demo.check("audit list --chain project/demo --limit 2", EXIT.ok, { stdout: "key.create" }));
  test("an export is valid, and reads back as the same flags", async () => {
    const { stdout } = await demo.check("export", EXIT.ok);
    writeFileSync(join(demo.cwd, "exported.yaml"), stdout);
    await demo.check("validate exported.yaml", EXIT.ok, { stdout: "4 flags, 0 errors" });
    expect(stdout.split("\n").filter((line) => line.includes("stored:"))).toHaveLength(2);
    expect(Object.keys((await demo.jsonOf<FlagDocument>("export")).flags)).toHaveLength(4);
  });
});

describe("eval", () => {
  beforeAll(async () => void (demo = await openDemoServer()));
  afterAll(() => demo.close());
  const asked = ["--context", '{"targetingKey":"user-1"}'];

  test("asks with the admin token", async () => {
    const { code, stdout } = await demo.run(["eval", "summarizer", ...asked]);
    expect({ code, answer: JSON.parse(stdout) as unknown }).toMatchObject({
      code: EXIT.ok,
      answer: { flagKey: "summarizer", reason: "SPLIT", flagMetadata: { flagSetId: "demo/production" } },
    });
  });
  test("asks with a server key, and gets the same answer", async () => {
    const withToken = await demo.run(["eval", "summarizer", ...asked]);
    const withKey = await demo.run(["eval", "summarizer", ...asked], {
      env: { DIMMER_URL: demo.server.url, DIMMER_KEY: demo.keys.server },
    });
    expect(withKey).toEqual(withToken);
  });
  test("a key that is for another environment is heard of", async () => {
    const { code, stderr } = await demo.run([
      "eval",
      "summarizer",
      ...asked,
      "--environment",
      "staging",
      "--key",
      demo.keys.server,
    ]);
    expect({ code, stderr }).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining("for production, not for staging"),
    });
  });
  test("a file of the same flags answers the same", async () => {
    writeFileSync(join(demo.cwd, "flags.yaml"), (await demo.check("export", EXIT.ok)).stdout);
    const contexts = Array.from({ length: 2_000 }, (_, at) => JSON.stringify({ targetingKey: `user-${at}` })).join("\n");
    const variantsIn = (text: string) =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as { variant: string }).variant);
    const fromServer = await demo.run(["eval", "summarizer", "--contexts", "-"], { stdin: contexts });
    const fromFile = await demo.run(["eval", "summarizer", "--contexts", "-", "--file", "flags.yaml"], { stdin: contexts });
    expect(variantsIn(fromFile.stdout)).toEqual(variantsIn(fromServer.stdout));
    expect(new Set(variantsIn(fromServer.stdout))).toEqual(new Set(["opus", "sonnet"]));
  });
});
