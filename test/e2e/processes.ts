/** Real processes for end-to-end tests: a server, the dimmer command, and an app that asks an SDK. */

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BIN = join(ROOT, "apps/cli/bin/dimmer.mjs");
/** What a busy machine may take to start a process; nothing is measured against it. */
const START_LIMIT_MS = 60_000;

type Env = Readonly<Record<string, string>>;

/** The environment of a test's process: this one's, without what it may say about another Dimmer. */
export function cleanEnv(more: Env = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(DIMMER_(?!TEST_)|PORT$|NODE_OPTIONS$|VITEST|NODE_ENV$|FORCE_COLOR$)/.test(name),
  );
  return { ...Object.fromEntries(own), NO_COLOR: "1", ...more };
}

/** Hears what is to be done once nobody needs something any more. */
export type WhenDone = (end: () => void | Promise<void>) => void;

/** A folder that goes away with the test. */
export function makeFolder(whenDone: WhenDone = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), "dimmer-e2e-"));
  whenDone(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A port that was free a moment ago, for a server that must come back at the same address. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return address.port;
}

export interface Keys {
  readonly token: string;
  readonly key: string;
  readonly browserKey: string;
}

export function drawKeys(): Keys {
  const draw = () => randomBytes(24).toString("base64url");
  return { token: draw(), key: draw(), browserKey: draw() };
}

export interface ServerProcess extends Keys {
  readonly url: string;
  readonly dataDir: string;
  readonly banner: string;
  readonly process: ChildProcess;
  /** Sends a signal and gives the exit code once the process has ended; null after a signal that it did not handle. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface ServerOptions extends Partial<Keys> {
  readonly dataDir?: string;
  readonly port?: number;
  /** Beside the keys: what the process is run with. */
  readonly env?: Env;
  /** The end of the test unless something else is said. */
  readonly whenDone?: WhenDone;
}

/** Starts `dimmer serve --demo` and waits for its banner. */
export async function startServerProcess(options: ServerOptions = {}): Promise<ServerProcess> {
  const keys = { ...drawKeys(), ...options };
  const whenDone = options.whenDone ?? onTestFinished;
  const dataDir = options.dataDir ?? makeFolder(whenDone);
  const env = cleanEnv({
    DIMMER_INIT_ADMIN_TOKEN: keys.token,
    DIMMER_INIT_SERVER_KEY: keys.key,
    DIMMER_INIT_BROWSER_KEY: keys.browserKey,
    ...options.env,
  });
  const child = spawn(process.execPath, [BIN, "serve", "--demo", "--port", String(options.port ?? 0), "--data-dir", dataDir], {
    env,
    cwd: ROOT,
  });
  const ended = once(child, "close");
  whenDone(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const banner = await readUntil(child, /Ctrl-C/);
  const url = /runs at\s+(http:\S+)/.exec(banner)?.[1] ?? "";
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
    return child.exitCode;
  };
  return { ...keys, url, dataDir, banner, process: child, end };
}

/** What a process has printed once it matches; fails when it ends before. */
export function readUntil(child: ChildProcess, pattern: RegExp, limitMs = START_LIMIT_MS): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`Nothing like ${pattern} came:\n${said}`)), limitMs);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      if (!pattern.test(said)) return;
      clearTimeout(late);
      resolve(said);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("close", () => {
      clearTimeout(late);
      reject(new Error(`The process ended before ${pattern} came:\n${said}`));
    });
  });
}

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { env?: Env; cwd?: string; input?: string } = {},
): Promise<Run> {
  const child = spawn(program, args, { env: cleanEnv(options.env), cwd: options.cwd ?? ROOT });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(options.input ?? "");
  await once(child, "close");
  return { code: child.exitCode, stdout, stderr };
}

/** Runs the dimmer command against a server, or against none. */
export function runDimmer(
  args: readonly string[],
  options: { server?: Pick<ServerProcess, "url" | "token">; cwd?: string; input?: string } = {},
): Promise<Run> {
  const { server, ...rest } = options;
  const env = server === undefined ? {} : { DIMMER_URL: server.url, DIMMER_TOKEN: server.token };
  return runProgram(process.execPath, [BIN, ...args], { ...rest, env });
}

/** Runs it, expects success, and gives what it printed as JSON. */
export async function dimmerJson<T>(args: readonly string[], server: Pick<ServerProcess, "url" | "token">): Promise<T> {
  const { code, stdout, stderr } = await runDimmer([...args, "--json"], { server });
  if (code !== 0) throw new Error(`dimmer ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}

/** One question to the app. */
export interface Question {
  readonly face?: "native" | "openfeature";
  readonly flag: string;
  readonly keys: readonly string[];
  readonly context?: Readonly<Record<string, unknown>>;
}

export interface AppProcess {
  /** One variant (or null, with the default served) per key. */
  ask(question: Question): Promise<readonly (string | null)[]>;
  /** The value served, one per key. */
  values(question: Question): Promise<readonly unknown[]>;
  /** Everything the app says about itself. */
  state(): Promise<AppState>;
  /** Resolves with the app's own time of hearing, in epoch milliseconds, once it holds this version. */
  hears(version: number): Promise<number>;
  isRunning(): boolean;
}

export interface AppState {
  readonly status: string;
  readonly version: number | undefined;
  readonly epoch: string | undefined;
  /** How often the source failed so far. */
  readonly errors: number;
  /** What OpenFeature told of: flags of every PROVIDER_CONFIGURATION_CHANGED so far. */
  readonly openFeatureChanges: readonly string[];
}

/** Starts `app.ts`, a program that holds an SDK and answers questions on its standard streams. */
export async function startApp(
  source: Pick<ServerProcess, "url" | "key"> | { readonly file: string },
  more: Env = {},
): Promise<AppProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", "test/e2e/app.ts"], {
    cwd: ROOT,
    env: cleanEnv({
      ...("file" in source ? { DIMMER_FILE: source.file } : { DIMMER_URL: source.url, DIMMER_KEY: source.key }),
      ...more,
    }),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const answers = answersOf(child);
  const send = async (message: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    return await answers.next();
  };
  await send({ kind: "state" });
  return {
    ask: async (question) => (await send({ kind: "ask", ...question })) as readonly (string | null)[],
    values: async (question) => (await send({ kind: "values", ...question })) as readonly unknown[],
    state: async () => (await send({ kind: "state" })) as AppState,
    hears: async (version) => (await send({ kind: "hears", version })) as number,
    isRunning: () => child.exitCode === null && child.signalCode === null,
  };
}

/** The app's lines, in order, one per question. */
function answersOf(child: ChildProcess): { next(): Promise<unknown> } {
  if (child.stdout === null) throw new Error("The app has a standard output.");
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`The app ended:\n${stderr}`);
      return JSON.parse(value);
    },
  };
}
