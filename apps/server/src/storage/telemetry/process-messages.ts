/** What the server and the process of its telemetry store say to each other. */

import type { TelemetryStore } from "../../telemetry/telemetry-store.ts";

export interface Call {
  readonly id: number;
  readonly method: keyof TelemetryStore;
  readonly args: readonly unknown[];
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  /** Shape: `isTooLarge` stands for a `QuestionTooLargeError`, as classes do not cross. */
  | { readonly id: number; readonly error: string; readonly isTooLarge: boolean };

/**
 * Why the file could not be opened.
 *
 * `missing`  DuckDB is not installed, or not for this machine.
 * `locked`   another process has the file.
 * `corrupt`  it is no telemetry file, or not any more.
 */
export type OpeningFailure = "missing" | "locked" | "corrupt" | "other";

export type Said = { readonly ready: true } | { readonly failed: OpeningFailure; readonly message: string } | Answer;
