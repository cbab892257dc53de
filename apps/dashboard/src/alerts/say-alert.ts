/** Alerts in words: how much each matters, and its evidence as lines that one can read. */

import type { AlertCounts, AlertKind, AlertSeverity, AlertState } from "@dimmer/protocol";
import type { JsonValue } from "@dimmer/evaluation";
import type { Status } from "../ui/status-light.tsx";

export const SEVERITY_WORDS: Readonly<Record<AlertSeverity, string>> = { page: "Now", warn: "Today", note: "This week" };
export const SEVERITY_STATUS: Readonly<Record<AlertSeverity, Status>> = { page: "danger", warn: "warning", note: "unknown" };

export const STATE_WORDS: Readonly<Record<AlertState, string>> = {
  open: "Open",
  acknowledged: "Taken",
  resolved: "Resolved",
};

export const KIND_WORDS: Readonly<Record<AlertKind, string>> = {
  "rollout-rolled-back": "Rollout",
  "rollout-paused": "Rollout",
  "rollout-held": "Rollout",
  drift: "Drift",
  "provider-changed": "Provider",
  "canary-failed": "Canary",
  "silent-metric": "Silence",
  "tier-leak": "Leak",
  "premium-traffic": "Leak",
  "model-retirement": "Model",
  "unpriced-model": "Price",
  "other-model": "Model",
  "budget-warning": "Budget",
  "budget-step-down": "Budget",
  "budget-burn": "Budget",
  "drill-failed": "Fallback",
  "experiment-sample-ratio": "Experiment",
  "experiment-ready": "Experiment",
};

/** What wants somebody today: notes can wait. */
export const wanting = ({ page, warn }: AlertCounts): number => page + warn;

/** "2 open alerts, 1 of them for now" */
export function sayCounts(counts: AlertCounts): string {
  const all = wanting(counts);
  const open = all === 1 ? "1 open alert" : `${all} open alerts`;
  return counts.page === 0 || all === 0 ? open : `${open}, ${counts.page} of them for now`;
}

export interface EvidenceLine {
  readonly name: string;
  readonly said: string;
}

/** Lines that are shown of one; what has more is looked at where it comes from. */
const MOST_LINES = 40;
const LONGEST = 240;

/** Shape: what lies deeper is named by its way: "treated exposures". Lists of short values are one line. */
export const sayEvidence = (evidence: JsonValue): readonly EvidenceLine[] => linesOf("", evidence).slice(0, MOST_LINES);

function linesOf(name: string, value: JsonValue): readonly EvidenceLine[] {
  if (Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null))
    return value.length === 0 ? [] : [{ name, said: cut(value.map(sayValue).join(", ")) }];
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => linesOf(`${name} ${wordsOf(key)}`.trim(), inner));
  return [{ name: name === "" ? "Seen" : name, said: cut(sayValue(value)) }];
}

/** `ratioAtLeast` → "ratio at least" */
const wordsOf = (key: string): string =>
  key
    .replace(/([a-z\d])([A-Z])/gu, "$1 $2")
    .replace(/[_-]+/gu, " ")
    .toLowerCase();

function sayValue(value: JsonValue): string {
  if (typeof value === "number") return Number(value.toPrecision(4)).toLocaleString("en");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null) return "not known";
  if (typeof value === "string")
    return ISO.test(value) ? new Date(value).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" }) : value;
  return JSON.stringify(value);
}

const ISO = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/u;
const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
