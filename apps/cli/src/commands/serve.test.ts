/** `dimmer serve`: the banner, the local file, signals, and what it refuses. */

import { EventEmitter } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { captureRun } from "../captured-run.contract.ts";
import { EXIT } from "../exit-codes.ts";

let cwd: string;

describe("serve", () => {
  beforeEach(() => void (cwd = mkdtempSync(join(tmpdir(), "dimmer-serve-"))));
  afterEach(() => rmSync(cwd, { recursive: true }));

  /** Serves until the banner is out, does the work, then sends the signal. */
  async function serveDuring(
    argv: readonly string[],
    work: (banner: string) => Promise<void>,
    signal: "SIGINT" | "SIGTERM" = "SIGTERM",
  ) {
    const process = new EventEmitter();
    const exits: number[] = [];
    const signals = {
      once: (name: string, listener: () => void) => process.once(name, listener),
      on: (name: string, listener: (error: unknown) => void) => process.on(name, listener),
      exit: (code: number) => void exits.push(code),
    };
    const banner = newPromise();
    const ended = captureRun(["serve", "--port", "0", ...argv], {
      cwd,
      env: {},
      signals,
      onTalk: (text) => {
        if (text.includes("Ctrl-C stops it.")) banner.resolve(text);
      },
    });
    try {
      await work(await Promise.race([banner.promise, ended.then(({ stderr }) => expect.fail(`it ended: ${stderr}`))]));
    } finally {
      process.emit(signal);
    }
    return { ...(await ended), exits };
  }

  test("--demo lets the same folder's other terminal work without settings, on the second start too", async () => {
    await serveDuring(["--demo"], async (banner) => {
      expect(banner).toMatch(/admin token +dm_admin_/u);
      expect(banner).not.toContain("DIMMER_DATA_DIR");
      expect(statSync(join(cwd, ".dimmer", "local.json")).mode & 0o777).toBe(0o600);
      expect(await captureRun(["ramp", "summarizer", "25", "--yes"], { cwd })).toMatchObject({ code: EXIT.ok });
    });
    await serveDuring(["--demo"], async (banner) => {
      expect(banner).toContain("shown on the first start");
      const { stdout } = await captureRun(["flags", "list"], { cwd });
      expect(stdout).toContain("25 % of everyone gets opus");
    });
  });
  test("a data directory of its own is named to the other terminal, which then needs nothing else", async () => {
    const dataDir = join(cwd, "elsewhere");
    await serveDuring(["--demo", "--data-dir", dataDir], async (banner) => {
      expect(banner).toContain(`in another terminal of this folder:\n  export DIMMER_DATA_DIR=${dataDir}\n`);
      expect(await captureRun(["projects"], { cwd, env: { DIMMER_DATA_DIR: dataDir } })).toMatchObject({ code: EXIT.ok });
    });
  });
  test("without --demo no token is left lying about", async () => {
    await serveDuring([], async (banner) => {
      expect(banner).toContain("Set DIMMER_URL and DIMMER_TOKEN there first.");
      expect(await captureRun(["projects"], { cwd })).toMatchObject({ code: EXIT.auth });
    });
    expect(() => readFileSync(join(cwd, ".dimmer", "local.json"))).toThrow("ENOENT");
  });
  test("SIGTERM ends with 0, Ctrl-C with 130", async () => {
    expect((await serveDuring([], async () => undefined)).exits).toEqual([0]);
    expect((await serveDuring([], async () => undefined, "SIGINT")).exits).toEqual([130]);
  });
  test("a port that is taken", async () => {
    await serveDuring([], async (banner) => {
      const port = /:(\d+)/u.exec(banner)?.[1] ?? "";
      const { code, stderr } = await captureRun(["serve", "--port", port, "--data-dir", "other"], { cwd });
      expect({ code, stderr }).toMatchObject({ code: EXIT.network, stderr: expect.stringContaining("--port 0") });
    });
  });
  test.each([
    ["--port", "70000"],
    ["--log-level", "loud"],
  ])("%s %s is refused", async (option, value) => {
    expect(await captureRun(["serve", option, value], { cwd })).toMatchObject({ code: EXIT.usage });
  });
});

/** Node 20 has no `Promise.withResolvers`. */
function newPromise(): { readonly promise: Promise<string>; readonly resolve: (text: string) => void } {
  let resolve: (text: string) => void = () => undefined;
  const promise = new Promise<string>((settle) => (resolve = settle));
  return { promise, resolve };
}
