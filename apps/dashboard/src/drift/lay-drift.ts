/** A series against its own past, laid out: what was, what was to be expected, and how the evidence grew. */

import type { DriftPoint } from "@dimmer/protocol";
import { lineOf } from "../plots/line-of.ts";

export interface DriftOrder {
  readonly points: readonly DriftPoint[];
  readonly width: number;
  /** Of the values, and of the evidence under them. */
  readonly height: number;
  readonly evidenceHeight: number;
  /** Where even the foot of the axis is: rates begin at nothing. */
  readonly isFromZero: boolean;
}

export interface DriftLayout {
  readonly from: number;
  readonly to: number;
  readonly lowest: number;
  readonly highest: number;
  /** Of each point. */
  readonly places: readonly { readonly x: number; readonly y: number }[];
  readonly value: string;
  readonly expected: string;
  readonly evidence: string;
  readonly alarm: string;
  /** Where a moment stands, which may lie outside. */
  readonly x: (at: number) => number;
}

const ROOM = 1.08;

/** Shape: undefined where nothing happened in any hour. */
export function layDrift({ points, width, height, evidenceHeight, isFromZero }: DriftOrder): DriftLayout | undefined {
  const [first, last] = [points[0], points.at(-1)];
  const values = points.flatMap(({ value, expected }) => (value === null ? [] : [value, expected]));
  if (first === undefined || last === undefined || values.length === 0) return undefined;
  const [from, to] = [Date.parse(first.at), Math.max(Date.parse(last.at), Date.parse(first.at) + 1)];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = (most - least || Math.abs(most) || 1) * (ROOM - 1);
  const [lowest, highest] = [isFromZero ? 0 : least - margin, most + margin];
  const x = (at: number): number => ((at - from) / (to - from)) * width;
  const y = (value: number): number => height * (1 - (value - lowest) / (highest - lowest));
  const evidenceTop = Math.max(1, ...points.map(({ alarmAt, logEvidence }) => Math.max(alarmAt, logEvidence ?? 0))) * ROOM;
  const up = (value: number): number => evidenceHeight * (1 - Math.max(0, value) / evidenceTop);
  const line = (of: (point: DriftPoint) => number | null): string =>
    lineOf(points.map((point) => [x(Date.parse(point.at)), of(point) ?? Number.NaN]));
  return {
    from,
    to,
    lowest,
    highest,
    places: points.map(({ at, value }) => ({ x: x(Date.parse(at)), y: value === null ? Number.NaN : y(value) })),
    value: line(({ value }) => (value === null ? null : y(value))),
    expected: line(({ expected }) => y(expected)),
    evidence: line(({ logEvidence }) => (logEvidence === null ? null : up(logEvidence))),
    alarm: line(({ alarmAt }) => up(alarmAt)),
    x,
  };
}
