/** The immutable versions of a variant's value. */

import type { JsonValue } from "@dimmer/evaluation";
import { strict as assert } from "node:assert";
import { digestOf } from "../value-digest.ts";
import { type ProjectState, withEntry } from "../project-state.ts";
import type { ValueVersionRecord } from "../../storage/store.ts";

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

/** The number of a value: the version that is it already, else the next one, which is then part of the state. */
export function numberValue(state: ProjectState, name: VariantName, value: JsonValue): { state: ProjectState; number: number } {
  const versions = versionsOf(state, name);
  const digest = digestOf(value);
  const same = [...versions].reverse().find((version) => version.digest === digest);
  if (same !== undefined) return { state, number: same.number };
  const number = Math.max(0, ...versions.map((version) => version.number)) + 1;
  const made: ValueVersionRecord = { project: state.project, ...name, number, digest, value, createdAt: state.at };
  const all = [...(state.versions.get(name.flag) ?? []), made];
  return { state: { ...state, versions: withEntry(state.versions, name.flag, all) }, number };
}
