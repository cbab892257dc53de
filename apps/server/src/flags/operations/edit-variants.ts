/** The variants of a flag, in every environment: add, update, remove. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import {
  flagEnvironmentResource,
  flagResource,
  originAt,
  requireLiveFlag,
  requireVariant,
  touchedBy,
  withFlag,
  without,
} from "../project-state.ts";
import type { Origin, ProjectState } from "../project-state.ts";
import { pointerSegment, refusal } from "../refusal.ts";
import type { FlagRecord, VariantRecord } from "../../storage/store.ts";
import { readCondition } from "./read-part.ts";
import { draftAgain } from "./publish-value.ts";
import type { Operate } from "./step.ts";
import { storeValue } from "./store-value.ts";
import { findVersion, numberValue, versionsOf } from "./value-versions.ts";

/** Its first value is published everywhere; a name that was used before goes on counting its versions. */
export const addVariant: Operate<"add-variant"> = (state, operation, pointer) => {
  const { flag, variant, description, at } = operation;
  const record = requireLiveFlag(state, flag, pointer);
  if (Object.hasOwn(record.variants, variant)) {
    throw refusal(
      "already-exists",
      `${pointer}/variant`,
      `Flag "${flag}" has a variant "${variant}".`,
      "Edit it, or choose another name.",
    );
  }
  const only = operation.only === undefined ? undefined : readCondition(operation.only, `${pointer}/only`);
  const order = { value: operation.value as JsonValue, snippets: operation.snippets };
  const stored = storeValue(state, record.definition.schema, order, `${pointer}/value`);
  const numbered = numberValue(state, { flag, variant }, stored);
  const { number } = numbered;
  const latest = Math.max(number, ...versionsOf(state, { flag, variant }).map((version) => version.number));
  const added: VariantRecord = {
    ...(description === undefined ? {} : { description }),
    ...(only === undefined ? {} : { only }),
    latest,
  };
  const variants = insertVariant(record.variants, variant, added, at);
  return {
    state: withFlag(numbered.state, publishEverywhere({ ...record, variants }, variant, number)),
    inverse: [{ kind: "remove-variant", flag, variant }],
    summary: `Added variant ${variant} to ${flag}.`,
    origins: [
      touchedBy(flagResource(flag), pointer),
      originAt(flagResource(flag), `/variants${pointerSegment(variant)}`, pointer),
    ],
  };
};

export const updateVariant: Operate<"update-variant"> = (state, { flag, variant, fields }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  const present = requireVariant(record, variant, `${pointer}/variant`);
  const only =
    fields.only === undefined || fields.only === null ? fields.only : readCondition(fields.only, `${pointer}/fields/only`);
  const { description: oldDescription, only: oldOnly, ...rest } = present;
  const description = fields.description === undefined ? oldDescription : (fields.description ?? undefined);
  const allowed = only === undefined ? oldOnly : (only ?? undefined);
  const next = {
    ...rest,
    ...(description === undefined ? {} : { description }),
    ...(allowed === undefined ? {} : { only: allowed }),
  };
  const before = {
    ...(fields.description === undefined ? {} : { description: oldDescription ?? null }),
    ...(fields.only === undefined ? {} : { only: oldOnly ?? null }),
  };
  return {
    state: withFlag(state, { ...record, variants: { ...record.variants, [variant]: next } }),
    inverse: [{ kind: "update-variant", flag, variant, fields: before }],
    summary: `Updated ${Object.keys(fields).join(", ") || "nothing"} of ${flag}:${variant}.`,
    origins: [
      originAt(flagResource(flag), `/variants${pointerSegment(variant)}`, `${pointer}/fields`),
      ...servedIn(record, pointer),
    ],
  };
};

/** Who may have a variant is looked at wherever it is served. */
function servedIn(record: FlagRecord, pointer: string): Origin[] {
  return Object.keys(record.environments).map((environment) =>
    touchedBy(flagEnvironmentResource(record.key, environment), pointer),
  );
}

/** Refused later, with all references listed, where something still names it. Its versions stay in the store. */
export const removeVariant: Operate<"remove-variant"> = (state, { flag, variant }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  const present = requireVariant(record, variant, `${pointer}/variant`);
  const blocks = Object.entries(record.environments).map(([environment, { revision, config }]) => {
    return [environment, { revision, config: { ...config, published: without(config.published ?? {}, variant) } }] as const;
  });
  const next = { ...record, variants: without(record.variants, variant), environments: Object.fromEntries(blocks) };
  return {
    state: withFlag(state, next),
    inverse: reviveVariant(state, record, variant, present),
    summary: `Removed variant ${variant} from ${flag}.`,
    origins: [touchedBy(flagResource(flag), pointer)],
  };
};

/** Adds the variant at its old place with the value it had last, then serves in each environment what it served. */
function reviveVariant(state: ProjectState, record: FlagRecord, variant: string, present: VariantRecord): Operation[] {
  const flag = record.key;
  const last = findVersion(state, { flag, variant }, present.latest);
  const at = Object.keys(record.variants).indexOf(variant);
  const { description, only } = present;
  const more = { ...(description === undefined ? {} : { description }), ...(only === undefined ? {} : { only }) };
  const elsewhere = Object.entries(record.environments).filter(
    ([, { config }]) => config.published?.[variant] !== present.latest,
  );
  return [
    { kind: "add-variant", flag, variant, value: last.value, at, ...more },
    ...elsewhere.flatMap(([environment, { config }]): Operation[] => {
      const version = config.published?.[variant];
      return version === undefined ? [] : [{ kind: "publish", flag, variant, environments: [environment], version }];
    }),
    ...(present.draft === undefined ? [] : [draftAgain(flag, variant, present.draft)]),
  ];
}

function insertVariant(
  variants: FlagRecord["variants"],
  name: string,
  added: VariantRecord,
  at?: number,
): FlagRecord["variants"] {
  const others = Object.entries(variants);
  const place = at ?? others.length;
  return Object.fromEntries([...others.slice(0, place), [name, added], ...others.slice(place)]);
}

function publishEverywhere(record: FlagRecord, variant: string, number: number): FlagRecord {
  const blocks = Object.entries(record.environments).map(([environment, { revision, config }]) => {
    return [environment, { revision, config: { ...config, published: { ...config.published, [variant]: number } } }] as const;
  });
  return { ...record, environments: Object.fromEntries(blocks) };
}
