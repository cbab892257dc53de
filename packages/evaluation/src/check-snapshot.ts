/** Reads a snapshot that came over the wire: refuses what is not one, before it can replace a good one. */

import type { Issue, Parsed } from "./parse/issue.ts";
import { SNAPSHOT_FORMAT, type Snapshot } from "./snapshot.ts";

/**
 * Shape:  anything → the snapshot itself, or issues that say what it is not. Unknown fields are left alone (newer servers add some).
 *         Single flags are checked when first evaluated: a bad one is PARSE_ERROR and sinks nobody else.
 * Errors: none thrown.
 */
export function checkSnapshot(data: unknown): Parsed<Snapshot> {
  if (!isRecord(data))
    return refused("", "snapshot-not-object", "the payload is not a JSON object", "check that the URL is a Dimmer server's");
  if (data.format !== SNAPSHOT_FORMAT) {
    return refused(
      "/format",
      "snapshot-format",
      `this SDK reads snapshot format ${SNAPSHOT_FORMAT}`,
      "upgrade the SDK, or check that the URL is a Dimmer server's",
    );
  }
  const issues = [...textIssues(data), ...versionIssues(data), ...mapIssues(data)];
  return { value: issues.length === 0 ? (data as unknown as Snapshot) : undefined, issues };
}

type Data = Readonly<Record<string, unknown>>;
const MEND = "fetch the snapshot again; a proxy may have cut or changed it";

const isRecord = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);

function refused(path: string, code: string, message: string, mend: string): Parsed<Snapshot> {
  return { value: undefined, issues: [issue(path, code, message, mend)] };
}

function issue(path: string, code: string, message: string, mend: string): Issue {
  return { path, code, message, mend, severity: "error" };
}

function textIssues(data: Data): Issue[] {
  return ["project", "environment", "epoch"]
    .filter((name) => typeof data[name] !== "string" || data[name] === "")
    .map((name) => issue(`/${name}`, "snapshot-text", `${name} is not a text`, MEND));
}

function versionIssues(data: Data): Issue[] {
  const isVersion = Number.isSafeInteger(data.version) && (data.version as number) >= 0;
  return isVersion ? [] : [issue("/version", "snapshot-version", "version is not a whole number", MEND)];
}

function mapIssues(data: Data): Issue[] {
  return ["flags", "segments", "values"].flatMap((name) => {
    const map = data[name];
    if (!isRecord(map)) return [issue(`/${name}`, "snapshot-map", `${name} is not an object`, MEND)];
    if (name === "values") return [];
    const bad = Object.keys(map).find((key) => !isRecord(map[key]));
    return bad === undefined
      ? []
      : [issue(`/${name}/${bad}`, "snapshot-entry", `${name} holds something that is not an object`, MEND)];
  });
}
