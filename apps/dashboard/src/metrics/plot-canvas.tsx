/** The lines themselves, drawn by uPlot, with a hair that follows the pointer through all plots of the page. Only `time-plot.tsx` loads it. */

import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { variantToken } from "../ui/variant-colour.ts";
import { dashOf, type PlotLines } from "./plot-lines.ts";
import { HEIGHT } from "./plot-height.ts";

export interface PlotCanvasProps {
  readonly lines: PlotLines;
  /** All of the flag, for their colours. */
  readonly variants: readonly string[];
  /** Moments at which somebody changed the flag, epoch milliseconds. */
  readonly changes: readonly number[];
  /** Which moment is looked at. */
  readonly at: number | undefined;
  readonly onLook: (at: number | undefined) => void;
}

/** All plots of the page look at the same moment. */
const TOGETHER = "measured";

export function PlotCanvas({ lines, variants, changes, at, onLook }: PlotCanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  // The plot is made once for its variants; what it asks for while it draws is the newest.
  const newest = useRef({ lines, changes, onLook });
  useEffect(() => {
    newest.current = { lines, changes, onLook };
    plot.current?.setData(dataOf(lines));
  }, [lines, changes, onLook]);
  const names = lines.lines.map(({ variant }) => variant).join("\n");
  useEffect(() => {
    const room = place.current;
    if (room === null) return undefined;
    const made = new uPlot(
      optionsOf(names.split("\n"), variants, {
        width: room.clientWidth,
        ceiling: () => newest.current.lines.highest,
        marks: () => newest.current.changes,
        onLook: (index) => newest.current.onLook(index),
      }),
      dataOf(newest.current.lines),
      room,
    );
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: room.clientWidth, height: HEIGHT }));
    resized.observe(room);
    const theme = new MutationObserver(() => made.redraw());
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      resized.disconnect();
      theme.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [names, variants]);
  useEffect(() => {
    const made = plot.current;
    // Where the pointer is the hair is already.
    if (made === undefined || (made.cursor.idx ?? undefined) === at) return;
    const time = at === undefined ? undefined : lines.times[at];
    made.setCursor(time === undefined ? AWAY : { left: made.valToPos(time / 1_000, "x"), top: HEIGHT / 2 });
  }, [at, lines]);
  return <div ref={place} style={{ height: HEIGHT }} className="overflow-hidden" />;
}

const AWAY = { left: -10, top: -10 };

const dataOf = ({ times, lines }: PlotLines): uPlot.AlignedData => [
  times.map((time) => time / 1_000),
  ...lines.map(({ values }) => [...values]),
];

/** A colour of the page as it is now: canvases know no variables. */
const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

interface Drawing {
  readonly width: number;
  readonly ceiling: () => number;
  readonly marks: () => readonly number[];
  readonly onLook: (at: number | undefined) => void;
}

function optionsOf(names: readonly string[], variants: readonly string[], drawing: Drawing): uPlot.Options {
  const top = (): number => drawing.ceiling() || 1;
  const bare = { size: 0, gap: 0, ticks: { show: false }, values: (_plot: uPlot, splits: number[]) => splits.map(() => "") };
  return {
    width: drawing.width,
    height: HEIGHT,
    padding: [6, 2, 2, 2],
    legend: { show: false },
    scales: { x: { time: true }, y: { range: () => [0, top()] } },
    axes: [
      { ...bare, grid: { show: false } },
      { ...bare, splits: () => [0, top()], grid: { stroke: () => colour("--line"), width: 1 } },
    ],
    cursor: {
      sync: { key: TOGETHER },
      drag: { x: false, y: false },
      y: false,
      points: { size: 7, stroke: () => colour("--surface"), width: 1.5 },
    },
    series: [
      {},
      ...names.map((name) => ({
        label: name,
        stroke: () => colour(variantToken(variants, name)),
        width: 2,
        dash: [...dashOf(variants, name)],
        points: { size: 4, fill: () => colour(variantToken(variants, name)) },
      })),
    ],
    hooks: {
      drawAxes: [(plot) => drawMarks(plot, drawing.marks())],
      setCursor: [({ cursor }) => drawing.onLook(cursor.idx ?? undefined)],
    },
  };
}

/** A thin dashed line where somebody changed the flag. */
function drawMarks(plot: uPlot, marks: readonly number[]): void {
  const { ctx, bbox } = plot;
  const [from, to] = [plot.scales["x"]?.min ?? 0, plot.scales["x"]?.max ?? 0];
  ctx.save();
  ctx.strokeStyle = colour("--light");
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const mark of marks) {
    const seconds = mark / 1_000;
    if (seconds < from || seconds > to) continue;
    const x = Math.round(plot.valToPos(seconds, "x", true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
