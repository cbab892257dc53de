/** Tier leaks: somebody was led to a variant that they may not have. */

import type { Snapshot, SnapshotFlag } from "@dimmer/evaluation";
import type { EvaluationCount } from "@dimmer/protocol";
import type { Place } from "../../delivery/snapshot-hub.ts";
import { placesOf } from "../../models/find-model-uses.ts";
import type { KeptEvent } from "../../telemetry/event-store.ts";
import type { Sighting } from "./sighting.ts";

/** Answers that were kept from somebody. */
interface Blocked {
  readonly flag: string;
  readonly rule: string | undefined;
  readonly isPinned: boolean;
  readonly counts: Readonly<Record<"evaluations" | "events", number>>;
}

/**
 * The leaks among what an SDK has counted.
 *
 * Shape:  one is enough. What an override token forced is somebody's test. The gate has held: nobody got what they may not have.
 * Errors: none; what names no flag of the environment is none.
 * Source: reference statistics 5.1.
 */
export const leaksAmong = (
  place: Place,
  snapshot: Snapshot | undefined,
  evaluations: readonly EvaluationCount[],
): readonly Sighting[] =>
  evaluations.flatMap(({ flag, path, rule, blocked, count }) =>
    blocked !== true || path === "override"
      ? []
      : leakOf(place, snapshot, { flag, rule, isPinned: false, counts: { evaluations: count, events: 0 } }),
  );

/** The same among single events. */
export const leaksIn = (place: Place, snapshot: Snapshot | undefined, events: readonly KeptEvent[]): readonly Sighting[] =>
  events.flatMap(({ served }) =>
    served?.blocked !== true || served.overridden === true
      ? []
      : leakOf(place, snapshot, {
          flag: served.flag,
          rule: served.rule,
          isPinned: served.pinned === true,
          counts: { evaluations: 0, events: 1 },
        }),
  );

function leakOf({ project, environment }: Place, snapshot: Snapshot | undefined, blocked: Blocked): Sighting[] {
  const { flag: key, isPinned, counts } = blocked;
  const flag = snapshot !== undefined && Object.hasOwn(snapshot.flags, key) ? snapshot.flags[key] : undefined;
  if (flag === undefined) return [];
  const rule = flag.rules?.some(({ id }) => id === blocked.rule) === true ? blocked.rule : undefined;
  const by = isPinned ? "a pin" : rule === undefined ? "the default, a pin or a list of named people" : `rule ${rule}`;
  const variants = restrictedOf(flag, rule);
  const what = variants.length === 0 ? "a variant" : variants.join(" or ");
  return [
    {
      counts,
      alert: (seen) => ({
        project,
        key: `tier-leak/${environment}/${key}/${isPinned ? "pin" : (rule ?? "")}`,
        kind: "tier-leak",
        severity: "warn",
        environment,
        flag: key,
        ...(variants.length === 1 && variants[0] !== undefined ? { variant: variants[0] } : {}),
        title: `${key} leads people to ${what} who may not have it`,
        cause: `In ${environment} ${by} of ${key} led to ${what} for contexts that its \`only\` does not let through. They got the fallback instead, so nothing leaked; but either what leads there is wider than \`only\`, or the app tells a wrong tier.`,
        evidence: { ...seen, rule: rule ?? null, variants },
        action: {
          kind: "page",
          label: `Look at what leads to ${what} in ${environment}`,
          path: `/projects/${encodeURIComponent(project)}/flags/${encodeURIComponent(key)}?env=${encodeURIComponent(environment)}`,
        },
      }),
    },
  ];
}

/** Those that not everybody may have, which the rule serves; of the whole flag where no rule is named. */
export function restrictedOf(flag: SnapshotFlag, rule?: string): readonly string[] {
  const isRestricted = (name: string) => flag.variants[name]?.only !== undefined;
  const served = placesOf(flag).filter((place) => rule === undefined || place.rule === rule);
  return [...new Set(served.map(({ variant }) => variant))].filter(isRestricted);
}
