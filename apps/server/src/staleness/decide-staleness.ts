/** Whether a flag is likely debris, and why: pure, from what the store and telemetry know. */

import type { Staleness, StaleReason } from "@dimmer/protocol";
import type { FlagRecord } from "../storage/store.ts";
import { DAY_MS } from "../telemetry/times.ts";
import { type CountedUses, doubtSilence } from "./counted-uses.ts";
import { servedToEveryone } from "./served-to-everyone.ts";

/** From when on a flag is worth a look, in days. */
export const STALE_AFTER = {
  /** Nobody asked for it. */
  notEvaluated: 30,
  /** Everybody gets one variant, and nothing of it was changed. */
  oneVariant: 60,
  /** A flag that was made or changed since is being worked on, whether anybody asks for it or not. */
  atRest: 14,
} as const;

/** Shape: environments that whoever asks may see. */
export interface StaleEvidence {
  readonly production: readonly string[];
  /** Environment → what was counted there; undefined where that cannot be read. */
  readonly counted: ReadonlyMap<string, CountedUses | undefined>;
  /** Flags that another flag requires: they decide something without ever being asked for. */
  readonly required: ReadonlySet<string>;
}

export type StaleSubject = Pick<
  FlagRecord,
  "key" | "definition" | "variants" | "environments" | "archivedAt" | "createdAt" | "updatedAt"
>;

/**
 * Shape:  judged in the production environments that have the flag, else in all that have it. Permanent flags are meant to stay and
 *         archived ones are gone already, so both are active; a kill switch is meant to serve one variant, and is not blamed for that.
 *         What nobody can tell is unknown and never stale.
 * Errors: none.
 * Source: ADR-0033.
 */
export function decideStaleness(flag: StaleSubject, evidence: StaleEvidence, now: number): Staleness {
  if (flag.definition.permanent === true || flag.archivedAt !== null) return ACTIVE;
  const places = judgedPlaces(flag, evidence.production);
  const uses = judgeUses(flag, places, evidence, now);
  const reasons = [
    ...findOverdue(flag, now),
    ...(uses.state === "stale" ? uses.reasons : []),
    ...findOneVariant(flag, places, now),
  ];
  return reasons.length > 0 ? { state: "stale", reasons } : uses;
}

const ACTIVE: Staleness = { state: "active", reasons: [] };

const unknown = (why: string): Staleness => ({ state: "unknown", reasons: [{ code: "no-telemetry", text: why }] });

/** What a bulk answer of OFREP holds is counted for none of its flags. */
const BROWSERS = "browsers fetch all of their flags at once, which tells of none that it is used";

function judgedPlaces({ environments }: StaleSubject, production: readonly string[]): readonly string[] {
  const launched = production.filter((environment) => Object.hasOwn(environments, environment));
  return launched.length > 0 ? launched : Object.keys(environments);
}

function findOverdue({ definition: { removeBy } }: StaleSubject, now: number): readonly StaleReason[] {
  // The whole of that day it may still be there.
  const over = removeBy === undefined ? Number.POSITIVE_INFINITY : Date.parse(removeBy) + DAY_MS;
  if (now < over) return [];
  return [{ code: "overdue", text: `to be removed by ${removeBy}, ${sayDays(wholeDays(now - over) + 1)} ago` }];
}

function judgeUses(flag: StaleSubject, places: readonly string[], evidence: StaleEvidence, now: number): Staleness {
  const { counted, required } = evidence;
  const isAtRest = now - flag.updatedAt >= STALE_AFTER.atRest * DAY_MS;
  if (!isAtRest || places.length === 0 || required.has(flag.key)) return ACTIVE;
  const lastIn = (environments: Iterable<string>): number =>
    Math.max(...Array.from(environments, (environment) => counted.get(environment)?.lastUses.get(flag.key) ?? 0));
  const window = now - STALE_AFTER.notEvaluated * DAY_MS;
  const lastAt = lastIn(places);
  // One that production has not seen yet and others have is on its way there.
  if (lastAt > window || (lastAt === 0 && lastIn(counted.keys()) > window)) return ACTIVE;
  if (flag.definition.audience === "browser") return unknown(BROWSERS);
  return accuse(flag, places, lastAt, (since) => findDoubt(places, counted, since, now), now);
}

function accuse(
  { createdAt }: StaleSubject,
  places: readonly string[],
  lastAt: number,
  doubtSince: (since: number) => string | undefined,
  now: number,
): Staleness {
  const where = joinNames(places);
  if (lastAt === 0 && doubtSince(createdAt) === undefined) {
    const text = `never evaluated in ${where} since it was created ${sayDays(wholeDays(now - createdAt))} ago`;
    return { state: "stale", reasons: [{ code: "never-evaluated", text }] };
  }
  const window = now - STALE_AFTER.notEvaluated * DAY_MS;
  const doubt = doubtSince(Math.max(window, createdAt));
  if (doubt !== undefined) return unknown(doubt);
  const days = lastAt === 0 ? STALE_AFTER.notEvaluated : wholeDays(now - lastAt);
  return { state: "stale", reasons: [{ code: "not-evaluated", text: `not evaluated in ${where} for ${sayDays(days)}` }] };
}

/** Silence must mean something in every one of them. */
function findDoubt(places: readonly string[], counted: StaleEvidence["counted"], since: number, now: number): string | undefined {
  return places
    .map((environment) => doubtSilence(counted.get(environment), environment, since, now))
    .find((doubt) => doubt !== undefined);
}

function findOneVariant(flag: StaleSubject, places: readonly string[], now: number): readonly StaleReason[] {
  const days = wholeDays(now - flag.updatedAt);
  if (days < STALE_AFTER.oneVariant || flag.definition.purpose === "kill-switch") return [];
  const served = places.map((environment) => {
    const block = flag.environments[environment];
    return block === undefined ? undefined : servedToEveryone(flag.variants, block.config);
  });
  const [first] = served;
  if (first === undefined || served.some((other) => other?.variant !== first.variant)) return [];
  const isKilled = served.every((other) => other?.isKilled === true);
  const what = isKilled ? `killed, and serves everyone \`${first.variant}\`` : `serves only \`${first.variant}\` to everyone`;
  return [{ code: "one-variant", text: `${what} in ${joinNames(places)}, unchanged for ${sayDays(days)}` }];
}

const wholeDays = (ms: number): number => Math.floor(ms / DAY_MS);

const sayDays = (days: number): string => (days === 1 ? "1 day" : `${days} days`);

function joinNames(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
