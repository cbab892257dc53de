/** Finds the variants of a snapshot whose value names a model or a provider, and where each is served. */

import { strict as assert } from "node:assert";
import type { Snapshot, SnapshotFlag, SnapshotServe, SnapshotVariant } from "@dimmer/evaluation";
import type { ModelPlace, ModelQuery, ModelUse } from "@dimmer/protocol";

/** What is looked for; a use must match all that is given. */
export type ModelMatch = Pick<ModelQuery, "model" | "provider">;

/**
 * Shape:  by flag, then in the order of the variants. Reads `model` and `provider` at the top of a value, as the schema `ai-config`
 *         has them, whatever schema the flag declares; a value that is a text and nothing else names a model, of no known provider.
 *         An earlier version that pins may still hold counts too.
 * Errors: none; a value of another shape uses no model.
 * Source: ADR-0018.
 */
export function findModelUses(snapshot: Snapshot, match: ModelMatch): readonly ModelUse[] {
  return Object.entries(snapshot.flags).flatMap(([key, flag]) =>
    Object.entries(flag.variants).flatMap(([name, variant]): ModelUse[] => {
      const found = matchVariant(snapshot, variant, match);
      return found === undefined ? [] : [useOf(snapshot, key, name, found)];
    }),
  );
}

/**
 * The uses of every model and provider.
 *
 * Shape:  by flag, then in the order of the variants; a text counts only where an object names it as its model, since most texts are none.
 * Errors: none.
 */
export function findEveryUse(snapshot: Snapshot): readonly ModelUse[] {
  const values = Object.keys(snapshot.values).map((digest) => [digest, valueOf(snapshot, digest)] as const);
  const named = new Map(values.map(([digest, value]) => [digest, nameModel(value)]));
  const models = new Set(values.flatMap(([, value]) => (typeof value === "string" ? [] : (nameModel(value).model ?? []))));
  const usedIn = (digest: string): readonly Named[] => {
    const { provider, model } = named.get(digest) ?? NOTHING;
    return provider !== null || (model !== null && models.has(model)) ? [{ provider, model }] : [];
  };
  return Object.entries(snapshot.flags).flatMap(([key, flag]) =>
    Object.entries(flag.variants).flatMap(([name, { digest, earlier }]) => {
      const published = usedIn(digest);
      const pinned = Object.values(earlier ?? {})
        .flatMap(usedIn)
        .filter((use, at, all) => [...published, ...all.slice(0, at)].every((other) => !isSame(use, other)));
      return [
        ...published.map((use) => useOf(snapshot, key, name, { ...use, pinnedOnly: false })),
        ...pinned.map((use) => useOf(snapshot, key, name, { ...use, pinnedOnly: true })),
      ];
    }),
  );
}

function useOf(snapshot: Snapshot, key: string, name: string, found: Found): ModelUse {
  const flag = snapshot.flags[key];
  assert(flag !== undefined, "a use is found in a flag of the snapshot");
  return {
    flag: key,
    environment: snapshot.environment,
    variant: name,
    ...found,
    serves: placesOf(flag).flatMap(({ variant: served, ...place }) => (served === name ? [place] : [])),
    killed: !flag.enabled,
    stopped: isStopped(flag, name),
  };
}

/** Every model that an object among the published values names, each once and sorted: what a search that found nothing offers. */
export function listModels(snapshot: Snapshot): readonly string[] {
  const named = Object.values(snapshot.flags).flatMap(({ variants }) =>
    Object.values(variants).flatMap(({ digest }) => {
      const value = valueOf(snapshot, digest);
      return typeof value === "string" ? [] : (nameModel(value).model ?? []);
    }),
  );
  return [...new Set(named)].sort();
}

/** A place together with the variant that it serves. */
export interface ServedPlace extends ModelPlace {
  readonly variant: string;
}

/** Every place of a flag that can serve a variant; a share of 0 serves nobody and is none. */
export function placesOf(flag: SnapshotFlag): readonly ServedPlace[] {
  const named = Object.entries(flag.targets ?? {}).filter(([, people]) => people.length > 0);
  return [
    ...named.map(([variant]): ServedPlace => ({ kind: "target", rule: null, percent: null, variant })),
    ...(flag.rules ?? []).flatMap(({ id, serve }) => servedBy(serve, { kind: "rule", rule: id })),
    ...servedBy(flag.default, { kind: "default", rule: null }),
    ...flag.fallback.map(({ variant }): ServedPlace => ({ kind: "fallback", rule: null, percent: null, variant })),
  ];
}

export const isStopped = (flag: SnapshotFlag, variant: string): boolean => flag.stopped?.includes(variant) === true;

type Place = Pick<ServedPlace, "kind" | "rule">;

function servedBy(serve: SnapshotServe, place: Place): ServedPlace[] {
  if (!("split" in serve)) return [{ ...place, percent: 100, variant: serve.variant }];
  const slots = new Map<string, number>();
  for (const [from, to, variant] of serve.split.ranges) slots.set(variant, (slots.get(variant) ?? 0) + to - from);
  if (typeof serve.rest === "object") {
    const covered = [...slots.values()].reduce((sum, count) => sum + count, 0);
    const left = serve.split.slots - covered;
    if (left > 0) slots.set(serve.rest.variant, (slots.get(serve.rest.variant) ?? 0) + left);
  }
  const shares = [...slots].map(([variant, count]): ServedPlace => ({
    ...place,
    percent: (count / serve.split.slots) * 100,
    variant,
  }));
  return serve.else === undefined ? shares : [...shares, { kind: "else", rule: place.rule, percent: null, variant: serve.else }];
}

type Found = Pick<ModelUse, "provider" | "model" | "pinnedOnly">;

function matchVariant(snapshot: Snapshot, { digest, earlier }: SnapshotVariant, match: ModelMatch): Found | undefined {
  const published = nameModel(valueOf(snapshot, digest));
  if (isMatch(published, match)) return { ...published, pinnedOnly: false };
  const pinned = Object.values(earlier ?? {})
    .map((former) => nameModel(valueOf(snapshot, former)))
    .find((former) => isMatch(former, match));
  return pinned === undefined ? undefined : { ...pinned, pinnedOnly: true };
}

type Named = Pick<ModelUse, "provider" | "model">;

const NOTHING: Named = { provider: null, model: null };

const isSame = (one: Named, other: Named): boolean => one.provider === other.provider && one.model === other.model;

function isMatch(named: Named, { model, provider }: ModelMatch): boolean {
  return (model === undefined || named.model === model) && (provider === undefined || named.provider === provider);
}

/** The model that a value names; null where it names none. */
export const modelOfValue = (snapshot: Snapshot, digest: string): string | null => {
  const value = valueOf(snapshot, digest);
  return typeof value === "string" ? null : nameModel(value).model;
};

const valueOf = ({ values }: Snapshot, digest: string): unknown => JSON.parse(values[digest] ?? "null");

function nameModel(value: unknown): Named {
  if (typeof value === "string") return { provider: null, model: value };
  return { provider: textIn(value, "provider"), model: textIn(value, "model") };
}

function textIn(value: unknown, name: string): string | null {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return null;
  const field: unknown = Reflect.get(value, name);
  return typeof field === "string" ? field : null;
}
