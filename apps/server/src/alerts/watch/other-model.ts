/** A model that answered in another's place: what was evaluated is not what people got. */

import type { Snapshot, SnapshotVariant } from "@dimmer/evaluation";
import { type GenerationEvent, isNameOf } from "@dimmer/protocol";
import type { Place } from "../../delivery/snapshot-hub.ts";
import { modelOfValue } from "../../models/find-model-uses.ts";
import type { KeptEvent } from "../../telemetry/event-store.ts";
import type { Sighting } from "./sighting.ts";

/**
 * Calls of what a flag serves whose model is neither the one of the served value nor a dated name of it.
 *
 * Shape:  first attempts alone, as the others are down the fallback list; nothing that an override forced, and nothing of a value that the
 *         snapshot does not carry any more. One is enough.
 * Errors: none.
 * Source: ADR-0063; what counts as the same name, ADR-0045.
 */
export function otherModelsIn(place: Place, snapshot: Snapshot | undefined, events: readonly KeptEvent[]): readonly Sighting[] {
  if (snapshot === undefined) return [];
  return events.flatMap((event) => {
    if (!isFirstCall(event)) return [];
    const { served, responseModel } = event;
    const digest = digestOf(snapshot, served);
    const asked = digest === undefined ? null : askedInstead(snapshot, digest, responseModel);
    if (asked === null) return [];
    return [sightingOf(place, { flag: served.flag, variant: served.variant, asked, answered: responseModel })];
  });
}

/** Names that were compared already, by the snapshot whose values they are of: events come by the thousand and name the same. */
const COMPARED = new WeakMap<Snapshot, Map<string, string | null>>();
const MOST_COMPARED = 1_000;

/** The model that the value names, where another answered; null where it is the same, or the value names none. */
function askedInstead(snapshot: Snapshot, digest: string, answered: string): string | null {
  const compared = COMPARED.get(snapshot) ?? new Map<string, string | null>();
  COMPARED.set(snapshot, compared);
  const key = `${digest} ${answered}`;
  const known = compared.get(key);
  if (known !== undefined) return known;
  const asked = modelOfValue(snapshot, digest);
  const other = asked === null || isNameOf(asked, answered) ? null : asked;
  // Whoever makes names up costs time, and no memory.
  if (compared.size < MOST_COMPARED) compared.set(key, other);
  return other;
}

type FirstCall = GenerationEvent & { readonly responseModel: string; readonly served: NonNullable<GenerationEvent["served"]> };

const isFirstCall = (event: KeptEvent): event is KeptEvent & FirstCall =>
  event.kind === "generation" &&
  event.attempt === 1 &&
  event.responseModel !== undefined &&
  event.shadow === undefined &&
  event.served !== undefined &&
  event.served.overridden !== true;

/** Of the value that was served; undefined where the snapshot has it no more. */
function digestOf({ flags }: Snapshot, { flag, variant, valueVersion }: FirstCall["served"]): string | undefined {
  const known = Object.hasOwn(flags, flag) ? flags[flag]?.variants : undefined;
  const found: SnapshotVariant | undefined = known !== undefined && Object.hasOwn(known, variant) ? known[variant] : undefined;
  if (found === undefined || valueVersion === undefined || valueVersion === found.version) return found?.digest;
  return found.earlier?.[String(valueVersion)];
}

interface Other {
  readonly flag: string;
  readonly variant: string;
  readonly asked: string;
  readonly answered: string;
}

function sightingOf({ project, environment }: Place, { flag, variant, asked, answered }: Other): Sighting {
  return {
    counts: { calls: 1 },
    alert: (seen) => ({
      project,
      // Of the variant, so that names that somebody makes up make no alerts without end.
      key: `other-model/${environment}/${flag}/${variant}`,
      kind: "other-model",
      severity: "warn",
      environment,
      flag,
      variant,
      title: `${flag}: ${variant} is ${asked}, and ${answered} answers`,
      cause: `In ${environment} the value of ${variant} names ${asked}, and calls were answered by ${answered}. What was evaluated, priced and approved is another model: the app overrides it, a deployment points elsewhere, or the provider has moved the name.`,
      evidence: { ...seen, asked, answered },
      action: {
        kind: "page",
        label: `Look at who answers for ${variant}`,
        path: `/projects/${encodeURIComponent(project)}/flags/${encodeURIComponent(flag)}/measured?env=${encodeURIComponent(environment)}`,
      },
    }),
  };
}
