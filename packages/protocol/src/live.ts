/** What the dashboard follows: every change of a project as it is made, and every notice. */

import type { AlertMessage } from "./alerts.ts";
import type { RolloutMessage } from "./rollouts.ts";

/** Names of the events of the live stream. */
export const LIVE_EVENT = "change";
export const LIVE_NOTICE = "notice";

/** A change in short; whoever shows one of its resources reads that again. */
export interface LiveChange {
  readonly id: string;
  readonly sequence: number;
  readonly actor: { readonly id: string; readonly name: string };
  /** `flags/<flag>[/environments/<environment>]`, `segments/…`, as far as the reader may see them. */
  readonly resources: readonly string[];
  readonly summary: readonly string[];
}

/** That an alert or a rollout is another; whoever shows it reads it again. */
export interface LiveNotice {
  readonly sequence: number;
  readonly type: (AlertMessage | RolloutMessage)["type"];
  /** Of the alert or rollout. */
  readonly id: string;
  readonly flag: string | null;
  readonly environment: string | null;
}
