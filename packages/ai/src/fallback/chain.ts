/** What a run tries, in order: what the flag served, then its fallback list for this context. */

import type { Served } from "../event.ts";
import type { FlagContext } from "../flag-client.ts";
import { AI_LIMITS } from "../limits.ts";
import type { AiPort } from "../port.ts";
import { present } from "../present.ts";

/** Shape: without `served` it is the app's own default model. */
export interface Candidate {
  readonly number: number;
  readonly value: unknown;
  readonly served?: Served;
}

/**
 * Shape:  lazy, since most runs need only the first; a variant comes once, and at most `AI_LIMITS.chainEntries` follow.
 * Errors: none; a port that throws has no list.
 */
export function* chainOf(
  first: Candidate | undefined,
  flag: string,
  context: FlagContext,
  port: Pick<AiPort, "fallback"> | undefined,
): Generator<Candidate> {
  if (first === undefined) return;
  yield first;
  // Without a variant there is nothing that the flag could fall back from.
  if (first.served === undefined || port === undefined) return;
  const tried = new Set([first.served.variant]);
  let number = first.number;
  for (const { variant, value, valueVersion } of listOf(port, flag, context)) {
    if (tried.has(variant)) continue;
    tried.add(variant);
    number++;
    yield { number, value, served: { ...revisionOf(first.served), flag, variant, valueVersion, path: "fallback" } };
  }
}

function listOf(port: Pick<AiPort, "fallback">, flag: string, context: FlagContext): ReturnType<AiPort["fallback"]> {
  try {
    return port.fallback(flag, context).slice(0, AI_LIMITS.chainEntries);
  } catch {
    return [];
  }
}

/** What stays true down the chain: the flag's revision, and what leaves the whole run out of evidence. */
const revisionOf = ({ version, ineligible, overridden }: Served): Partial<Served> =>
  present<Partial<Served>>({ version, ineligible, overridden });
