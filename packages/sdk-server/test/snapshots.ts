/** Small snapshots for tests: one boolean, one text, one number and one object flag. */

import type { JsonValue, Snapshot, SnapshotFlag } from "@dimmer/evaluation";

const variant = (digest: string) => ({ version: 1, digest, pinEpoch: 0 });

/** A flag of one type that serves one of two variants to everybody. */
export function staticFlag(type: SnapshotFlag["type"], serves: "one" | "two", revision = 1): SnapshotFlag {
  return {
    revision,
    type,
    enabled: true,
    variants: { one: variant(`${type}-one`), two: variant(`${type}-two`) },
    fallback: [{ variant: "two" }],
    default: { variant: serves },
  };
}

export const VALUES: Readonly<Record<string, JsonValue>> = {
  "boolean-one": true,
  "boolean-two": false,
  "string-one": "opus",
  "string-two": "sonnet",
  "number-one": 0.7,
  "number-two": 0,
  "object-one": { model: "opus", parameters: { maxTokens: 800 } },
  "object-two": { model: "sonnet" },
};

export function testSnapshot(more: Partial<Snapshot> = {}): Snapshot {
  return {
    format: 1,
    project: "demo",
    environment: "production",
    epoch: "e1",
    version: 1,
    flags: {
      bool: staticFlag("boolean", "one"),
      text: staticFlag("string", "one"),
      num: staticFlag("number", "one"),
      obj: staticFlag("object", "one"),
    },
    segments: {},
    values: Object.fromEntries(Object.entries(VALUES).map(([name, value]) => [name, JSON.stringify(value)])),
    ...more,
  };
}
