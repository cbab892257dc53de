/** What a browser key may ask of an environment: a snapshot in which nothing else can be found or decided. */

import type { Condition, Snapshot, SnapshotFlag } from "@dimmer/evaluation";
import { segmentNames } from "../flags/segment-names.ts";

export interface BrowserSnapshot {
  /** For claims: no variant that has an `only` can be got. Never leaves the server: it also holds the flags that a browser's flags require. */
  readonly snapshot: Snapshot;
  /** For what was signed: `only` as it was written, to be decided on what is proven and on nothing else. */
  readonly provable: Snapshot;
  /** The flags that may be asked for: those with `audience: browser`, and no other. */
  readonly flags: ReadonlySet<string>;
}

/** Turns the snapshots of one environment into what browsers get of them; a flag that did not change stays the same object. */
export type NarrowToBrowser = (snapshot: Snapshot) => BrowserSnapshot;

/**
 * Makes the narrowing.
 *
 * Shape:  flags for browsers, the flags those require, and the segments that any of these ask for. With claims alone no variant that
 *         has an `only` can be got: what a browser says of itself counts for `only` when somebody signed it.
 * Errors: none; what is missing in the snapshot is missing here, and evaluation deals with it.
 * Source: promise 7 of the design; ADR-0017, ADR-0031.
 */
export function narrowToBrowser(): NarrowToBrowser {
  const narrowed = new WeakMap<SnapshotFlag, SnapshotFlag>();
  const narrow = (flag: SnapshotFlag): SnapshotFlag => {
    const known = narrowed.get(flag) ?? denyRestricted(flag);
    narrowed.set(flag, known);
    return known;
  };
  return (snapshot) => {
    const asked = Object.keys(snapshot.flags).filter((key) => snapshot.flags[key]?.audience === "browser");
    const flags = pick(
      snapshot.flags,
      reach(asked, (key) => requiredBy(ownOf(snapshot.flags, key))),
    );
    const named = Object.values(flags).flatMap(segmentsOf);
    const segments = pick(
      snapshot.segments,
      reach(named, (name) => segmentNames(ownOf(snapshot.segments, name)?.when)),
    );
    const own = Object.fromEntries(Object.entries(flags).map(([key, flag]) => [key, narrow(flag)]));
    return {
      snapshot: { ...snapshot, flags: own, segments },
      provable: { ...snapshot, flags, segments },
      flags: new Set(asked.sort()),
    };
  };
}

/** Any of nothing never holds, for no claim and for none left out: `exists: false` must not be had by saying less. */
const NOBODY: Condition = { any: [] };

function denyRestricted(flag: SnapshotFlag): SnapshotFlag {
  const variants = Object.entries(flag.variants).map(([name, variant]) =>
    variant.only === undefined ? ([name, variant] as const) : ([name, { ...variant, only: NOBODY }] as const),
  );
  return { ...flag, variants: Object.fromEntries(variants) };
}

/** Everything that can be come to from the first ones; a circle ends where it began. */
function reach(first: readonly string[], next: (name: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(first);
  for (const name of found) for (const further of next(name)) found.add(further);
  return found;
}

const requiredBy = (flag: SnapshotFlag | undefined) => (flag?.requires ?? []).map((requirement) => requirement.flag);

function segmentsOf({ rules, fallback, variants }: SnapshotFlag): readonly string[] {
  const only = Object.values(variants).map((variant) => ({ when: variant.only }));
  return [...(rules ?? []), ...fallback, ...only].flatMap(({ when }) => segmentNames(when));
}

type Named<T> = Readonly<Record<string, T>>;

const ownOf = <T>(map: Named<T>, name: string): T | undefined => (Object.hasOwn(map, name) ? map[name] : undefined);

const pick = <T>(map: Named<T>, names: ReadonlySet<string>): Named<T> =>
  Object.fromEntries(Object.entries(map).filter(([name]) => names.has(name)));
