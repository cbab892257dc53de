/** Flags that every scenario of the OpenFeature specification can be played with: each type, targeted, zero, and turned off. */

import type { Snapshot, SnapshotFlag } from "@dimmer/evaluation";
import type { JsonValue } from "@openfeature/server-sdk";
import { testSnapshot } from "./snapshots.ts";

/** A type of the specification; numbers are one type here, so two of these are. */
export type SpecifiedType = "Boolean" | "String" | "Integer" | "Float" | "Object";

interface Sample {
  readonly type: SpecifiedType;
  /** What the plain flag serves, under this variant's name. */
  readonly variant: string;
  readonly value: JsonValue;
  readonly zero: JsonValue;
  /** What the caller falls back to, unlike both. */
  readonly fallback: JsonValue;
}

export const SAMPLES: readonly Sample[] = [
  { type: "Boolean", variant: "on", value: true, zero: false, fallback: true },
  { type: "String", variant: "hello", value: "good morning", zero: "", fallback: "none" },
  { type: "Integer", variant: "dozen", value: 12, zero: 0, fallback: 1 },
  { type: "Float", variant: "third", value: 0.3, zero: 0, fallback: 0.1 },
  { type: "Object", variant: "filled", value: { columns: 3, title: "Pictures", dark: true }, zero: {}, fallback: { a: 1 } },
];

export const TARGETED_EMAIL = "someone@example.com";

const values: Record<string, string> = {};

function flagOf(key: string, type: SpecifiedType, variants: Readonly<Record<string, JsonValue>>, parts: object): SnapshotFlag {
  const named = Object.entries(variants).map(([name, value]) => {
    const digest = `${key}/${name}`;
    values[digest] = JSON.stringify(value);
    return [name, { version: 1, digest, pinEpoch: 0 }] as const;
  });
  const kind = type === "Integer" || type === "Float" ? "number" : (type.toLowerCase() as SnapshotFlag["type"]);
  const first = named[0]?.[0] ?? "";
  return {
    revision: 3,
    type: kind,
    enabled: true,
    variants: Object.fromEntries(named),
    fallback: [],
    default: { variant: first },
    ...parts,
  };
}

function flagsOf({ type, variant, value, zero }: Sample): Readonly<Record<string, SnapshotFlag>> {
  const name = type.toLowerCase();
  const rules = [{ id: "r", when: { email: TARGETED_EMAIL }, serve: { variant: "zero" } }];
  const variants = { zero, full: value };
  return {
    [name]: flagOf(name, type, { [variant]: value }, {}),
    [`${name}-zero`]: flagOf(`${name}-zero`, type, variants, {}),
    [`${name}-targeted`]: flagOf(`${name}-targeted`, type, variants, { rules }),
    [`${name}-disabled`]: flagOf(`${name}-disabled`, type, variants, { enabled: false }),
  };
}

const who = { email: TARGETED_EMAIL, age: { gt: 10 }, customer: false };
const several = flagOf(
  "several",
  "String",
  { external: "EXTERNAL", internal: "INTERNAL" },
  {
    rules: [{ id: "staff", when: who, serve: { variant: "internal" } }],
  },
);

/** Keys are `boolean`, `boolean-zero`, `boolean-targeted`, `boolean-disabled`, and so for each type; and `several`. */
export function specificationSnapshot(): Snapshot {
  const flags = Object.fromEntries(SAMPLES.flatMap((sample) => Object.entries(flagsOf(sample))));
  return testSnapshot({ flags: { ...flags, several }, values });
}
