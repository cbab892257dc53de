/** The telemetry store in a child process that may die: it is started when first needed, and again after it died. */

import { fork, type ChildProcess } from "node:child_process";
import { existsSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ExportedFile, Forgotten } from "../../telemetry/event-store.ts";
import { type ExperimentStatistics, noStatistics } from "../../telemetry/experiment-question.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import { NOTHING_KEPT, QuestionTooLargeError, StoreGoneError, type TelemetryStore } from "../../telemetry/telemetry-store.ts";
import type { Call, OpeningFailure, Said } from "./process-messages.ts";

export interface TelemetryProcessPorts {
  /** `:memory:` keeps nothing beyond the process. */
  readonly path: string;
  /** How long the process works on one question. */
  readonly questionMs?: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Hears in sentences what keeps telemetry from being stored. */
  readonly onNotice: (level: "warn" | "error", message: string) => void;
}

/** Shape: `pid` is that of the child while it lives, for whoever watches over it. */
export type TelemetryProcess = TelemetryStore & { readonly pid: number | undefined };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

interface Running {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  readonly waiting: Map<number, Waiting>;
}

/**
 * Shape:  returns at once; the process starts with it where something is kept already, as SDKs send what they held back as soon as a
 *         server is there again; else with the first append.
 * Errors: calls reject with a `StoreGoneError` while the process is not there; it is started again by a later call, after a wait
 *         that grows. What the store itself refuses rejects with its message, a question that is too large as such.
 * Source: ADR-0027.
 */
export function openTelemetryProcess(ports: TelemetryProcessPorts): TelemetryProcess {
  let running: Running | undefined;
  let nextId = 0;
  let failures = 0;
  let startAgainAt = 0;
  let isClosed = false;
  let wasStarted = false;
  let noticed = "";

  /** Once: it would be the same every minute. */
  const notice = (level: "warn" | "error", message: string): void => {
    if (message !== noticed) ports.onNotice(level, message);
    noticed = message;
  };

  const gone = (child: ChildProcess, startedAt: number, why: string): void => {
    if (running?.child !== child) return;
    for (const { reject, timer } of running.waiting.values()) {
      clearTimeout(timer);
      reject(new StoreGoneError(why, true));
    }
    running = undefined;
    if (isClosed) return;
    const now = ports.clock();
    failures = now - startedAt >= TELEMETRY_LIMITS.healthyMs ? 0 : failures;
    startAgainAt = now + Math.min(TELEMETRY_LIMITS.restartMaxMs, TELEMETRY_LIMITS.restartFirstMs * 2 ** failures);
    failures++;
  };

  const setAside = (): void => {
    const aside = `${ports.path}.broken-${ports.clock()}`;
    for (const part of ["", ".wal"]) if (existsSync(ports.path + part)) renameSync(ports.path + part, aside + part);
    notice("error", `The telemetry file could not be read. It was moved to ${aside}, and an empty one takes its place.`);
    failures = 0;
    startAgainAt = 0;
  };

  const failedToOpen = (failed: OpeningFailure, message: string): void => {
    if (failed === "corrupt" && ports.path !== ":memory:") return setAside();
    const mend =
      failed === "missing"
        ? "Install @duckdb/node-api for this machine. Flags are served all the same."
        : failed === "locked"
          ? "Another process has the file; it is tried again."
          : "It is tried again.";
    notice(failed === "locked" ? "warn" : "error", `Telemetry is not being stored: ${message} ${mend}`);
  };

  const start = (): Running => {
    wasStarted = true;
    const startedAt = ports.clock();
    const child = forkChild(ports.path, ports.questionMs ?? TELEMETRY_LIMITS.questionMs);
    const waiting = new Map<number, Waiting>();
    const ready = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), TELEMETRY_LIMITS.startTimeoutMs);
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        finish();
      };
      let failure: { readonly failed: OpeningFailure; readonly message: string } | undefined;
      child.on("message", (said: Said) => {
        if ("ready" in said) settle(resolve);
        else if ("failed" in said) failure = said;
        else settleCall(waiting, said);
      });
      const ended = (why: string): void => {
        settle(() => reject(new StoreGoneError(why)));
        gone(child, startedAt, why);
        // Only now: the file is let go of with the process that had it.
        if (failure !== undefined) failedToOpen(failure.failed, failure.message);
        failure = undefined;
      };
      child.on("error", (error) => ended(`The process of the telemetry store failed: ${error.message}`));
      child.on("exit", (code, signal) =>
        ended(`The process of the telemetry store ended (${signal ?? `code ${code ?? "unknown"}`}).`),
      );
    });
    // Whoever waits for it hears; nobody may.
    ready.catch(() => {});
    return { child, ready, waiting };
  };

  const call = async (
    method: keyof TelemetryStore,
    args: readonly unknown[],
    timeoutMs: number = TELEMETRY_LIMITS.callTimeoutMs,
  ): Promise<unknown> => {
    if (isClosed) throw new StoreGoneError("The telemetry store is closed.");
    if (running === undefined && ports.clock() < startAgainAt)
      throw new StoreGoneError("The telemetry store is not there for now.");
    const { child, ready, waiting } = (running ??= start());
    await ready;
    if (waiting.size >= TELEMETRY_LIMITS.calls) throw new StoreGoneError("The telemetry store has too much to do.");
    return new Promise((resolve, reject) => {
      const id = nextId++;
      // A process that does not answer is as good as dead, and its death answers everybody.
      const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
      waiting.set(id, { resolve, reject, timer });
      child.send({ id, method, args } satisfies Call, (error) => {
        if (error !== null) child.kill("SIGKILL");
      });
    });
  };

  const isUntouched = (): boolean => !wasStarted && !existsSync(ports.path);
  if (existsSync(ports.path)) running = start();
  // What the process answers is what the port's method gives there.
  const read = async <T>(method: keyof typeof NOTHING_KEPT, args: readonly unknown[]): Promise<readonly T[]> =>
    isUntouched() ? NOTHING_KEPT[method] : ((await call(method, args)) as readonly T[]);

  return {
    append: async (batches) => (await call("append", [batches])) as Awaited<ReturnType<TelemetryStore["append"]>>,
    totals: (place, span, flag) => read("totals", [place, span, ...(flag === undefined ? [] : [flag])]),
    series: (place, span, stepMs, flag) => read("series", [place, span, stepMs, flag]),
    uses: (place, span) => read("uses", [place, span]),
    days: (place, span) => read("days", [place, span]),
    people: (place, span) => read("people", [place, span]),
    attributes: (place) => read("attributes", [place]),
    contexts: (place, span) => read("contexts", [place, span]),
    appendEvents: async (received) =>
      (await call("appendEvents", [received])) as Awaited<ReturnType<TelemetryStore["appendEvents"]>>,
    metrics: (place, question) => read("metrics", [place, question]),
    points: (place, question) => read("points", [place, question]),
    values: (place, span, flag) => read("values", [place, span, flag]),
    told: (place, question) => read("told", [place, question]),
    bases: (place, span, flag) => read("bases", [place, span, flag]),
    tasks: (place, span, flag) => read("tasks", [place, span, flag]),
    shadows: (place, span, flag) => read("shadows", [place, span, flag]),
    armBuckets: (place, question) => read("armBuckets", [place, question]),
    armPeople: (place, question) => read("armPeople", [place, question]),
    armQuantiles: (place, question) => read("armQuantiles", [place, question]),
    armClusters: (place, question) => read("armClusters", [place, question]),
    modelsAnswered: (place, span, flag) => read("modelsAnswered", [place, span, flag]),
    experiment: async (place, question) =>
      isUntouched() ? noStatistics(question) : ((await call("experiment", [place, question])) as ExperimentStatistics),
    run: (place, run) => read("run", [place, run]),
    events: (place, question) => read("events", [place, question]),
    hours: (place, question) => read("hours", [place, question]),
    hourScores: (place, question) => read("hourScores", [place, question]),
    answered: (place, question) => read("answered", [place, question]),
    inputSizes: (place, question) => read("inputSizes", [place, question]),
    exportEvents: async (place, question) =>
      (await call("exportEvents", [place, question], TELEMETRY_LIMITS.exportMs + TELEMETRY_LIMITS.callTimeoutMs)) as ExportedFile,
    forget: async (project, person) =>
      isUntouched() ? { events: 0, comments: 0 } : ((await call("forget", [project, person])) as Forgotten),
    hashKeys: async (project, secret) => !isUntouched() && ((await call("hashKeys", [project, secret])) as boolean),
    get pid() {
      return running?.child.pid;
    },
    async close() {
      const closing = running;
      if (closing !== undefined) await stop(closing, call);
      isClosed = true;
    },
  };
}

function settleCall(
  waiting: Map<number, Waiting>,
  said: Exclude<Said, { readonly ready: true } | { readonly failed: unknown }>,
): void {
  const found = waiting.get(said.id);
  if (found === undefined) return;
  waiting.delete(said.id);
  clearTimeout(found.timer);
  if (!("error" in said)) found.resolve(said.value);
  else if (said.isTooLarge) found.reject(new QuestionTooLargeError(said.error));
  else found.reject(new Error(`The telemetry store refused: ${said.error}`));
}

/** Asks it to close its file and waits for its end; one that does not end in time is ended. */
async function stop({ child }: Running, call: (method: "close", args: []) => Promise<unknown>): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill("SIGKILL"), TELEMETRY_LIMITS.stopTimeoutMs);
  await call("close", []).catch(() => {});
  await ended;
  clearTimeout(timer);
}

/**
 * The file beside this one: TypeScript where the server runs from source, else what the build made of it.
 * It gets nothing of our environment, as that holds secrets and it needs none; and it does not keep us alive.
 */
function forkChild(path: string, questionMs: number): ChildProcess {
  const extension = extname(fileURLToPath(import.meta.url));
  const entry = fileURLToPath(new URL(`./telemetry-process${extension}`, import.meta.url));
  const child = fork(entry, [path, String(questionMs)], {
    env: {},
    execArgv: extension === ".ts" ? sourceArguments() : [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.unref();
  child.channel?.unref();
  return child;
}

function sourceArguments(): string[] {
  const tsx = createRequire(import.meta.url).resolve("tsx");
  return ["--conditions=dimmer-source", "--import", pathToFileURL(tsx).href];
}
