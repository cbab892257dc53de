/** Rows of the audit log in words, and as a table that other programs read. */

import type { JsonValue } from "@dimmer/evaluation";
import type { AuditRow, AuditVerdict } from "@dimmer/protocol";
import { csvOf } from "../ui/csv.ts";

const VERBS: Readonly<Record<string, string>> = {
  apply: "Changed",
  create: "Made",
  revoke: "Revoked",
  remove: "Removed",
  rename: "Renamed",
  update: "Edited",
  edit: "Edited",
  comment: "Commented on",
  approve: "Approved",
  reject: "Rejected",
  withdraw: "Withdrew",
  enable: "Turned on",
  disable: "Turned off",
  run: "Ran",
  rotate: "Gave a new secret to",
  cancel: "Cancelled",
  erase: "Erased",
  seen: "Saw",
  lifted: "Saw the end of",
  test: "Tested",
  "new-epoch": "Began anew with",
};

/** Where verb and noun alone would not say it. */
const WHOLE: Readonly<Record<string, string>> = {
  "change-request.create": "Proposed an edit for review",
  "change-request.apply": "Made the edit of a review",
  "environment.require-review": "Set how many approve an edit in an environment",
  "connection.use": "Called models through a connection",
  "eval-report.push": "Pushed an eval report",
  "eval-run.start": "Had a suite run",
  "eval-run.cancel": "Cancelled the run of a suite",
  "eval-suite.push": "Kept a suite",
  "eval-suite.remove": "Removed a suite",
};

const NOUNS: Readonly<Record<string, string>> = {
  change: "flags or segments",
  "change-request": "a review",
  key: "a key",
  "signing-key": "a signing key",
  environment: "an environment",
  project: "the project",
  installation: "the installation",
  link: "a kill link",
  schedule: "a schedule",
  webhook: "a webhook",
  person: "a person",
  backup: "a backup",
  "override-token": "an override token",
  "local-kill": "a kill inside an app",
};

/** "Made a key: api, server"; an action that this page does not know is said as it is written. */
export function sayAction({ action, details }: Pick<AuditRow, "action" | "details">): string {
  const dot = action.lastIndexOf(".");
  const [noun, verb] = [action.slice(0, dot), action.slice(dot + 1)];
  const pair = VERBS[verb] === undefined || NOUNS[noun] === undefined ? action : `${VERBS[verb]} ${NOUNS[noun]}`;
  const said = WHOLE[action] ?? pair;
  const about = aboutOf(details);
  // A change says itself what it did.
  if (action === "change.apply" && about !== "") return about;
  return about === "" ? said : `${said}: ${about}`;
}

/** What of the details names the thing. */
function aboutOf(details: JsonValue | null): string {
  if (typeof details !== "object" || details === null || Array.isArray(details)) return "";
  const fields = details as Readonly<Record<string, JsonValue>>;
  const { summary } = fields;
  if (Array.isArray(summary)) return summary.filter((line) => typeof line === "string").join(" ");
  return ["name", "environment", "kind", "host", "kill"]
    .flatMap((field) => {
      const value = fields[field];
      return typeof value === "string" ? [value] : [];
    })
    .join(", ");
}

export function sayVerdict({ ok, rows, firstBad }: AuditVerdict): string {
  if (ok) return `The chain holds: ${rows.toLocaleString("en")} rows, each sealed by the next, and nobody changed one.`;
  return firstBad === null
    ? "The chain does not hold."
    : `The chain breaks at row ${firstBad.sequence}: ${firstBad.why} What stands before it can be relied on.`;
}

const COLUMNS = ["sequence", "at", "action", "actorKind", "actorId", "actorName", "details", "hash"] as const;

/** Shape: a head, a line a row, and the end of the last one. */
export const writeCsv = (rows: readonly AuditRow[]): string =>
  `${csvOf([
    COLUMNS,
    ...rows.map(({ sequence, at, action, actor, details, hash }) => [
      sequence,
      at,
      action,
      actor?.kind ?? null,
      actor?.id ?? null,
      actor?.name ?? null,
      details === null ? null : JSON.stringify(details),
      hash,
    ]),
  ])}\r\n`;
