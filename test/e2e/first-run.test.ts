/** First contact: a fresh clone, the commands of the README, and nothing else. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { cleanEnv, findFreePort, makeFolder, readUntil, ROOT, runProgram } from "./processes.ts";

/** The commands of the first shell blocks under "Run it", which are all that a newcomer needs. */
function setUpCommands(): readonly string[] {
  const section = readFileSync(join(ROOT, "README.md"), "utf8").split(/^## /m)[1] ?? "";
  return [...section.matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block = ""]) => block.trim().split("\n"));
}

test("[two-commands] README has exactly two set-up commands", () => {
  expect(setUpCommands()).toEqual(["npm start", "npm test"]);
});

test(
  "[first-start] [second-start] a fresh clone starts by itself, and again without installing or building",
  { timeout: 600_000 },
  async () => {
    const clone = join(makeFolder(), "dimmer");
    expect((await runProgram("git", ["clone", "--quiet", "--local", ROOT, clone])).code).toBe(0);

    const first = await npmStart(clone);
    expect(first.banner).toMatch(/Installing packages/);
    expect(first.banner).toMatch(/Building/);
    expect(first.banner).toMatch(/runs at http:\/\/127\.0\.0\.1:\d+/);
    for (const kind of ["admin", "server", "browser"]) expect(first.banner).toMatch(new RegExp(`dm_${kind}_\\S{20,}`));
    expect(first.banner).toMatch(/npx dimmer ramp summarizer 25/);

    const npx = await runProgram("npx", ["--no", "dimmer", "ramp", "summarizer", "25", "--yes"], { cwd: clone });
    expect([npx.code, npx.stdout]).toEqual([0, expect.stringContaining("from 10 % to 25 %")]);
    await first.interrupt();

    const second = await npmStart(clone);
    expect(second.banner).not.toMatch(/Installing|Building/);
    expect(second.banner).toMatch(/runs at/);
    const kept = await runProgram("npx", ["--no", "dimmer", "flags", "show", "summarizer", "--json"], { cwd: clone });
    const { environments } = JSON.parse(kept.stdout) as { readonly environments: object };
    expect(environments).toMatchObject({ production: { config: { default: { split: { opus: 25 } } } } });
    await second.interrupt();
  },
);

interface Started {
  readonly banner: string;
  /** As Ctrl-C at a terminal: the signal goes to npm and all it started; resolves when all of them are gone. */
  interrupt(): Promise<void>;
}

async function npmStart(clone: string): Promise<Started> {
  const env = cleanEnv({ DIMMER_PORT: String(await findFreePort()) });
  const child = spawn("npm", ["start"], { cwd: clone, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  // The pipes close when the last process that holds them has ended.
  const ended = once(child, "close");
  onTestFinished(async () => {
    signalGroup(child, "SIGKILL");
    await ended;
  });
  const banner = await readUntil(child, /Ctrl-C/, 300_000);
  const interrupt = async () => {
    signalGroup(child, "SIGINT");
    await ended;
  };
  return { banner, interrupt };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
