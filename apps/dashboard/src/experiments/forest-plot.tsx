/** Effects beside each other: what decides first, each with the interval that it is surely in, around "no difference". */

import { useMemo } from "react";
import type { ArmEffect } from "@dimmer/protocol";
import { PlotFrame, type PlotTable } from "../plots/plot-frame.tsx";
import { useWidth } from "../ui/use-width.ts";
import { type Forest, type ForestRow, inOrder, layForest } from "./lay-forest.ts";
import { effectStatus, metricWords, ROLE_WORDS, sayEffect, sayInterval } from "./say-experiment.ts";

/** From here on names stand beside their line, else above it. */
const BESIDE_FROM = 640;
const ROW = 44;
const NARROW_ROW = 64;
const FOOT = 26;
const HEAD = 8;

const FILLS = { healthy: "fill-healthy", danger: "fill-danger", warning: "fill-light", unknown: "fill-line-strong" } as const;

export interface ForestPlotProps {
  readonly effects: readonly ArmEffect[];
  readonly baseline: string;
  readonly of: string;
}

export function ForestPlot({ effects, baseline, of }: ForestPlotProps) {
  const [place, width] = useWidth<HTMLDivElement>();
  const forest = useMemo(() => layForest(effects), [effects]);
  const row = width >= BESIDE_FROM ? ROW : NARROW_ROW;
  const height = HEAD + forest.rows.length * row + FOOT;
  return (
    <PlotFrame title={`Beside ${baseline}`} of={of} table={tableOf(effects)}>
      <div ref={place} style={{ minHeight: height }}>
        {width > 0 && <Drawing forest={forest} width={width} height={height} row={row} baseline={baseline} />}
      </div>
    </PlotFrame>
  );
}

interface DrawingProps {
  readonly forest: Forest;
  readonly width: number;
  readonly height: number;
  readonly row: number;
  readonly baseline: string;
}

function Drawing({ forest: { rows, zero, ticks }, width, height, row, baseline }: DrawingProps) {
  const isWide = width >= BESIDE_FROM;
  const [left, right] = isWide ? [220, 150] : [8, 8];
  const inner = width - left - right;
  const x = (place: number): number => left + place * inner;
  return (
    <svg
      data-plot
      role="img"
      aria-label={rows.map(({ effect }) => sayRow(effect)).join("; ")}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="figures block text-small"
    >
      {ticks.map(({ effect, place }) => (
        <g key={effect}>
          <line x1={x(place)} x2={x(place)} y1={HEAD} y2={height - FOOT} className="stroke-line" strokeWidth={1} />
          <text x={x(place)} y={height - FOOT / 2 + 2} textAnchor="middle" dominantBaseline="central" className="fill-faint">
            {effect === 0 ? (isWide ? `as ${short(baseline)}` : "same") : sayEffect(effect)}
          </text>
        </g>
      ))}
      <line x1={x(zero)} x2={x(zero)} y1={0} y2={height - FOOT} className="stroke-ink" strokeWidth={1.5} />
      {rows.map((one, at) => (
        <Row
          key={`${one.effect.metric} ${one.effect.variant}`}
          row={one}
          y={HEAD + at * row}
          height={row}
          width={width}
          isWide={isWide}
          x={x}
          isFirst={one.effect.role !== rows[at - 1]?.effect.role && at > 0}
        />
      ))}
    </svg>
  );
}

interface RowProps {
  readonly row: ForestRow;
  readonly y: number;
  readonly height: number;
  readonly width: number;
  readonly isWide: boolean;
  /** The first of its kind has a line above it. */
  readonly isFirst: boolean;
  readonly x: (place: number) => number;
}

function Row({ row: { effect, middle, low, high, isOpenLow, isOpenHigh }, y, height, width, isWide, isFirst, x }: RowProps) {
  const center = isWide ? y + height / 2 : y + height - 18;
  const isPrimary = effect.role === "primary";
  const thick = isPrimary ? 12 : 8;
  const look = FILLS[effectStatus(effect)];
  const { title } = metricWords(effect.metric);
  return (
    <g>
      {isFirst && <line x1={0} x2={width} y1={y} y2={y} className="stroke-line" strokeWidth={1} />}
      <text
        x={0}
        y={isWide ? center : y + 18}
        dominantBaseline="central"
        className={isPrimary ? "fill-ink font-semibold" : "fill-ink"}
      >
        {short(title)}
        <tspan className="fill-quiet font-normal" dx={8}>
          {short(effect.variant)}
        </tspan>
      </text>
      {low !== undefined && high !== undefined && (
        <rect
          x={x(low)}
          y={center - thick / 2}
          width={Math.max(2, x(high) - x(low))}
          height={thick}
          rx={isOpenLow || isOpenHigh ? 1 : thick / 2}
          className={look}
          opacity={0.45}
        />
      )}
      {isOpenLow && low !== undefined && <path d={arrow(x(low), center, -1)} className={look} />}
      {isOpenHigh && high !== undefined && <path d={arrow(x(high), center, 1)} className={look} />}
      {middle !== undefined && <circle cx={x(middle)} cy={center} r={isPrimary ? 5.5 : 4} className="fill-ink" />}
      <text
        x={width}
        y={isWide ? center : y + 18}
        textAnchor="end"
        dominantBaseline="central"
        className={isPrimary ? "fill-ink font-semibold" : "fill-ink"}
      >
        {effect.effect === null ? "not known" : sayEffect(effect.effect)}
        {isWide && (
          <tspan className="fill-faint font-normal" dx={8}>
            {sayInterval(effect)}
          </tspan>
        )}
      </text>
    </g>
  );
}

/** An arrow head at the edge, for what goes on beyond. */
const arrow = (x: number, y: number, side: 1 | -1): string => `M${x} ${y - 6}L${x + side * 7} ${y}L${x} ${y + 6}Z`;

const SHORT = 22;
const short = (name: string): string => (name.length > SHORT ? `${name.slice(0, SHORT - 1)}…` : name);

const sayRow = (effect: ArmEffect): string =>
  `${metricWords(effect.metric).title}, ${effect.variant}: ${effect.effect === null ? "not known" : sayEffect(effect.effect)}, ${sayInterval(effect)}`;

const tableOf = (effects: readonly ArmEffect[]): PlotTable => ({
  heads: ["Metric", "Variant", "Role", "Is", "Baseline", "Effect", "Surely"],
  rows: inOrder(effects).map((one) => {
    const { title, say } = metricWords(one.metric);
    const interval = one.fixed ?? one.sequential;
    const value = (given: number | null): string => (given === null ? "–" : say(given));
    return {
      cells: [
        one.metric,
        one.variant,
        one.role,
        one.value,
        one.baselineValue,
        one.effect,
        interval === null ? null : `${interval.lower ?? ""} to ${interval.upper ?? ""}`,
      ],
      said: [
        title,
        one.variant,
        ROLE_WORDS[one.role],
        value(one.value),
        value(one.baselineValue),
        one.effect === null ? "–" : sayEffect(one.effect),
        sayInterval(one),
      ],
    };
  }),
});
