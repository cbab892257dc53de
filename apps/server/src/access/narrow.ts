/** What somebody who may read only some environments gets to see of what a project shares. */

import type { Change, Operation } from "@dimmer/protocol";
import type { Sight } from "./authorise.ts";

type Blocks = { readonly environments: Readonly<Record<string, unknown>> };

/** Shape: the flag or segment without the blocks of environments that are out of sight. */
export function narrowRecord<R extends Blocks>(sight: Sight, record: R): R {
  return sight === null ? record : { ...record, environments: only(record.environments, sight) };
}

/**
 * A change as far as it is in sight: shared fields and the environments that may be read.
 *
 * Shape:  null where nothing is left of it, as if there were no such change.
 */
export function narrowChange(sight: Sight, change: Change): Change | null {
  const narrowed = narrowEdit(sight, change);
  return sight === null || narrowed === null ? narrowed : { ...narrowed, versions: only(change.versions, sight) };
}

/** The same for an edit that is no change yet. */
export function narrowEdit<E extends Pick<Change, "operations" | "summary" | "effects">>(sight: Sight, edit: E): E | null {
  if (sight === null) return edit;
  const kept = edit.operations.map((operation) => narrowOperation(operation, sight));
  const operations = kept.filter((operation) => operation !== null);
  if (operations.length === 0) return null;
  return {
    ...edit,
    operations,
    // One sentence an operation.
    summary: edit.summary.filter((_, index) => kept[index] !== null),
    effects: edit.effects.filter(({ resource }) => isWithin(resource, sight)),
  };
}

/** The operations as far as they are in sight; none where nothing is. */
export function narrowOperations(sight: Sight, operations: readonly Operation[]): readonly Operation[] {
  if (sight === null) return operations;
  return operations.map((operation) => narrowOperation(operation, sight)).filter((operation) => operation !== null);
}

type Seen = ReadonlySet<string>;

function narrowOperation(operation: Operation, seen: Seen): Operation | null {
  if ("environment" in operation) return seen.has(operation.environment) ? operation : null;
  if ("environments" in operation) {
    const environments = operation.environments.filter((environment) => seen.has(environment));
    return environments.length === 0 ? null : { ...operation, environments };
  }
  if (operation.kind === "own-flag") return { ...operation, moved: onlyAddresses(operation.moved ?? {}, seen) };
  if (!("definition" in operation)) return operation;
  return { ...operation, definition: narrowDefinition(operation.definition, seen) } as Operation;
}

/** Of `<environment>/<rule>`. */
function onlyAddresses<T>(moved: Readonly<Record<string, T>>, seen: Seen): Record<string, T> {
  return Object.fromEntries(Object.entries(moved).filter(([address]) => seen.has(address.slice(0, address.indexOf("/")))));
}

function narrowDefinition(definition: object, seen: Seen): object {
  if (!("environments" in definition)) return definition;
  const { environments, ...rest } = definition;
  return typeof environments === "object" && environments !== null
    ? { ...rest, environments: only(environments as Readonly<Record<string, unknown>>, seen) }
    : rest;
}

/** `flags/<flag>` is shared, `flags/<flag>/environments/<environment>` is not. */
function isWithin(resource: string, seen: Seen): boolean {
  const own = resource.split("/")[3];
  return own === undefined || seen.has(own);
}

function only<T>(map: Readonly<Record<string, T>>, seen: Seen): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => seen.has(name)));
}
