/** The dimmer command as people and scripts use it: against a server, against a file, and refusing what it would have to guess. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Change, type FlagView, openManagement, type Operation } from "@dimmer/protocol";
import { describe, expect, test } from "vitest";
import { dimmerJson, makeFolder, runDimmer, startServerProcess } from "./processes.ts";

const CONTEXTS = Array.from({ length: 500 }, (_, index) => ({
  targetingKey: `user-${index}`,
  plan: index % 3 === 0 ? "pro" : "free",
}));
const RESTING_IN_STAGING: Operation = {
  kind: "configure-environment",
  flag: "ai-enabled",
  environment: "staging",
  config: { enabled: true, fallback: "off", default: { variant: "off" } },
};
const asLines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const parseLines = (text: string): readonly { variant?: string; reason: string }[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { variant?: string; reason: string });

test("[demo-project] the demo has production and one flag for each of the four jobs", async () => {
  const server = await startServerProcess();
  const environments = await dimmerJson<readonly { key: string }[]>(["environments", "list"], server);
  const flags = await dimmerJson<readonly FlagView[]>(["flags", "list"], server);
  expect(environments.map(({ key }) => key)).toEqual(["production"]);
  expect(Object.fromEntries(flags.map(({ key, definition }) => [key, definition.purpose]))).toEqual({
    summarizer: "release",
    "ai-enabled": "kill-switch",
    "chat-model": "experiment",
    "frontier-tier": "entitlement",
  });
  const summarizer = flags.find(({ key }) => key === "summarizer")?.definition;
  expect(summarizer?.type).toBe("object");
  expect(summarizer?.environments?.["production"]?.default).toMatchObject({ split: { opus: 10, sonnet: 90 } });
  expect(summarizer?.environments?.["production"]?.fallback).toBe("plain");
});

test("[eval-lines] one answer per context and line, the same from a server and from its export", async () => {
  const server = await startServerProcess();
  const exported = await runDimmer(["export"], { server });
  const file = join(makeFolder(), "dimmer.yaml");
  writeFileSync(file, exported.stdout);
  for (const flag of ["summarizer", "chat-model", "frontier-tier"]) {
    const remote = await runDimmer(["eval", flag, "--contexts", "-"], { server, input: asLines(CONTEXTS) });
    const local = await runDimmer(["eval", flag, "--file", file, "--contexts", "-"], { input: asLines(CONTEXTS) });
    expect([remote.code, local.code]).toEqual([0, 0]);
    expect(parseLines(remote.stdout)).toHaveLength(CONTEXTS.length);
    const decision = ({ variant, reason }: { variant?: string; reason: string }) => ({ variant, reason });
    expect(parseLines(local.stdout).map(decision)).toEqual(parseLines(remote.stdout).map(decision));
  }
});

describe("[refuses-to-guess]", () => {
  test("of several splits it asks for one, by name", async () => {
    const server = await startServerProcess();
    const { code, stderr } = await runDimmer(["ramp", "frontier-tier", "20", "--yes"], { server });
    expect(code).toBe(2);
    expect(stderr).toMatch(/--rule paid/);
    expect(stderr).toMatch(/--rule default/);
  });

  test("of several environments it asks for one, by name", async () => {
    const server = await startServerProcess();
    const created = await runDimmer(["environments", "create", "staging"], { server });
    expect(created.code).toBe(0);
    await openManagement(server).submitChange("demo", { operations: [RESTING_IN_STAGING] });
    const { code, stderr } = await runDimmer(["kill", "ai-enabled", "--yes"], { server });
    expect(code).toBe(2);
    expect(stderr).toMatch(/production/);
    expect(stderr).toMatch(/staging/);
  });
});

test("[validate] says where, what and how to mend it, and fails", async () => {
  const folder = makeFolder();
  expect((await runDimmer(["init"], { cwd: folder })).code).toBe(0);
  expect((await runDimmer(["validate", "dimmer.yaml"], { cwd: folder })).code).toBe(0);
  writeFileSync(join(folder, "bad.yaml"), "version: 1\nflags:\n  a:\n    type: bolean\n");
  const { code, stdout } = await runDimmer(["validate", "bad.yaml"], { cwd: folder });
  expect(code).toBe(1);
  expect(stdout).toContain("bad.yaml:4:11 /flags/a/type");
  expect(stdout).toContain("did you mean `boolean`?");
});

test("[history-undo] shows who changed what and why, and takes one change back", async () => {
  const server = await startServerProcess();
  await dimmerJson(["ramp", "summarizer", "40", "--yes", "--reason", "evals are in"], server);
  const [newest] = await dimmerJson<readonly Change[]>(["history", "summarizer"], server);
  expect(newest).toMatchObject({ reason: "evals are in", source: "cli", actor: { kind: "key" } });
  await dimmerJson(["undo", newest?.id ?? "", "--yes"], server);
  const flag = await dimmerJson<FlagView>(["flags", "show", "summarizer"], server);
  expect(flag.environments["production"]?.config.default).toMatchObject({ split: { opus: 10, sonnet: 90 } });
});
