/** Checks what holds a document together: required flags, segments, and that neither runs in circles. */

import { type FlagDefinition, type FlagDocument, type FlagEnvironment, type SegmentEnvironment, variantsOf } from "../flag.ts";
import { LIMITS } from "../limits.ts";
import type { IssueCode } from "./codes.ts";
import { type Graph, shapeOf } from "./graph.ts";
import type { Issue } from "./issue.ts";
import { suggest } from "./nearest.ts";
import { issuesOf, newReport, quote, raise, type Spot, within } from "./report.ts";
import { isObject } from "./shape.ts";

/**
 * Says which references of a document lead nowhere or in circles.
 *
 * Shape:  a document whose flags and segments have each been parsed → issues. A required flag or a segment that the document does
 *         not have is a warning, as a file may be a part of what a server holds; the evaluation then fails closed.
 * Errors: none thrown.
 * Source: ADR-0002.
 */
export function checkReferences(document: FlagDocument): readonly Issue[] {
  const report = newReport();
  reportReferences(document, { path: "", report });
  return issuesOf(report);
}

/** What errors make unusable. */
export interface BadReferences {
  readonly flags: ReadonlySet<string>;
  readonly segments: ReadonlySet<string>;
}

/** One environment of the document, with what it holds. */
interface Room {
  readonly name: string;
  readonly flags: Map<string, { readonly flag: FlagDefinition; readonly config: FlagEnvironment }>;
  readonly segments: Map<string, SegmentEnvironment>;
}

export function reportReferences(document: FlagDocument, at: Spot): BadReferences {
  const bad = { flags: new Set<string>(), segments: new Set<string>() };
  for (const room of roomsOf(document)) {
    for (const [key, { flag, config }] of room.flags) {
      const spot = within(within(at, "flags"), key);
      if (checkRequires(config, within(within(spot, "environments"), room.name), room, document)) bad.flags.add(key);
      for (const use of segmentUses(flag, config, spot, room.name)) checkUse(use, room);
    }
    const needed = new Map([...room.flags].map(([key, { config }]) => [key, (config.requires ?? []).map((each) => each.flag)]));
    for (const key of refuseKnots(needed, "requires", (key) => within(within(at, "flags"), key), room.name)) bad.flags.add(key);
    for (const key of checkSegments(room, at)) bad.segments.add(key);
  }
  return bad;
}

function roomsOf(document: FlagDocument): Iterable<Room> {
  const rooms = new Map<string, Room>();
  const roomOf = (name: string): Room => {
    const room = rooms.get(name) ?? { name, flags: new Map(), segments: new Map() };
    rooms.set(name, room);
    return room;
  };
  for (const [key, flag] of Object.entries(document.flags)) {
    for (const [name, config] of Object.entries(flag.environments ?? {})) roomOf(name).flags.set(key, { flag, config });
  }
  for (const [key, segment] of Object.entries(document.segments ?? {})) {
    for (const [name, config] of Object.entries(segment.environments ?? {})) roomOf(name).segments.set(key, config);
  }
  return rooms.values();
}

/** Whether a requirement names a variant that its flag does not have; a flag that is not here is only a warning. */
function checkRequires(config: FlagEnvironment, at: Spot, room: Room, document: FlagDocument): boolean {
  const before = at.report.errors;
  for (const [index, { flag: key, variant }] of (config.requires ?? []).entries()) {
    const spot = within(within(at, "requires"), index);
    const flag = Object.hasOwn(document.flags, key) ? document.flags[key] : undefined;
    if (!room.flags.has(key)) warnMissingFlag(key, within(spot, "flag"), flag !== undefined, room);
    if (flag === undefined) continue;
    const known = Object.keys(variantsOf(flag));
    for (const name of typeof variant === "string" ? [variant] : variant) {
      if (known.includes(name)) continue;
      raise(
        within(spot, "variant"),
        "unknown-variant",
        `the flag ${quote(key)} has no variant ${quote(name)}`,
        suggest(name, known),
      );
    }
  }
  return at.report.errors > before;
}

function warnMissingFlag(key: string, at: Spot, isElsewhere: boolean, room: Room): void {
  const message = isElsewhere ? `${quote(key)} does nothing in ${room.name}` : `the document has no flag ${quote(key)}`;
  raise(
    at,
    "missing-flag",
    `${message}; until it does, this requirement fails`,
    `give ${quote(key)} the environment ${room.name}, or remove the requirement`,
  );
}

/** A segment's name and where it stands. */
interface SegmentUse {
  readonly name: string;
  readonly at: Spot;
}

function segmentUses(flag: FlagDefinition, config: FlagEnvironment, at: Spot, environment: string): readonly SegmentUse[] {
  const here = within(within(at, "environments"), environment);
  const variants = Object.entries(flag.variants ?? {}).flatMap(([name, { only }]) =>
    usesOf(only, within(within(within(at, "variants"), name), "only")),
  );
  const rules = (config.rules ?? []).flatMap(({ when }, index) =>
    usesOf(when, within(within(within(here, "rules"), index), "when")),
  );
  const entries = typeof config.fallback === "string" ? [] : config.fallback;
  const fallback = entries.flatMap(({ when }, index) => usesOf(when, within(within(within(here, "fallback"), index), "when")));
  return [...variants, ...rules, ...fallback];
}

/** The segments of a tree that has passed its check. */
function usesOf(tree: unknown, at: Spot): readonly SegmentUse[] {
  if (!isObject(tree)) return [];
  return Object.entries(tree).flatMap(([word, part]): readonly SegmentUse[] => {
    const spot = within(at, word);
    if (word === "segment")
      return (typeof part === "string" ? [part] : (part as readonly string[])).map((name) => ({ name, at: spot }));
    if (word === "not") return usesOf(part, spot);
    if (word !== "all" && word !== "any") return [];
    return (part as readonly unknown[]).flatMap((one, index) => usesOf(one, within(spot, index)));
  });
}

function checkUse({ name, at }: SegmentUse, room: Room): void {
  if (room.segments.has(name)) return;
  const message = `there is no segment ${quote(name)} in ${room.name}; the condition is unknown there`;
  raise(
    at,
    "missing-segment",
    message,
    room.segments.size === 0 ? `add the segment to ${room.name}` : suggest(name, [...room.segments.keys()]),
  );
}

/** Segments that reach themselves, or others through too many. */
function checkSegments(room: Room, at: Spot): readonly string[] {
  const graph = new Map<string, readonly string[]>();
  for (const [key, { when }] of room.segments) {
    const spot = within(within(within(within(at, "segments"), key), "environments"), room.name);
    const uses = usesOf(when, within(spot, "when"));
    for (const use of uses) checkUse(use, room);
    graph.set(
      key,
      uses.map(({ name }) => name),
    );
  }
  return refuseKnots(graph, "segment", (key) => within(within(at, "segments"), key), room.name);
}

function refuseKnots(
  graph: Graph,
  kind: "requires" | "segment",
  spotOf: (key: string) => Spot,
  environment: string,
): readonly string[] {
  const { circling, chain } = shapeOf(graph);
  const long = [...graph.keys()].filter((key) => (chain.get(key) ?? 0) > LIMITS.chain);
  const [cycleCode, chainCode]: [IssueCode, IssueCode] = [`${kind}-cycle`, `${kind}-chain`];
  for (const key of circling)
    raise(spotOf(key), cycleCode, `in ${environment}, ${quote(key)} comes back to itself`, "cut the circle at one place");
  for (const key of long) {
    raise(
      spotOf(key),
      chainCode,
      `in ${environment}, more than ${LIMITS.chain} hang on one another from ${quote(key)} on`,
      "shorten the chain",
    );
  }
  return [...circling, ...long];
}
