/** Judges the flags of a project: gathers the evidence that the decision needs. */

import { type ProblemCode, ProblemError, type Staleness } from "@dimmer/protocol";
import { holds } from "../access/authorise.ts";
import type { Author } from "../flags/apply-change.ts";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { FlagRecord, StoreReader } from "../storage/store.ts";
import type { Intake } from "../telemetry/intake.ts";
import type { TelemetryStore } from "../telemetry/telemetry-store.ts";
import { withinBound } from "../telemetry/within-bound.ts";
import { type CountedUses, readCountedUses } from "./counted-uses.ts";
import { decideStaleness } from "./decide-staleness.ts";

export interface StalePorts {
  readonly store: StoreReader;
  readonly telemetry: { readonly store: TelemetryStore; readonly intake: Pick<Intake, "settled"> };
  readonly clock: () => number;
}

/**
 * Gives the judgement of each of the project's flags, as far as the reader sees their environments.
 *
 * Shape:  `records` are all flags in use, whatever was asked for, because one may require another. Environments are read one after the
 *         other; from the first that telemetry does not answer for, the rest is unknown and not asked, so that the bound is one.
 * Errors: none of telemetry's.
 */
export async function judgeFlags(
  ports: StalePorts,
  author: Author,
  project: string,
  records: readonly FlagRecord[],
): Promise<(flag: FlagRecord) => Staleness> {
  const now = ports.clock();
  const environments = (await ports.store.listEnvironments(project)).filter(({ key }) =>
    holds(author, "read", { project, environment: key }),
  );
  const counted = new Map<string, CountedUses | undefined>();
  await ports.telemetry.intake.settled();
  let isAnswering = true;
  for (const { key: environment } of environments) {
    const uses: CountedUses | undefined = isAnswering ? await readUses(ports, { project, environment }, now) : undefined;
    isAnswering &&= uses !== undefined;
    counted.set(environment, uses);
  }
  const production = environments.flatMap(({ key, production: isProduction }) => (isProduction ? [key] : []));
  const evidence = { production, counted, required: requiredIn(records) };
  return (flag) => decideStaleness(flag, evidence, now);
}

/** What keeps telemetry from telling. */
const UNKNOWN: ReadonlySet<ProblemCode> = new Set(["telemetry-unavailable", "question-too-large"]);

async function readUses({ telemetry }: StalePorts, place: Place, now: number): Promise<CountedUses | undefined> {
  try {
    return await withinBound(readCountedUses(telemetry.store, place, now));
  } catch (error) {
    if (error instanceof ProblemError && UNKNOWN.has(error.code)) return undefined;
    throw error;
  }
}

function requiredIn(records: readonly FlagRecord[]): ReadonlySet<string> {
  const used = records.filter(({ archivedAt }) => archivedAt === null);
  return new Set(
    used.flatMap(({ environments }) =>
      Object.values(environments).flatMap(({ config }) => (config.requires ?? []).map(({ flag }) => flag)),
    ),
  );
}
