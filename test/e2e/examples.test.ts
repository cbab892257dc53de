/** Every example, on the built packages, against a server; and that their assertions can fail. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Management, openManagement, type Operation } from "@dimmer/protocol";
import { beforeAll, describe, expect, test, type TestContext } from "vitest";
import { requireOrSkip } from "../tools.ts";
import { dimmerJson, ROOT, type Run, runProgram, type ServerProcess, startServerProcess } from "./processes.ts";

const names = readdirSync(join(ROOT, "examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  // What others use, such as the model server, is no example.
  .filter((name) => ["main.ts", "main.py"].some((file) => existsSync(join(ROOT, "examples", name, file))));

type Access = Pick<ServerProcess, "url" | "key" | "token">;

const envOf = ({ url, key, token }: Access) => ({ DIMMER_URL: url, DIMMER_KEY: key, DIMMER_TOKEN: token });

const isPython = (name: string) => existsSync(join(ROOT, `examples/${name}/main.py`));

/** Skips the test where an example wants a Python that is not there. */
function runExample(context: TestContext, name: string, access: Access): Promise<Run> {
  const env = envOf(access);
  if (isPython(name)) return runProgram(requireOrSkip(context, "python3"), [`examples/${name}/main.py`], { env });
  return runProgram(process.execPath, ["--import", "tsx", `examples/${name}/main.ts`], { env });
}

/** All that the flags say, except what only ever rises: a kill, a stop or a rollback breaks pins for good. */
async function readFlags({ url, token }: Access): Promise<unknown> {
  const document = await openManagement({ url, token }).exportDocument("demo");
  return JSON.parse(JSON.stringify(document, (key, value: unknown) => (key === "pinEpochs" ? undefined : value)));
}

type Started = Access & { readonly management: Management };

/** One server for the tests of a block: every example leaves it as it was, which each of them asserts. */
function startForAll(prepare: (started: Started) => Promise<void>): () => Started {
  let started: Started | undefined;
  beforeAll(async () => {
    const ends: (() => void | Promise<void>)[] = [];
    const server = await startServerProcess({ whenDone: (end) => void ends.push(end) });
    started = { ...server, management: openManagement(server) };
    await prepare(started);
    return async () => {
      for (const end of ends.reverse()) await end();
    };
  });
  return () => {
    if (started === undefined) throw new Error("The server is started before the tests of its block.");
    return started;
  };
}

const edit = async (
  management: Management,
  flags: readonly string[],
  operationOf: (flag: string) => Operation,
): Promise<void> => {
  await management.submitChange("demo", { operations: flags.map(operationOf) });
};

const killAll = (management: Management): Promise<void> =>
  edit(management, ["summarizer", "ai-enabled", "chat-model", "frontier-tier"], (flag) => ({
    kind: "kill",
    flag,
    environment: "production",
  }));

describe("[examples]", () => {
  test("there is one for each of the four jobs, for each standard, and one without any SDK", () => {
    expect(names.sort()).toEqual([
      "ai-config",
      "gradual-rollout",
      "kill-switch",
      "model-ab-test",
      "openfeature",
      "opentelemetry",
      "python",
      "python-ai",
      "signed-context",
      "tier-gating",
    ]);
  });

  describe("by themselves", () => {
    const server = startForAll(async ({ management }) => {
      // Not the demo's own percentages: an example finds flags as people have left them.
      await edit(management, ["summarizer", "chat-model"], (flag) => ({
        kind: "ramp",
        flag,
        environment: "production",
        rule: "default",
        variant: flag === "summarizer" ? "opus" : "control",
        percent: 33,
      }));
    });

    test.for(names)("%s exits 0 and leaves the flags as they were, time after time", async (name, context) => {
      const before = await readFlags(server());
      for (const _ of [1, 2]) {
        const { code, stdout, stderr } = await runExample(context, name, server());
        expect([code, stderr]).toEqual([0, ""]);
        expect(stdout).toMatch(/\nok\n$/);
        expect(await readFlags(server())).toEqual(before);
      }
    });

    test.for(names)("%s fails, and says why, with a key that the server does not accept", async (name, context) => {
      const before = await readFlags(server());
      const { code, stderr } = await runExample(context, name, { ...server(), key: `${server().key}x` });
      expect(code).toBe(1);
      expect(stderr).toMatch(isPython(name) ? /HTTP Error 401/ : /401: the key is not accepted/);
      expect(await readFlags(server())).toEqual(before);
    });
  });

  describe("where all is killed", () => {
    const server = startForAll(({ management }) => killAll(management));

    test.for(names)("%s fails when its flag does not do what it asserts", async (name, context) => {
      const before = await readFlags(server());
      const { code, stdout, stderr } = await runExample(context, name, server());
      expect(code).toBe(1);
      expect(stderr).toMatch(/AssertionError/);
      expect(stdout).not.toMatch(/\nok\n$/);
      // The kill switch ends with a restore, whatever was before; the others take back what they did.
      await killAll(openManagement(server()));
      expect(await readFlags(server())).toEqual(before);
    });
  });

  test("`npm run examples` starts a server of its own, runs them all and prints a table", async () => {
    const { code, stdout, stderr } = await runProgram(process.execPath, ["examples/run.mjs"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^ {2}${name} +(?:ok|skipped) +\\d`, "m"));
  });

  test("`npm run examples` against a given server fails when one of them does", async () => {
    const server = await startServerProcess();
    await dimmerJson(["kill", "frontier-tier"], server);
    const args = ["examples/run.mjs", "kill-switch", "tier-gating"];
    const { code, stdout } = await runProgram(process.execPath, args, { env: envOf(server) });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}kill-switch +ok /m);
    expect(stdout).toMatch(/^ {2}tier-gating +FAILED /m);
  });
});
