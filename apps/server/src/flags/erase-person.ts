/** Takes a person's targeting key out of all targets and segment lists, by a change like any other. */

import type { Issue, JsonValue, SegmentEnvironment } from "@dimmer/evaluation";
import type { ChangeResult, Effect, Operation } from "@dimmer/protocol";
import type { FlagRecord, SegmentRecord, StoreTransaction } from "../storage/store.ts";
import { type Author, carryOut, type ChangePorts } from "./apply-change.ts";
import { pointerSegment } from "./refusal.ts";

export interface FlagErasure {
  readonly project: string;
  /** The exact targeting key. */
  readonly person: string;
  readonly reason?: string | null;
  readonly source?: string;
}

/**
 * Erases a targeting key from what serves now, in every environment, archived flags included; inside the erasure's transaction.
 *
 * Shape:  the change, which itself does not name the person and cannot be undone; null where nobody is named. Conditions
 *         that name the key are for a person to edit: each is a warning. What changes and audit rows say of the past is erased
 *         by `audit/erase-person.ts`, afterwards.
 * Errors: those of `applyChange`.
 */
export async function erasePersonFromFlags(
  tx: StoreTransaction,
  ports: Omit<ChangePorts, "store">,
  author: Author,
  { project, person, reason = null, source = "api" }: FlagErasure,
): Promise<ChangeResult | null> {
  const flags = await tx.listFlags(project);
  const segments = (await tx.listSegments(project)).filter((record) => record.removedAt === null);
  const operations = [
    ...flags.flatMap((record) => untarget(record, person)),
    ...segments.flatMap((record) => unlist(record, person)),
  ];
  if (operations.length === 0) return null;
  const issues = [...flags, ...segments].flatMap((record) => findConditions(record, person));
  const conceal = (effects: readonly Effect[]): readonly Effect[] => effects.map((effect) => concealIn(effect, person));
  return await carryOut(tx, ports, author, { project, operations, reason, source, issues, conceal });
}

function untarget(record: FlagRecord, person: string): Operation[] {
  return Object.entries(record.environments).flatMap(([environment, { config }]): Operation[] => {
    const lists = Object.entries(config.targets ?? {});
    if (!lists.some(([, keys]) => keys.includes(person))) return [];
    const left = lists.map(([variant, keys]) => [variant, keys.filter((key) => key !== person)] as const);
    const targets = Object.fromEntries(left.filter(([, keys]) => keys.length > 0));
    return [{ kind: "set-targets", flag: record.key, environment, targets }];
  });
}

function unlist(record: SegmentRecord, person: string): Operation[] {
  return Object.entries(record.environments).flatMap(([environment, { config }]): Operation[] => {
    const isListed = config.include?.includes(person) === true || config.exclude?.includes(person) === true;
    return isListed ? [{ kind: "set-segment", segment: record.key, environment, config: withoutPerson(config, person) }] : [];
  });
}

function withoutPerson(config: SegmentEnvironment, person: string): SegmentEnvironment {
  const { include, exclude, ...rest } = config;
  const others = (keys: readonly string[]): readonly string[] => keys.filter((key) => key !== person);
  return {
    ...rest,
    ...(include === undefined ? {} : { include: others(include) }),
    ...(exclude === undefined ? {} : { exclude: others(exclude) }),
  };
}

/** The lists that the change took the key out of are gone from its diff too. */
function concealIn(effect: Effect, person: string): Effect {
  const { before, after, ...rest } = effect;
  return {
    ...rest,
    ...(before === undefined ? {} : { before: conceal(before, person) }),
    ...(after === undefined ? {} : { after: conceal(after, person) }),
  };
}

function conceal(value: JsonValue, person: string): JsonValue {
  if (Array.isArray(value))
    return value.filter((element) => element !== person).map((element: JsonValue) => conceal(element, person));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, conceal(field, person)]));
}

function findConditions(record: FlagRecord | SegmentRecord, person: string): Issue[] {
  const noun = "salt" in record ? "flag" : "segment";
  const trees: (readonly [string, unknown])[] = Object.entries(record.environments).map(([environment, { config }]) => {
    const { targets: _targets, include: _include, exclude: _exclude, ...rest } = config as Record<string, unknown>;
    return [`${noun} ${record.key} in ${environment}`, rest];
  });
  if ("variants" in record)
    trees.push([`flag ${record.key}`, Object.entries(record.variants).map(([name, { only }]) => ({ name, only }))]);
  return trees.flatMap(([where, tree]) =>
    placesOf(tree, person).map((path): Issue => {
      const message = `A condition of ${where} names the same text at ${path}.`;
      return {
        path: "",
        code: "named-in-condition",
        message,
        mend: "Edit the condition where it is this person.",
        severity: "warning",
      };
    }),
  );
}

function placesOf(value: unknown, person: string, path = ""): string[] {
  if (value === person) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => placesOf(part, person, path + pointerSegment(name)));
}
