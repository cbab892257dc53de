/** What a key that is bound to one environment gets to see of what a project shares. */

import type { Change, Operation } from "@dimmer/protocol";
import type { Reach } from "./authorise.ts";

type Blocks = { readonly environments: Readonly<Record<string, unknown>> };

/** Shape: the flag or segment without the blocks of environments that are out of reach. */
export function narrowRecord<R extends Blocks>({ environment }: Reach, record: R): R {
  return environment === null ? record : { ...record, environments: only(record.environments, environment) };
}

/**
 * A change as far as it concerns what the key reaches: shared fields and the own environment.
 *
 * Shape:  null where nothing is left of it, as if there were no such change.
 */
export function narrowChange({ environment }: Reach, change: Change): Change | null {
  if (environment === null) return change;
  const kept = change.operations.map((operation) => narrowOperation(operation, environment));
  const operations = kept.filter((operation) => operation !== null);
  if (operations.length === 0) return null;
  return {
    ...change,
    operations,
    // One sentence an operation.
    summary: change.summary.filter((_, index) => kept[index] !== null),
    effects: change.effects.filter(({ resource }) => isWithin(resource, environment)),
    versions: only(change.versions, environment),
  };
}

/** The operations as far as they concern what the key reaches; none where nothing does. */
export function narrowOperations({ environment }: Reach, operations: readonly Operation[]): readonly Operation[] {
  if (environment === null) return operations;
  return operations.map((operation) => narrowOperation(operation, environment)).filter((operation) => operation !== null);
}

function narrowOperation(operation: Operation, environment: string): Operation | null {
  if ("environment" in operation) return operation.environment === environment ? operation : null;
  if ("environments" in operation) {
    return operation.environments.includes(environment) ? { ...operation, environments: [environment] } : null;
  }
  if (operation.kind === "own-flag") return { ...operation, moved: onlyAddresses(operation.moved ?? {}, environment) };
  if (!("definition" in operation)) return operation;
  return { ...operation, definition: narrowDefinition(operation.definition, environment) } as Operation;
}

/** Of `<environment>/<rule>`. */
function onlyAddresses<T>(moved: Readonly<Record<string, T>>, environment: string): Record<string, T> {
  return Object.fromEntries(Object.entries(moved).filter(([address]) => address.startsWith(`${environment}/`)));
}

function narrowDefinition(definition: object, environment: string): object {
  if (!("environments" in definition)) return definition;
  const { environments, ...rest } = definition;
  return typeof environments === "object" && environments !== null
    ? { ...rest, environments: only(environments as Readonly<Record<string, unknown>>, environment) }
    : rest;
}

/** `flags/<flag>` is shared, `flags/<flag>/environments/<environment>` is not. */
function isWithin(resource: string, environment: string): boolean {
  const own = resource.split("/")[3];
  return own === undefined || own === environment;
}

function only<T>(map: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => name === key));
}
