/** Checks a segment: a list of keys and a tree per environment. */

import type { SegmentDefinition, SegmentEnvironment } from "../flag.ts";
import { LIMITS } from "../limits.ts";
import { checkCondition } from "./condition.ts";
import type { Parsed } from "./issue.ts";
import { checkEnvironmentKeyAt } from "./keys.ts";
import { conclude, newReport, type Spot } from "./report.ts";
import { checkFields, checkList, checkMap, checkText } from "./shape.ts";

/**
 * Reads a segment.
 *
 * Shape:  `{ description?, environments? }`.
 * Errors: none thrown; whether segments form a circle only the whole document can tell.
 * Source: ADR-0002; spec/flag-document.schema.json#/$defs/SegmentDefinition.
 */
export function parseSegmentDefinition(data: unknown, at: { readonly path: string }): Parsed<SegmentDefinition> {
  const report = newReport();
  checkSegment(data, { path: at.path, report });
  return conclude(report, data as SegmentDefinition);
}

/**
 * Reads what a segment is in one environment.
 *
 * Shape:  `{ include?, exclude?, when? }`; at most `LIMITS.segmentKeys` keys in a list.
 * Errors: none thrown.
 * Source: ADR-0002; spec/flag-document.schema.json#/$defs/SegmentEnvironment.
 */
export function parseSegmentEnvironment(data: unknown, at: { readonly path: string }): Parsed<SegmentEnvironment> {
  const report = newReport();
  checkSegmentEnvironment(data, { path: at.path, report });
  return conclude(report, data as SegmentEnvironment);
}

export function checkSegment(value: unknown, at: Spot): void {
  checkFields(value, at, "a segment", {
    description: { check: (text, spot) => checkText(text, spot, "description", LIMITS.text) },
    environments: {
      check: (map, spot) => checkMap(map, spot, "environments", { max: 1_000 }, checkEnvironmentKeyAt, checkSegmentEnvironment),
    },
  });
}

function checkSegmentEnvironment(value: unknown, at: Spot): void {
  at.report.patternWeight = 0;
  checkFields(value, at, "a segment's environment", {
    include: { check: checkKeys },
    exclude: { check: checkKeys },
    when: { check: checkCondition },
  });
}

function checkKeys(value: unknown, at: Spot): void {
  checkList(value, at, "a list of targeting keys", { max: LIMITS.segmentKeys }, (key, spot) =>
    checkText(key, spot, "a targeting key", LIMITS.text),
  );
}
