/** The immutable versions of a variant's value. */

import { strict as assert } from "node:assert";
import { digestOf } from "../value-digest.ts";
import { isSameJson } from "../same-json.ts";
import { type ProjectState, withEntry } from "../project-state.ts";
import type { StoredValue, ValueVersionRecord } from "../../storage/store.ts";

interface VariantName {
  readonly flag: string;
  readonly variant: string;
}

export function versionsOf(state: ProjectState, { flag, variant }: VariantName): readonly ValueVersionRecord[] {
  const versions = state.versions.get(flag);
  assert(versions !== undefined, `the value versions of ${flag} were loaded`);
  return versions.filter((version) => version.variant === variant);
}

export function findVersion(state: ProjectState, name: VariantName, number: number): ValueVersionRecord {
  const found = versionsOf(state, name).find((version) => version.number === number);
  assert(found !== undefined, `version ${number} of ${name.flag}:${name.variant} is stored`);
  return found;
}

/**
 * The number of a value: the version that is it already, else the next one, which is then part of the state. A value that was written
 * with snippets is a version that was written so: what people go on editing is what they wrote.
 */
export function numberValue(
  state: ProjectState,
  name: VariantName,
  stored: StoredValue,
): { state: ProjectState; number: number } {
  const { value, written } = stored;
  const versions = versionsOf(state, name);
  const digest = digestOf(value);
  const same = [...versions]
    .reverse()
    .find(
      (version) =>
        version.digest === digest && (written === undefined || isSameJson(version.written?.value ?? null, written.value)),
    );
  if (same !== undefined) return { state, number: same.number };
  const number = Math.max(0, ...versions.map((version) => version.number)) + 1;
  const made: ValueVersionRecord = { project: state.project, ...name, number, digest, ...stored, createdAt: state.at };
  const all = [...(state.versions.get(name.flag) ?? []), made];
  return { state: { ...state, versions: withEntry(state.versions, name.flag, all) }, number };
}
