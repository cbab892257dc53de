/** Checks what a project declares of its contexts. */

import { type ContextDeclaration, DECLARED_TYPES, type DeclaredType, isOfType } from "../declaration.ts";
import { LIMITS } from "../limits.ts";
import type { Parsed } from "./issue.ts";
import { conclude, newReport, raise, type Spot, within } from "./report.ts";
import { checkChoice, checkFields, checkList, checkMap, checkText, checkTruth, refuseType } from "./shape.ts";

/**
 * Reads a declaration of contexts.
 *
 * Shape:  `{ strict?, attributes: { plan: { type: "string", values: ["free", "pro"], private? } } }`.
 * Errors: none thrown.
 * Source: ADR-0030; spec/flag-document.schema.json#/$defs/ContextDeclaration.
 */
export function parseContextDeclaration(data: unknown, at: { readonly path: string }): Parsed<ContextDeclaration> {
  const report = newReport();
  checkDeclaration(data, { path: at.path, report });
  return conclude(report, data as ContextDeclaration);
}

const ATTRIBUTES = { max: LIMITS.declaredAttributes };
const VALUES = { min: 1, max: LIMITS.declaredValues };

export function checkDeclaration(value: unknown, at: Spot): void {
  checkFields(value, at, "a declaration of contexts", {
    strict: { check: (strict, spot) => checkTruth(strict, spot, "strict") },
    attributes: {
      add: "attributes: {}",
      check: (map, spot) => checkMap(map, spot, "attributes", ATTRIBUTES, checkName, checkAttribute),
    },
  });
}

const checkName = (name: string, at: Spot): boolean => checkText(name, at, "an attribute's name", LIMITS.declaredName);

function checkAttribute(value: unknown, at: Spot): void {
  const before = at.report.errors;
  const fields = checkFields(value, at, "a declared attribute", {
    description: { check: (text, spot) => checkText(text, spot, "description", LIMITS.text) },
    type: { add: "type: string", check: (type, spot) => checkChoice(type, spot, "a type", DECLARED_TYPES) },
    list: { check: (list, spot) => checkTruth(list, spot, "list") },
    values: { check: (list, spot) => checkList(list, spot, "values", VALUES, checkValue) },
    private: { check: (isPrivate, spot) => checkTruth(isPrivate, spot, "private") },
  });
  if (fields?.["values"] === undefined || at.report.errors > before) return;
  checkValueTypes(fields["values"] as readonly unknown[], fields["type"] as DeclaredType, within(at, "values"));
}

function checkValue(value: unknown, at: Spot): void {
  if (typeof value === "string") checkText(value, at, "a value", LIMITS.declaredValue);
  else if (!Number.isFinite(value)) refuseType(value, at, "a value", "a text or a number");
}

function checkValueTypes(values: readonly unknown[], type: DeclaredType, at: Spot): void {
  if (type !== "string" && type !== "number") {
    const mend = "remove `values`, or declare it as string or number";
    return raise(at, "bad-declaration", `a ${type} has no list of values`, mend);
  }
  for (const [index, value] of values.entries()) {
    if (isOfType(value, type)) continue;
    raise(within(at, index), "bad-declaration", `${JSON.stringify(value)} is no ${type}`, "write it as one, or change the type");
  }
}
