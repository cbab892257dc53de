/** Validates what a change would leave: the parser on every flag it edits, and what only the whole project can tell. */

import { type Issue, parseFlagDefinition, parseFlagEnvironment } from "@dimmer/evaluation";
import { ProblemError } from "@dimmer/protocol";
import type { FlagRecord } from "../storage/store.ts";
import { checkAiConfigs } from "./check-ai-configs.ts";
import { checkAiTemplates, newTagBudget } from "./check-ai-templates.ts";
import { checkAttributes } from "./check-attributes.ts";
import { checkFlagExpectations } from "./check-expectations.ts";
import { checkPriceLimit } from "./check-price-limit.ts";
import { checkRequires } from "./check-requires.ts";
import { checkSecrets } from "./check-secrets.ts";
import { checkSegments } from "./check-segments.ts";
import { checkValues } from "./check-values.ts";
import { checkVariants } from "./check-variants.ts";
import { defineFlag } from "./define-flag.ts";
import { type Finding, groupOrigins, locateIssue, locateResource } from "./locate-issue.ts";
import {
  blockOf,
  flagEnvironmentResource,
  flagPart,
  flagResource,
  type Origin,
  type ProjectState,
  visibleConfig,
} from "./project-state.ts";
import { pointerSegment, refuseErrors } from "./refusal.ts";

/**
 * Shape:  the warnings, with paths into the request. What only kills, stops and restores touched is not looked at.
 * Errors: `ProblemError`: conflict where something is still needed elsewhere, invalid-document for all else.
 * Source: ADR-0006.
 */
export function checkChange(
  before: ProjectState,
  after: ProjectState,
  origins: readonly Origin[],
  { isErasure = false }: { readonly isErasure?: boolean } = {},
): readonly Issue[] {
  refuseConflicts(checkVariants(before, after), origins);
  refuseConflicts(
    checkRequires(before, after).filter(({ issue }) => issue.code === "required"),
    origins,
  );
  refuseConflicts(
    checkSegments(before, after).filter(({ issue }) => issue.code === "referenced"),
    origins,
  );
  const findings = [
    ...checkParts(after, origins),
    ...checkRequires(before, after),
    ...checkSegments(before, after),
    ...checkAttributes(after, origins),
  ];
  const byResource = groupOrigins(origins);
  const issues = findings.flatMap((finding) => locateIssue(finding, byResource) ?? []);
  refuseErrors(issues);
  // Only what is valid can be evaluated. A person's right to be erased is held up by nobody's expectation.
  const broken = isErasure ? [] : checkFlagExpectations(after, origins);
  refuseErrors(
    broken.flatMap((finding) => locateIssue(finding, byResource) ?? []),
    "The change would break what a flag expects.",
  );
  return issues;
}

function refuseConflicts(findings: readonly Finding[], origins: readonly Origin[]): void {
  const first = findings[0];
  if (first === undefined) return;
  const pointed = findings.map(({ resource, issue }) => ({ ...issue, path: locateResource(resource, origins) }));
  throw new ProblemError("conflict", `${first.issue.message} ${first.issue.mend}`, { issues: pointed });
}

/** Shared edits are read as a whole flag, edits of one environment as that block. */
function checkParts(state: ProjectState, origins: readonly Origin[]): Finding[] {
  const resources = new Set(origins.map((origin) => origin.resource));
  const tags = newTagBudget();
  return [...state.flags.values()].flatMap((record) => {
    const isWhole = resources.has(flagResource(record.key)) && state.versions.has(record.key);
    if (isWhole)
      return [
        ...checkWhole(state, record),
        ...checkValues(state, record),
        ...checkSecrets(state, record),
        ...checkAiConfigs(state, record, state.at),
        ...checkAiTemplates(state, record, tags),
        ...checkPriceLimit(state, record),
      ];
    return Object.keys(record.environments)
      .filter((environment) => resources.has(flagEnvironmentResource(record.key, environment)))
      .flatMap((environment) => checkBlock(record, environment));
  });
}

function checkWhole(state: ProjectState, record: FlagRecord): Finding[] {
  const definition = defineFlag(record, state.versions.get(record.key) ?? [], { drafts: true });
  const { issues } = parseFlagDefinition(definition, { path: "", key: record.key });
  return issues.map((issue) => {
    const environment = Object.keys(record.environments).find((name) =>
      issue.path.startsWith(`/environments${pointerSegment(name)}/`),
    );
    if (environment === undefined) return { resource: flagResource(record.key), issue };
    const path = issue.path.slice(`/environments${pointerSegment(environment)}`.length);
    return blockFinding(record, environment, { ...issue, path });
  });
}

function checkBlock(record: FlagRecord, environment: string): Finding[] {
  const config = blockOf(record, environment)?.config;
  if (config === undefined) return [];
  const { issues } = parseFlagEnvironment(visibleConfig(record, config), { path: "", flag: flagPart(record) });
  return issues.map((issue) => blockFinding(record, environment, issue));
}

/** A block's issues name rules by their place; findings name them by id. */
function blockFinding(record: FlagRecord, environment: string, issue: Issue): Finding {
  const rules = blockOf(record, environment)?.config.rules ?? [];
  const path = issue.path.replace(/^\/rules\/(\d+)/, (place, at: string) => {
    const id = rules[Number(at)]?.id;
    return id === undefined ? place : `/rules${pointerSegment(id)}`;
  });
  return { resource: flagEnvironmentResource(record.key, environment), issue: { ...issue, path } };
}
