/** An alert as the API shows it. */

import type { AlertView } from "@dimmer/protocol";
import type { AlertRecord } from "../storage/alert-record.ts";

export function viewAlert(record: AlertRecord): AlertView {
  const { project: _project, sequence: _sequence, key: _key, toldAt: _toldAt, isTold: _isTold, ...shown } = record;
  const { firstAt, lastAt, resolvedAt } = record;
  return { ...shown, firstAt: time(firstAt), lastAt: time(lastAt), resolvedAt: resolvedAt === null ? null : time(resolvedAt) };
}

const time = (at: number): string => new Date(at).toISOString();
