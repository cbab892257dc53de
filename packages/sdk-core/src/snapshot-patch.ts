/** Tells a patch from anything else that may arrive in its place. */

import type { SnapshotPatch } from "@dimmer/protocol";

/**
 * Whether foreign data has the form of a patch; single flags in it are judged when they are compiled.
 *
 * Shape:  any value → true only for a step forward of a known format.
 * Errors: none.
 * Source: ADR-0005.
 */
export function isPatch(data: unknown): data is SnapshotPatch {
  return (
    isRecord(data) &&
    data["format"] === 1 &&
    typeof data["epoch"] === "string" &&
    isVersion(data["from"]) &&
    isVersion(data["version"]) &&
    data["from"] < data["version"] &&
    isRecordOfRecords(data["flags"]) &&
    isRecordOfRecords(data["segments"]) &&
    isRecord(data["values"]) &&
    isRecord(data["removed"]) &&
    ["flags", "segments", "values"].every((kind) => isListOfNames((data["removed"] as Record<string, unknown>)[kind]))
  );
}

const isRecord = (data: unknown): data is Record<string, unknown> =>
  typeof data === "object" && data !== null && !Array.isArray(data);
const isRecordOfRecords = (data: unknown): boolean => isRecord(data) && Object.values(data).every(isRecord);
const isVersion = (data: unknown): data is number => Number.isSafeInteger(data) && (data as number) >= 0;
const isListOfNames = (data: unknown): boolean => Array.isArray(data) && data.every((name) => typeof name === "string");
