/** Issues as text: what is wrong, where, and how to mend it. */

import type { Issue } from "@dimmer/evaluation";
import type { SourceText } from "../document/read-document.ts";
import { renderCodeFrame } from "./code-frame.ts";
import type { Paint } from "./output.ts";

export function renderIssue(issue: Issue, paint: Paint, source?: SourceText): string {
  const place = source?.place(issue.path);
  const where = place === undefined ? issue.path : `${source?.file}:${place.line}:${place.column} ${issue.path}`;
  const tone = issue.severity === "error" ? paint("red", "error") : paint("yellow", "warning");
  const frame = source === undefined || place === undefined ? [] : [renderCodeFrame(source.text, place, paint)];
  return [
    `${tone} ${paint("dim", issue.code)} ${where}`.trimEnd(),
    `  ${issue.message}`,
    ...frame,
    `  ${paint("green", "mend:")} ${issue.mend}`,
  ].join("\n");
}

export const countIssues = (issues: readonly Issue[], severity: Issue["severity"]): number =>
  issues.filter((issue) => issue.severity === severity).length;

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
