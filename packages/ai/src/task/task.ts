/** A task: several runs, and the work between them, towards one goal; of the person whom its first config is for. */

import type { AiConfig, ConfigOptions } from "../ai.ts";
import type { FlagContext } from "../flag-client.ts";
import { elapsedSince } from "../host.ts";
import { openRecorder, type Surroundings } from "../recorder.ts";
import { failureOf } from "../run/error-type.ts";

export interface Task {
  readonly id: string;
  /** `ai.config` for this task. */
  config(flagKey: string, context: FlagContext | undefined, options: ConfigOptions): Promise<AiConfig>;
  /**
   * Does a piece of work that is no call of a model, and tells how long it took.
   *
   * Shape:  `await task.step("execute_tool", "search", () => search(words))`; operations are OpenTelemetry's: `execute_tool`,
   *         `retrieval`, or your own, such as `rerank`.
   * Errors: rejects with what the work rejects with.
   */
  step<T>(operation: string, name: string, work: () => PromiseLike<T> | T): Promise<T>;
  /** The goal was reached. The first word counts. */
  succeed(): void;
  fail(): void;
}

export function openTask(
  id: string,
  readConfig: (flagKey: string, context: FlagContext | undefined, options: ConfigOptions) => Promise<AiConfig>,
  surroundings: Surroundings,
): Task {
  const { host } = surroundings;
  let record = openRecorder({ task: id }, surroundings);
  let isKnown = false;
  const begunMs = host.monotonicMs();
  let isOver = false;
  /** Steps and the end are told of with the person, so that the SDK keeps or sheds them with the runs. */
  const know = (targetingKey: unknown): void => {
    if (isKnown || targetingKey === undefined) return;
    isKnown = true;
    record = openRecorder({ task: id, targetingKey }, surroundings);
  };
  const end = (success: boolean): void => {
    if (isOver) return;
    isOver = true;
    record({ kind: "task", success, durationMs: elapsedSince(begunMs, host) });
  };
  return {
    id,
    config(flagKey, context, options) {
      know(context?.["targetingKey"]);
      return readConfig(flagKey, context, { task: id, ...options });
    },
    async step(operation, name, work) {
      const startMs = host.monotonicMs();
      const tell = (errorType?: string): void =>
        record({
          kind: "step",
          operation,
          name,
          durationMs: elapsedSince(startMs, host),
          errorType,
        });
      try {
        const result = await work();
        tell();
        return result;
      } catch (error) {
        tell(failureOf(error).errorType);
        throw error;
      }
    },
    succeed: () => end(true),
    fail: () => end(false),
  };
}
