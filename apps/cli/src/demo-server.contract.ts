/** A server with the demo project in memory, and the command run against it: what the tests of the verbs start from. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningServer, startServer, type StartSettings } from "@dimmer/server";
import { assert, expect } from "vitest";
import { captureRun, type CapturedRun, type CaptureOptions } from "./captured-run.contract.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";

export interface DemoServer {
  /** An empty folder of its own. */
  readonly cwd: string;
  readonly server: RunningServer;
  readonly keys: NonNullable<RunningServer["initialKeys"]>;
  run(argv: readonly string[], more?: Partial<CaptureOptions>): Promise<CapturedRun>;
  /** Runs it and compares the exit code, and what standard output and error contain. */
  check(line: string, code: ExitCode, contains?: Contained, more?: Partial<CaptureOptions>): Promise<CapturedRun>;
  jsonOf<T>(line: string): Promise<T>;
  close(): Promise<void>;
}

export interface Contained {
  readonly stdout?: string;
  readonly stderr?: string;
}

export async function openDemoServer(more: StartSettings = {}): Promise<DemoServer> {
  const cwd = mkdtempSync(join(tmpdir(), "dimmer-cli-server-"));
  const server = await startServer({ port: 0, dataDir: ":memory:", demo: true, logLevel: "silent", ...more });
  const keys = server.initialKeys;
  assert(keys !== undefined);
  const env = { DIMMER_URL: server.url, DIMMER_TOKEN: keys.admin };
  const run: DemoServer["run"] = (argv, more = {}) => captureRun(argv, { cwd, env, ...more });
  const check: DemoServer["check"] = async (line, code, contains = {}, more = {}) => {
    const result = await run(line.split(" "), more);
    expect(result).toMatchObject({ code });
    expect(result.stdout).toContain(contains.stdout ?? "");
    expect(result.stderr).toContain(contains.stderr ?? "");
    return result;
  };
  return {
    cwd,
    server,
    keys,
    run,
    check,
    jsonOf: async <T>(line: string) => JSON.parse((await check(`${line} --json`, EXIT.ok)).stdout) as T,
    close: async () => {
      await server.close();
      rmSync(cwd, { recursive: true });
    },
  };
}
