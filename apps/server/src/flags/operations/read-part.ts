/** Reads parts of the document that an operation carries: `parse*` decides, a part with errors refuses the change. */

import {
  type Condition,
  type FlagEnvironment,
  type Parsed,
  parseCondition,
  parseFlagEnvironment,
  parseRule,
  parseServe,
  type Rule,
  type Serve,
} from "@dimmer/evaluation";
import { strict as assert } from "node:assert";
import { servesOf } from "../addresses.ts";
import { withoutSentBack } from "../lay-split.ts";
import { flagPart } from "../project-state.ts";
import { refuseErrors } from "../refusal.ts";
import type { FlagRecord } from "../../storage/store.ts";

/** The value of a part without errors. Its warnings are reported when the whole result is validated. */
export function readPart<T>({ value, issues }: Parsed<T>): T {
  refuseErrors(issues, "A part of the change is not valid.");
  assert(value !== undefined, "a parser gives a value or an error");
  return value;
}

export function readServe(serve: unknown, present: Serve, address: string, pointer: string, record: FlagRecord): Serve {
  const of = address === "default" ? "default" : "rule";
  return readPart(parseServe(withoutSentBack(serve, present), { path: pointer, flag: flagPart(record), of }));
}

export function readRule(rule: unknown, present: Rule | undefined, pointer: string, record: FlagRecord): Rule {
  const authored = isRecord(rule) ? { ...rule, serve: withoutSentBack(rule["serve"], present?.serve) } : rule;
  return readPart(parseRule(authored, { path: pointer, flag: flagPart(record) }));
}

export function readEnvironment(
  config: unknown,
  present: FlagEnvironment | undefined,
  pointer: string,
  record: FlagRecord,
): FlagEnvironment {
  const authored = present === undefined ? config : withoutSentBackRanges(config, present);
  return readPart(parseFlagEnvironment(authored, { path: pointer, flag: flagPart(record) }));
}

export function readCondition(condition: unknown, pointer: string): Condition {
  return readPart(parseCondition(condition, { path: pointer }));
}

function withoutSentBackRanges(config: unknown, present: FlagEnvironment): unknown {
  if (!isRecord(config)) return config;
  const serves = servesOf(present);
  const rules = Array.isArray(config["rules"])
    ? config["rules"].map((rule: unknown) =>
        isRecord(rule) ? { ...rule, serve: withoutSentBack(rule["serve"], serves.get(String(rule["id"]))) } : rule,
      )
    : undefined;
  const standard = withoutSentBack(config["default"], present.default);
  return { ...config, ...(rules === undefined ? {} : { rules }), ...(standard === undefined ? {} : { default: standard }) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
