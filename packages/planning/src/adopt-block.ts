/** What a block would be after a document has been applied to it: what a document leaves open stays as it is on the server. */

import { isDeepStrictEqual } from "node:util";
import type { FlagEnvironment, Serve, StoredSplit } from "@dimmer/evaluation";
import { withoutEmpty } from "./without-empty.ts";

/**
 * Shape:  on and off, stops and published versions are the present ones, pin epochs only rise, a split of the same percentages keeps its
 *         ranges where the document brings none. Equal to `present` where applying would change nothing.
 * Errors: none.
 */
export function adoptBlock(present: FlagEnvironment | undefined, wanted: FlagEnvironment): FlagEnvironment {
  if (present === undefined) return wanted;
  const { enabled, stopped, published } = present;
  const { stopped: _stopped, published: _published, pinEpochs: _pinEpochs, ...authored } = wanted;
  const pinEpochs = raisedEpochs(present.pinEpochs ?? {}, wanted.pinEpochs ?? {});
  const serves = new Map((present.rules ?? []).map(({ id, serve }) => [id, serve]));
  const rules = wanted.rules?.map((rule) => ({ ...rule, serve: adoptServe(serves.get(rule.id), rule.serve) }));
  return {
    ...withoutEmpty(authored),
    enabled,
    ...(stopped === undefined ? {} : { stopped }),
    ...(published === undefined ? {} : { published }),
    ...(Object.keys(pinEpochs).length === 0 ? {} : { pinEpochs }),
    ...(rules === undefined || rules.length === 0 ? {} : { rules }),
    default: adoptServe(present.default, wanted.default),
  };
}

function raisedEpochs(present: Readonly<Record<string, number>>, wanted: Readonly<Record<string, number>>) {
  const names = new Set([...Object.keys(present), ...Object.keys(wanted)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const epoch = Math.max(present[name] ?? 0, wanted[name] ?? 0);
      return epoch > 0 || Object.hasOwn(present, name) ? [[name, epoch] as const] : [];
    }),
  );
}

function adoptServe(present: Serve | undefined, wanted: Serve): Serve {
  if (!("split" in wanted) || present === undefined || !("split" in present) || present.stored === undefined) return wanted;
  const { stored, ...authored } = wanted;
  const { stored: kept, ...shown } = present;
  if (stored === undefined) return isDeepStrictEqual(authored, shown) ? present : wanted;
  return isSameLayout(stored, kept) ? { ...authored, stored: kept } : wanted;
}

/** What a split remembers of its last weighting moves nobody, so it is no difference. */
function isSameLayout({ previous: _one, ...stored }: StoredSplit, { previous: _other, ...kept }: StoredSplit): boolean {
  return isDeepStrictEqual(stored, kept);
}
