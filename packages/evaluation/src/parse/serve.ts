/** Checks what a rule or the default serves: one variant, or a split. */

import { checkSplit } from "../bucketing/check-split.ts";
import { SLOT_ALGORITHM, SLOTS, type SlotRange } from "../bucketing/split.ts";
import { heldShares, toSlots } from "../bucketing/store-split.ts";
import type { FlagDefinition, Serve } from "../flag.ts";
import { LIMITS } from "../limits.ts";
import { checkVariant, type FlagFacts, factsOf } from "./flag-facts.ts";
import { implies } from "./implied.ts";
import type { Parsed } from "./issue.ts";
import { checkVariantKeyAt } from "./keys.ts";
import { conclude, newReport, quote, raise, type Spot, within } from "./report.ts";
import {
  checkChoice,
  checkFields,
  checkInteger,
  checkList,
  checkMap,
  checkNumber,
  checkText,
  type Foreign,
  isObject,
  refuseType,
} from "./shape.ts";

/** Where a serve stands: `rest: "next-rule"` needs a next rule, and `only` wants to be ensured by `when`. */
export interface ServeContext {
  readonly facts: FlagFacts;
  readonly isDefault: boolean;
  readonly when: unknown;
}

/**
 * Reads what a rule (or, with `of: "default"`, the default) serves.
 *
 * Shape:  `{ variant }` or `{ split, by?, else?, rest?, stored? }`, variants of the flag, shares that sum to 100 unless there is a rest.
 * Errors: none thrown; a stored split that disagrees with the percentages is refused, not repaired.
 * Source: ADR-0002, ADR-0004; spec/flag-document.schema.json#/$defs/Serve.
 */
export function parseServe(
  data: unknown,
  at: { readonly path: string; readonly flag: Pick<FlagDefinition, "type" | "variants">; readonly of?: "rule" | "default" },
): Parsed<Serve> {
  const report = newReport();
  const context = { facts: factsOf(at.flag), isDefault: at.of === "default", when: undefined };
  checkServe(data, { path: at.path, report }, context);
  return conclude(report, data as Serve);
}

export function checkServe(value: unknown, at: Spot, context: ServeContext): void {
  if (isObject(value) && value["split"] !== undefined) checkServeSplit(value, at, context);
  else checkServeVariant(value, at, context);
}

function checkServeVariant(value: unknown, at: Spot, context: ServeContext): void {
  const { facts } = context;
  checkFields(value, at, "what is served", {
    variant: {
      add: "variant: <name>` or `split: { <name>: 10, <name>: 90 }",
      check: (name, spot) => {
        if (checkVariantKeyAt(name, spot)) checkVariant(name, spot, facts);
        warnUnlessImplied(name, spot, context);
      },
    },
  });
}

function checkServeSplit(value: Foreign, at: Spot, context: ServeContext): void {
  const { facts } = context;
  const errors = at.report.errors;
  checkFields(value, at, "a split", {
    split: { check: (split, spot) => checkShares(split, spot, value, context) },
    by: { check: (by, spot) => checkText(by, spot, "by", LIMITS.text) },
    else: {
      check: (name, spot) => {
        if (checkVariantKeyAt(name, spot)) checkVariant(name, spot, facts);
        warnUnlessImplied(name, spot, context);
      },
    },
    rest: { check: (rest, spot) => checkRest(rest, spot, value, context) },
    stored: { check: (stored, spot) => checkStored(stored, spot) },
  });
  if (at.report.errors === errors && value["stored"] !== undefined) checkAgreement(value, within(at, "stored"));
}

/** Variant → percent. The sum is taken in slots, so that a float sum of 99.99999999999999 is 100. */
function checkShares(split: unknown, at: Spot, serve: Foreign, context: ServeContext): void {
  const errors = at.report.errors;
  const shares = checkMap(split, at, "split", { min: 1, max: LIMITS.variants }, checkVariantKeyAt, (percent, spot, name) => {
    checkVariant(name, spot, context.facts);
    checkPercent(percent, spot);
    if (percent !== 0 && serve["else"] === undefined) warnUnlessImplied(name, spot, context);
  });
  if (shares === undefined || at.report.errors > errors) return;
  const slots = Object.values(shares).reduce((sum: number, percent) => sum + toSlots(percent as number), 0);
  if (slots > SLOTS || (slots < SLOTS && serve["rest"] === undefined)) {
    const mend = slots > SLOTS ? "lower a share" : "raise a share, or say with `rest` what the others get";
    raise(at, "split-sum", `the shares sum to ${slots / 1_000} %, not to 100 %`, mend);
  }
}

export function checkPercent(percent: unknown, at: Spot): void {
  if (checkNumber(percent, at, "a share", 0, 100)) checkDecimals(percent, at);
}

/** 0.001 % is one slot, the smallest share there is; a float such as 33.300000000000004 still means 33.3. */
function checkDecimals(percent: number, at: Spot): void {
  const thousandths = percent * 1_000;
  if (Math.abs(thousandths - Math.round(thousandths)) < 1e-6) return;
  raise(at, "percent-decimals", `a share has at most three decimals, not ${percent}`, `write ${Math.round(thousandths) / 1_000}`);
}

function checkRest(rest: unknown, at: Spot, serve: Foreign, context: ServeContext): void {
  if (typeof rest === "string") {
    checkChoice(rest, at, "rest", ["next-rule"]);
    if (rest === "next-rule" && context.isDefault) {
      raise(at, "next-rule-in-default", "no rule comes after the default", "write `rest: { variant: <name> }`");
    }
  } else if (isObject(rest)) {
    checkFields(rest, at, "rest", {
      variant: {
        add: "variant: <name>",
        check: (name, spot) => {
          if (checkVariantKeyAt(name, spot)) checkVariant(name, spot, context.facts);
          if (serve["else"] === undefined) warnUnlessImplied(name, spot, context);
        },
      },
    });
  } else refuseType(rest, at, "rest", "`next-rule` or `{ variant: <name> }`");
}

function checkStored(stored: unknown, at: Spot): void {
  const errors = at.report.errors;
  checkFields(stored, at, "a stored split", {
    algorithm: {
      add: `algorithm: ${SLOT_ALGORITHM}`,
      check: (value, spot) => checkChoice(value, spot, "algorithm", [SLOT_ALGORITHM]),
    },
    slots: { add: `slots: ${SLOTS}`, check: (value, spot) => checkInteger(value, spot, "slots", SLOTS, SLOTS) },
    salt: { add: "salt: <the flag's key at its creation>", check: (value, spot) => checkText(value, spot, "salt", LIMITS.text) },
    by: { add: "by: targetingKey", check: (value, spot) => checkText(value, spot, "by", LIMITS.text) },
    offset: { add: "offset: 0", check: (value, spot) => checkInteger(value, spot, "offset", 0, SLOTS - 1) },
    ranges: { add: "ranges: [[0, 100000, <name>]]", check: checkRanges },
    previous: { check: checkRanges },
  });
  const problem = at.report.errors === errors ? checkSplit(stored) : undefined;
  if (problem !== undefined)
    raise(at, "bad-stored-split", `the stored split is not well formed: ${problem}`, "take it from an export, or remove it");
}

/** As many ranges as a well-formed split can have is far more than the allocator ever leaves behind (ADR-0004). */
const RANGES = { max: 10_000 };

function checkRanges(ranges: unknown, at: Spot): void {
  checkList(ranges, at, "ranges", RANGES, (range, spot) => {
    const parts = checkList(range, spot, "a range", { min: 3, max: 3 }, () => {});
    if (parts === undefined) return;
    checkInteger(parts[0], within(spot, 0), "the start of a range", 0, SLOTS);
    checkInteger(parts[1], within(spot, 1), "the end of a range", 0, SLOTS);
    checkVariantKeyAt(parts[2], within(spot, 2));
  });
}

/** The stored ranges hold exactly the authored shares, hashed by the same attribute. */
function checkAgreement(serve: Foreign, at: Spot): void {
  const {
    split,
    by = "targetingKey",
    stored,
  } = serve as { readonly split: Foreign; readonly by?: string; readonly stored: Foreign };
  if (stored["by"] !== by) {
    raise(
      within(at, "by"),
      "stored-mismatch",
      `the stored split hashes ${quote(String(stored["by"]))}, the split ${quote(by)}`,
      "make them agree, or remove `stored`",
    );
  }
  const held = heldShares(stored["ranges"] as readonly SlotRange[]);
  for (const name of new Set([...Object.keys(split), ...held.keys()])) {
    const authored = Object.hasOwn(split, name) ? toSlots(split[name] as number) : 0;
    const slots = held.get(name) ?? 0;
    if (slots === authored) continue;
    const message = `the stored ranges give ${name} ${slots / 1_000} %, the split ${authored / 1_000} %`;
    raise(
      within(at, "ranges"),
      "stored-mismatch",
      message,
      "change shares with `dimmer ramp --file`, or remove `stored` and lay the split out anew",
    );
  }
}

function warnUnlessImplied(name: unknown, at: Spot, context: ServeContext): void {
  const only = typeof name === "string" ? context.facts.only.get(name) : undefined;
  if (only === undefined || implies(context.when, only)) return;
  raise(at, "only-not-implied", `${String(name)} is restricted by its \`only\`, and this path does not ensure it`, MENDS_ONLY);
}

const MENDS_ONLY =
  "repeat the condition of `only` in the rule's `when`, or give a split an `else`; whoever may not have the variant gets the fallback";
