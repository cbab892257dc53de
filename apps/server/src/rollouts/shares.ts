/** What a rollout writes: the operations that give its variant a share, and those that bring back what was there before. */

import type { FlagEnvironment, Serve, ServeSplit } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { canonicalJson } from "../audit/canonical-json.ts";
import { serveAt, withServe } from "../flags/addresses.ts";
import { raisePinEpochs } from "../flags/pin-epochs.ts";
import { visibleConfig } from "../flags/project-state.ts";
import type { RolloutRecord } from "../storage/rollout-record.ts";
import type { FlagRecord } from "../storage/store.ts";

type Place = Pick<RolloutRecord, "flag" | "environment" | "rule" | "variant">;

/** In the order of the split. */
export const variantsOfServe = (serve: Serve): readonly string[] =>
  "variant" in serve ? [serve.variant] : Object.keys(serve.split);

/** Percent that a variant has there. */
export function shareOf(serve: Serve, variant: string): number {
  if ("variant" in serve) return serve.variant === variant ? 100 : 0;
  return (Object.hasOwn(serve.split, variant) ? serve.split[variant] : 0) ?? 0;
}

/** Percent that all variants of a split have together. */
export function sharedOf(serve: Serve): number {
  if ("variant" in serve) return 100;
  return roundShare(Object.values(serve.split).reduce((sum, percent) => sum + percent, 0));
}

/**
 * Gives the variant a share; the others keep their proportions.
 *
 * Shape:  a variant that is served to all, and a split without the treated one, become a split with it first. `offset` draws other people,
 *         before anybody has it.
 */
export function raiseOperations(place: Place, present: Serve, percent: number, offset: number | null): readonly Operation[] {
  const { flag, environment, rule, variant } = place;
  const at = { flag, environment, rule };
  const split = "variant" in present ? { [present.variant]: 100 } : present.split;
  const isReady = "split" in present && Object.hasOwn(split, variant);
  return [
    ...(isReady ? [] : [{ kind: "set-split" as const, ...at, split: { ...split, [variant]: 0 } }]),
    ...(offset === null ? [] : [{ kind: "fresh-people" as const, ...at, offset }]),
    { kind: "ramp", ...at, variant, percent },
  ];
}

/**
 * Brings back exactly what was served before, ranges and all, and breaks what is pinned to the variant: by itself where it has no share any
 * more, and by hand where it had one before.
 */
export function restoreOperations(record: RolloutRecord, flag: FlagRecord, config: FlagEnvironment): readonly Operation[] {
  const { environment, rule, variant, terms } = record;
  const at = { flag: record.flag, environment };
  if (config.pin === undefined || shareOf(terms.before, variant) === 0)
    return [{ kind: "set-serve", ...at, rule, serve: terms.before }];
  const restored = raisePinEpochs(withServe(config, rule, terms.before), [variant]);
  return [{ kind: "configure-environment", ...at, config: visibleConfig(flag, restored) }];
}

/**
 * All that somebody could edit and that what was seen depends on, as one text: where it is another, somebody did.
 *
 * Shape:  undefined where there is nothing at the address any more.
 */
export function watchedOf({ flag: _flag, environment, rule, variant }: Place, flag: FlagRecord | null): string | undefined {
  const config = flag?.environments[environment]?.config;
  const serve = config === undefined ? undefined : serveAt(config, rule);
  if (flag === null || flag.archivedAt !== null || config === undefined || serve === undefined) return undefined;
  const variants = [...new Set([...variantsOfServe(serve), variant])].sort();
  const published = variants.map((name) => [name, config.published?.[name] ?? null]);
  const stopped = (config.stopped ?? []).filter((name) => variants.includes(name));
  const when = config.rules?.find(({ id }) => id === rule)?.when ?? null;
  const watched = { isEnabled: config.enabled, stopped, published, when, serve: withoutPrevious(serve) };
  return canonicalJson(JSON.parse(JSON.stringify(watched)));
}

/** What came before the last edit is nothing that anybody gets. */
function withoutPrevious(serve: Serve): Serve {
  if (!("split" in serve) || serve.stored === undefined) return serve;
  const { previous: _previous, ...stored } = serve.stored;
  const split: ServeSplit = { ...serve, stored };
  return split;
}

const roundShare = (percent: number): number => Math.round(percent * 1_000) / 1_000;
