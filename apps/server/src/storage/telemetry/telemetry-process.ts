/** The child process that owns the telemetry file: it answers its parent's calls, and ends with it. */

import { QuestionTooLargeError, type TelemetryStore } from "../../telemetry/telemetry-store.ts";
import type { Answer, Call, OpeningFailure, Said } from "./process-messages.ts";

// What it writes is its owner's alone, as the control store's files are.
process.umask(0o077);

const say = (said: Said): void => void process.send?.(said);

/** Whoever stops the whole group means the parent; this process ends once the parent has let go of it. */
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});

async function open(path: string, questionMs: number): Promise<TelemetryStore | undefined> {
  try {
    const { openDuckDbStore } = await import("./duckdb-store.ts");
    return await openDuckDbStore(path, questionMs);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    say({ failed: failureOf(message, error), message: message.slice(0, 1_000) });
    return undefined;
  }
}

function failureOf(message: string, error: unknown): OpeningFailure {
  const code: unknown = Object(error) === error ? Reflect.get(error as object, "code") : undefined;
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND" || code === "ERR_DLOPEN_FAILED") return "missing";
  if (/Could not set lock|Conflicting lock|being used by another process/iu.test(message)) return "locked";
  if (/not a valid DuckDB database|corrupt|checksum|serializ|Failed to (?:read|load)|WAL/iu.test(message)) return "corrupt";
  return "other";
}

async function answer(store: TelemetryStore, { id, method, args }: Call): Promise<Answer> {
  try {
    // The parent is the other half of this file: it calls only what the port has, with what it takes.
    const value = await (store[method] as (...given: readonly unknown[]) => Promise<unknown>)(...args);
    return { id, value: value ?? null };
  } catch (error) {
    const isTooLarge = error instanceof QuestionTooLargeError;
    return { id, error: error instanceof Error ? error.message : String(error), isTooLarge };
  }
}

async function reply(store: TelemetryStore, call: Call): Promise<void> {
  const answered = await answer(store, call);
  if (!process.connected) return;
  say(answered);
  if (call.method === "close") process.disconnect();
}

const [path = ":memory:", questionMs] = process.argv.slice(2);
const store = await open(path, Number(questionMs));
if (store === undefined) process.exit(1);
process.on("disconnect", () => void store.close().finally(() => process.exit(0)));
process.on("message", (call: Call) => void reply(store, call));
say({ ready: true });
