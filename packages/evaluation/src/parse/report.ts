/** Collects the issues of one reading, a bounded number of them, each at its place. */

import { LIMITS } from "../limits.ts";
import { type IssueCode, ISSUE_KINDS } from "./codes.ts";
import type { Issue, Parsed } from "./issue.ts";

export interface Report {
  readonly issues: Issue[];
  /** Errors so far, those beyond the limit included; a part without new errors is good. */
  errors: number;
  /** Issues that found no room. */
  dropped: number;
  /** Weight of the patterns so far in the part that is read: an environment of a flag or a segment, or all `only` of a flag. */
  patternWeight: number;
}

/** A place in the data: its JSON Pointer, and where its issues go. */
export interface Spot {
  readonly path: string;
  readonly report: Report;
}

/** A check looks at a value and reports what is wrong with it. */
export type Check = (value: unknown, at: Spot) => void;

/** The longest piece of foreign text that a message repeats. */
const QUOTED = 60;

export function newReport(): Report {
  return { issues: [], errors: 0, dropped: 0, patternWeight: 0 };
}

/** The place of a field or an entry, escaped as RFC 6901 asks. */
export function within(at: Spot, key: string | number): Spot {
  const token = typeof key === "number" ? key : key.replaceAll("~", "~0").replaceAll("/", "~1");
  return { path: `${at.path}/${token}`, report: at.report };
}

/** Reports one issue; beyond `LIMITS.issues` it is only counted. */
export function raise(at: Spot, code: IssueCode, message: string, mend: string): void {
  const { report } = at;
  const { severity } = ISSUE_KINDS[code];
  if (severity === "error") report.errors++;
  if (isFull(report)) report.dropped++;
  else report.issues.push({ path: at.path, code, message, mend, severity });
}

/** Whether another issue would only be counted; looking for a mend is then wasted work. */
export function isFull(report: Report): boolean {
  return report.issues.length >= LIMITS.issues;
}

/** The value if nothing made it unusable, with everything that was found. */
export function conclude<T>(report: Report, value: T): Parsed<T> {
  return { value: report.errors === 0 ? value : undefined, issues: issuesOf(report) };
}

/** The issues, with a last one that counts those that found no room. */
export function issuesOf(report: Report): readonly Issue[] {
  if (report.dropped === 0) return report.issues;
  const code = report.errors > 0 ? "more-issues" : "more-warnings";
  const message = `${report.dropped} more issues were found; only the first ${LIMITS.issues} are listed`;
  return [...report.issues, { path: "", code, message, mend: "mend these and read again", severity: ISSUE_KINDS[code].severity }];
}

/** Foreign text inside a message: short, on one line, in quotes. */
export function quote(text: string): string {
  return JSON.stringify(text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);
}
