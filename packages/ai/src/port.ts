/** What only Dimmer can give. Everything works without it, and says once what is missing. */

import type { AiEvent, Served } from "./event.ts";
import type { FlagContext } from "./flag-client.ts";
import type { PinToken } from "./pinning/pins.ts";

/** Attribute → what the context says. */
export type SpendAttributes = Readonly<Record<string, string | number | boolean>>;

/** One entry of a flag's fallback list, already filtered for the context. */
export interface FallbackEntry {
  readonly variant: string;
  readonly value: unknown;
  readonly valueVersion: number;
}

/** What a run token vouches for. */
export interface RunClaims {
  readonly run: string;
  readonly served?: Served;
  readonly targetingKey?: string;
  readonly task?: string;
}

/** What a run's judges look at. */
export interface RunSample extends Omit<RunClaims, "served"> {
  readonly served: Served;
  readonly input?: string;
  readonly output: string;
}

/**
 * Dimmer's extras, as far as an app's SDK has them.
 *
 * Shape:  `record` takes an event for the server at once, bounded; it leaves out an exposure that it told of within the hour.
 * Errors: nothing here throws or waits for the network, except the promises, which may reject.
 */
export interface AiPort {
  record(event: AiEvent): void;
  /** The flag's fallback list for this context, as an evaluation resolves it. */
  fallback(flagKey: string, context: FlagContext): readonly FallbackEntry[];
  /** A signed token with which a browser may give feedback on this run. */
  runToken?(claims: RunClaims, expiresInSeconds?: number): Promise<string>;
  /** Takes what was asked and answered, for the judges that want it. */
  sample?(sample: RunSample): void;
  /** Whether another call of this variant is within its budget now; taking it is part of asking. */
  takeBudget?(flagKey: string, variant: string, context: FlagContext): boolean;
  /** What of the context the flag's budgets are by, for the events of its calls. */
  spendAttributes?(flagKey: string, context: FlagContext): SpendAttributes | undefined;
  /** The variant to try unseen for this context, if one is to be tried now: a share of the traffic, within its spending. */
  shadow?(flagKey: string, context: FlagContext): FallbackEntry | undefined;
  /** Makes pins. They are read back by the evaluation, from the context attribute `dimmerPin`. */
  readonly pins?: {
    /** Signs what was served, for as long as the flag's `pin` says; nothing where the flag has none. */
    issue(flagKey: string, context: FlagContext, served: Served): Promise<PinToken | undefined>;
  };
}
