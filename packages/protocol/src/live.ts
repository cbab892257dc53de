/** What the dashboard follows: every change of a project as it is made. */

/** Name of the one event of the live stream. */
export const LIVE_EVENT = "change";

/** A change in short; whoever shows one of its resources reads that again. */
export interface LiveChange {
  readonly id: string;
  readonly sequence: number;
  readonly actor: { readonly id: string; readonly name: string };
  /** `flags/<flag>[/environments/<environment>]`, `segments/…`, as far as the reader may see them. */
  readonly resources: readonly string[];
  readonly summary: readonly string[];
}
