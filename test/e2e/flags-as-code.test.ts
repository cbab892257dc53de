/** A project in git: an export, applied to a server that has nothing, is the same project for every person. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkSnapshot, compileSnapshot, evaluate, type Snapshot, whoMoves } from "@dimmer/evaluation";
import { openManagement } from "@dimmer/protocol";
import { assert, expect, test, vi } from "vitest";
import { makeFolder, runDimmer, type ServerProcess, startServerProcess } from "./processes.ts";

const PEOPLE = Array.from({ length: 10_000 }, (_, index) => ({
  targetingKey: `user-${index}`,
  plan: ["free", "pro", "enterprise"][index % 3],
  organization: { id: `org-${index % 700}` },
}));
const ENVIRONMENTS = ["production", "staging"];

async function compiledOf(server: ServerProcess, project: string, environment: string) {
  const snapshot: Snapshot = await openManagement(server).getSnapshot(project, environment);
  const { value } = checkSnapshot(snapshot);
  assert(value !== undefined);
  return compileSnapshot(value);
}

/** Splits with a history, a rename's salt, a stop, a kill, a segment, and environments that serve different versions. */
async function makeHistory(server: ServerProcess): Promise<void> {
  const client = openManagement(server);
  await client.createEnvironment("demo", { key: "staging", name: "Staging", production: false });
  const P = { flag: "summarizer", environment: "production" };
  const split = (shares: Record<string, number>) =>
    client.submitChange("demo", { operations: [{ kind: "set-split", ...P, rule: "default", split: shares }] });
  await split({ opus: 40, sonnet: 30, plain: 30 });
  await split({ opus: 10, sonnet: 60, plain: 30 });
  await split({ opus: 33.333, sonnet: 0, plain: 66.667 });
  const definition = {
    type: "string" as const,
    purpose: "release" as const,
    owner: "team",
    permanent: true as const,
    salt: "the-name-it-had",
    variants: { a: { value: "A" }, b: { value: "B" } },
  };
  await client.submitChange("demo", {
    operations: [
      { kind: "create-segment", segment: "beta", definition: { environments: { production: { include: ["user-3"] } } } },
      { kind: "create-flag", flag: "renamed", definition },
      {
        kind: "configure-environment",
        flag: "renamed",
        environment: "production",
        config: {
          enabled: true,
          fallback: "a",
          rules: [{ id: "beta", when: { segment: "beta" }, serve: { variant: "b" } }],
          default: { split: { a: 50, b: 50 }, by: "organization.id" },
        },
      },
      {
        kind: "configure-environment",
        flag: "summarizer",
        environment: "staging",
        config: { enabled: true, fallback: "plain", default: { split: { opus: 25, sonnet: 75 } } },
      },
      { kind: "draft-value", flag: "summarizer", variant: "opus", value: { model: "tried in staging" } },
      { kind: "publish", flag: "summarizer", variant: "opus", environments: ["staging"] },
      { kind: "stop", flag: "chat-model", environment: "production", variant: "treatment" },
      { kind: "kill", flag: "ai-enabled", environment: "production" },
    ],
  });
}

test("[rebuild-from-git] an export applied to an empty server moves none of 10,000 people", async () => {
  const first = await startServerProcess();
  await makeHistory(first);
  const exported = await runDimmer(["export", "--project", "demo"], { server: first });
  expect(exported.code).toBe(0);
  const folder = makeFolder();
  writeFileSync(join(folder, "dimmer.yaml"), exported.stdout);

  const second = await startServerProcess();
  const client = openManagement(second);
  await client.createProject({ key: "rebuilt", name: "Rebuilt" });
  for (const key of ENVIRONMENTS) await client.createEnvironment("rebuilt", { key, name: key, production: false });
  const run = (...args: string[]) => runDimmer([...args, "--project", "rebuilt"], { server: second, cwd: folder });
  const applied = await run("apply", "dimmer.yaml", "--yes");
  expect(applied).toMatchObject({ code: 0 });
  expect((await run("plan", "dimmer.yaml", "--check")).stdout).toContain("Nothing to do.");

  for (const environment of ENVIRONMENTS) {
    const before = await compiledOf(first, "demo", environment);
    const after = await compiledOf(second, "rebuilt", environment);
    expect(before.flags.size).toBeGreaterThan(0);
    expect(whoMoves(before, after, PEOPLE)).toEqual([]);
    for (const flag of before.flags.keys()) {
      const values = [before, after].map((snapshot) => PEOPLE.slice(0, 200).map((one) => evaluate(snapshot, flag, one).value));
      expect(values[1]).toEqual(values[0]);
    }
  }
});

test("[file-followed] a server process follows a file: a push is served within a second, people's ramps stay, mistakes change nothing", async () => {
  const folder = makeFolder();
  const file = join(folder, "dimmer.yaml");
  const first = await startServerProcess();
  writeFileSync(file, (await runDimmer(["export", "--project", "demo"], { server: first })).stdout);
  const before = await compiledOf(first, "demo", "production");

  const second = await startServerProcess({ env: { DIMMER_FOLLOW_FILE: file, DIMMER_FOLLOW_NAME: "dimmer.yaml" } });
  const run = (...args: string[]) => runDimmer([...args, "--project", "demo"], { server: second, cwd: folder });
  expect(await run("followed")).toMatchObject({ code: 0, stdout: expect.stringContaining("follows dimmer.yaml") });
  expect(whoMoves(before, await compiledOf(second, "demo", "production"), PEOPLE)).toEqual([]);

  const edit = (from: string | RegExp, to: string) => writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
  const client = openManagement(second);
  const ownerNow = async () => (await client.getFlag("demo", "summarizer")).definition.owner;
  edit("owner: search-team", "owner: docs-team");
  await vi.waitFor(async () => expect(await ownerNow()).toBe("docs-team"), { timeout: 1_000, interval: 20 });

  expect((await run("set", "summarizer", "opus", "--yes")).stderr).toContain("summarizer is owned by dimmer.yaml");
  expect((await run("ramp", "summarizer", "opus", "40", "--yes")).code).toBe(0);
  expect((await run("plan", "dimmer.yaml")).stdout).toContain(
    "serves 40 % opus and 60 % sonnet in production; the file has 10 % opus",
  );
  edit("owner: docs-team", "owner: search-team");
  await vi.waitFor(async () => expect(await ownerNow()).toBe("search-team"), { timeout: 1_000, interval: 20 });
  const { config } = (await client.getFlag("demo", "summarizer")).environments["production"] ?? {};
  expect(config?.default).toMatchObject({ split: { opus: 40, sonnet: 60 } });

  edit("fallback: plain", "fallback: absent");
  await vi.waitFor(async () => expect((await run("followed")).stdout).toContain("not applied as it is now"), { timeout: 10_000 });
  expect((await run("followed")).code).toBe(1);
  expect((await client.getFlag("demo", "summarizer")).environments["production"]?.config.fallback).toBe("plain");
});
