/** Reads a whole authored document: the good flags stay, whatever is wrong with the others. */

import type { ContextDeclaration } from "../declaration.ts";
import { DOCUMENT_VERSION, type FlagDefinition, type FlagDocument, type SegmentDefinition } from "../flag.ts";
import { reportAttributeUse } from "./attribute-use.ts";
import { checkDeclaration } from "./declaration.ts";
import { checkFlag } from "./flag-definition.ts";
import type { Parsed } from "./issue.ts";
import { checkFlagKeyAt, checkSegmentKeyAt } from "./keys.ts";
import { reportReferences } from "./references.ts";
import { type Check, issuesOf, newReport, raise, type Spot, within } from "./report.ts";
import { checkFields, checkObject, isObject } from "./shape.ts";
import { checkSegment } from "./segment.ts";

/**
 * Reads an authored document.
 *
 * Shape:  any JSON value → the document with the flags and segments that are good; undefined where it is no document of this version.
 * Errors: none thrown, whatever the input; at most `LIMITS.issues` issues and one that counts the rest.
 * Source: ADR-0002; spec/flag-document.schema.json.
 */
export function parseDocument(data: unknown): Parsed<FlagDocument> {
  const report = newReport();
  const at: Spot = { path: "", report };
  const flags = new Map<string, FlagDefinition>();
  const segments = new Map<string, SegmentDefinition>();
  let context: ContextDeclaration | undefined;
  checkFields(data, at, "a flag document", {
    version: { add: `version: ${DOCUMENT_VERSION}`, check: checkVersion },
    context: {
      check(declaration, spot) {
        const before = report.errors;
        checkDeclaration(declaration, spot);
        if (report.errors === before) context = declaration as ContextDeclaration;
      },
    },
    flags: { add: "flags: {}", check: (map, spot) => keepGood(map, spot, checkFlagKeyAt, checkFlag, flags) },
    segments: { check: (map, spot) => keepGood(map, spot, checkSegmentKeyAt, checkSegment, segments) },
  });
  if (!isObject(data) || data["version"] !== DOCUMENT_VERSION) return { value: undefined, issues: issuesOf(report) };
  for (const find of [reportReferences, reportAttributeUse]) {
    const bad = find(documentOf(data, context, flags, segments), at);
    for (const key of bad.flags) flags.delete(key);
    for (const key of bad.segments) segments.delete(key);
  }
  return { value: documentOf(data, context, flags, segments), issues: issuesOf(report) };
}

function checkVersion(version: unknown, at: Spot): void {
  if (version === DOCUMENT_VERSION) return;
  raise(
    at,
    "bad-version",
    `this Dimmer reads documents of version ${DOCUMENT_VERSION}`,
    `write \`version: ${DOCUMENT_VERSION}\`, or use a newer Dimmer`,
  );
}

/** Checks every entry of a map by itself; an entry with an error is left out. */
function keepGood<T>(
  map: unknown,
  at: Spot,
  checkKey: (key: string, at: Spot) => boolean,
  check: Check,
  good: Map<string, T>,
): void {
  if (!checkObject(map, at, "this")) return;
  for (const [key, entry] of Object.entries(map)) {
    const spot = within(at, key);
    const before = at.report.errors;
    if (checkKey(key, spot)) check(entry, spot);
    if (at.report.errors === before) good.set(key, entry as T);
  }
}

function documentOf(
  data: object,
  context: ContextDeclaration | undefined,
  flags: ReadonlyMap<string, FlagDefinition>,
  segments: ReadonlyMap<string, SegmentDefinition>,
): FlagDocument {
  return {
    version: DOCUMENT_VERSION,
    ...(context === undefined ? {} : { context }),
    flags: Object.fromEntries(flags),
    ...(Object.hasOwn(data, "segments") ? { segments: Object.fromEntries(segments) } : {}),
  };
}
