/** A plan as text for a terminal and as Markdown for a pull request. */

import { sayServe } from "@dimmer/evaluation";
import type { Drift } from "@dimmer/planning";
import { describeEffects } from "./describe-effects.ts";
import { describeMoves } from "./describe-moves.ts";
import type { PeopleByEnvironment } from "./describe-people.ts";
import { plural } from "./issues.ts";
import type { Paint } from "./output.ts";
import type { PlanReport } from "../plan.ts";

const TONES = { "+": "green", "-": "red", "~": "yellow" } as const;

/** The lines of a plan; the last one says what to do next, where there is something. */
export function describePlan(report: PlanReport, paint: Paint): string[] {
  const { drift, unlisted } = report;
  return [
    ...describeChanges(report, paint),
    ...(drift.length === 0 ? [] : ["", "Changed by hand, and left as it is (--undo-drift follows the file):"]),
    ...drift.map((one) => `  ! ${describeDrift(one)}`),
    ...(unlisted.length === 0 ? [] : ["", `Not in ${report.file}, and left as they are (--prune removes them):`]),
    ...unlisted.map((resource) => `  ${resource}`),
  ];
}

function describeChanges(report: PlanReport, paint: Paint): string[] {
  if (report.operations.length === 0) return [sayNothing(report)];
  const lines = describeEffects(report.effects).flatMap(({ sign, title, lines }) => [
    `  ${paint(TONES[sign], sign)} ${title}`,
    ...lines.map((line) => `      ${line}`),
  ]);
  return [`${sayHead(report)}:`, ...lines, "", ...describeMoves(report.moves, peopleIn(report))];
}

const peopleIn = ({ people }: PlanReport): PeopleByEnvironment => new Map(Object.entries(people));

const sayHead = ({ file, project, operations }: PlanReport): string =>
  `${file} differs from project ${project}; ${plural(operations.length, "operation")} would make it so`;

const sayNothing = ({ file, project }: PlanReport): string => `Project ${project} is as ${file} says. Nothing to do.`;

/** `summarizer is killed in production, but not in the file`. */
export function describeDrift(drift: Drift): string {
  if ("shares" in drift) return describeShares(drift);
  const { flag, environment, variant, present } = drift;
  const name = variant === undefined ? flag : `${flag}:${variant}`;
  const off = variant === undefined ? "killed" : "stopped";
  return present === "off"
    ? `${name} is ${off} in ${environment}; the file has it on.`
    : `${name} is on in ${environment}; the file has it ${off}.`;
}

function describeShares({ flag, environment, rule, shares, wanted }: Extract<Drift, { shares: unknown }>): string {
  const place = rule === "default" ? "the default" : `rule ${rule}`;
  return `${place} of ${flag} serves ${sayServe({ split: shares })} in ${environment}; the file has ${sayServe({ split: wanted })}.`;
}

/** The same for a comment under a pull request. */
export function writePlanMarkdown(report: PlanReport): string {
  const { effects, moves, issues, drift, unlisted, project, file, operations } = report;
  const none = operations.length === 0;
  return [
    `### Dimmer: \`${file}\` → project \`${project}\``,
    "",
    ...(none ? [sayNothing(report)] : ["| | where | what |", "|---|---|---|"]),
    ...describeEffects(effects).map(
      ({ sign, title, lines }) => `| \`${sign}\` | ${cell(title)} | ${lines.map(cell).join("<br>")} |`,
    ),
    ...(none ? [] : ["", "**Who moves**", "", ...describeMoves(moves, peopleIn(report)).map((line) => `- ${line}`)]),
    ...section(
      "Warnings",
      issues.map(({ message, mend }) => `${message} ${mend}`),
    ),
    ...section("Changed by hand, and left as it is", drift.map(describeDrift)),
    ...section(`Not in the file, and left as they are`, unlisted),
  ].join("\n");
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", `**${title}**`, "", ...lines.map((line) => `- ${line}`)];

/** Keeps the table whole, whatever a value holds. */
const cell = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ").replaceAll("`", "\\`");
