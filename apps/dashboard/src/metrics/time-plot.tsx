/** One measure over time, a line for each variant: drawn, read out moment by moment, and as a table. */

import { ImageDown, Table2 } from "lucide-react";
import { type KeyboardEvent, lazy, Suspense, useMemo, useRef, useState } from "react";
import { useFlagPlace } from "../flags/flag-place.ts";
import { IconButton } from "../ui/button.tsx";
import { momentAfter } from "../plots/moment-keys.ts";
import { CopyButton } from "../ui/copyable.tsx";
import { csvOf } from "../ui/csv.ts";
import { say as sayMessage } from "../ui/toast.tsx";
import { variantColour } from "../ui/variant-colour.ts";
import type { Measure } from "./measures.ts";
import { HEIGHT } from "./plot-height.ts";
import { dashOf, type PlotLines, plotLines, type PlottedMetrics, sayLines } from "./plot-lines.ts";
import { pictureName, pictureOf, saveAs } from "./plot-picture.ts";
import { sayMoment } from "./say-moment.ts";

const PlotCanvas = lazy(async () => ({ default: (await import("./plot-canvas.tsx")).PlotCanvas }));

export interface TimePlotProps {
  readonly measure: Measure;
  readonly view: PlottedMetrics;
  readonly variants: readonly string[];
  readonly changes: readonly number[];
}

export function TimePlot({ measure: { title, measure, say }, view, variants, changes }: TimePlotProps) {
  const drawn = useMemo(() => plotLines(view, measure), [view, measure]);
  const [at, setAt] = useState<number>();
  const [isTable, setTable] = useState(false);
  const { flag } = useFlagPlace();
  const figure = useRef<HTMLElement>(null);
  const { times, lines, highest } = drawn;
  const [first = 0] = times;
  const last = times.at(-1) ?? 0;
  if (lines.length === 0) return null;
  const looked = at === undefined ? undefined : times[at];
  const press = (event: KeyboardEvent) => {
    const next = momentAfter(event.key, at, times.length - 1);
    if (next === at) return;
    event.preventDefault();
    setAt(next);
  };
  const savePicture = async () => {
    const plot = figure.current?.querySelector("canvas") ?? undefined;
    const about = `${flag.key}, ${sayMoment(first, last - first)} to ${sayMoment(last, last - first)}`;
    const shown = lines.map(({ variant, last: value }) => ({ variant, words: value === null ? "" : say(value) }));
    const picture = plot && (await pictureOf({ title, about, plot, lines: shown, variants }));
    if (picture === undefined) sayMessage({ title: "This browser makes no picture of it", isProblem: true });
    else saveAs(picture, pictureName(flag.key, title));
  };
  return (
    <figure ref={figure} className="flex min-w-0 flex-col gap-1">
      <figcaption className="flex items-center justify-between gap-2">
        <span className="font-semibold">{title}</span>
        <span className="flex items-center">
          <span className="figures pr-1 text-small text-faint">up to {say(highest)}</span>
          <IconButton
            label={`${title} as a table`}
            aria-pressed={isTable}
            className="size-8 aria-pressed:text-ink"
            onClick={() => setTable(!isTable)}
          >
            <Table2 size={15} />
          </IconButton>
          <IconButton
            label={`Save ${title} as PNG`}
            title={isTable ? "Show the plot first" : `Save ${title} as PNG`}
            className="size-8"
            disabled={isTable}
            onClick={() => void savePicture()}
          >
            <ImageDown size={15} />
          </IconButton>
          <CopyButton text={tableOf(drawn)} what={`${title} as CSV`} />
        </span>
      </figcaption>
      {isTable ? (
        <PlotTable title={title} drawn={drawn} say={say} />
      ) : (
        <>
          <div
            role="slider"
            tabIndex={0}
            aria-label={`${title}, over time`}
            aria-valuemin={0}
            aria-valuemax={times.length - 1}
            aria-valuenow={at ?? times.length - 1}
            aria-valuetext={`${looked === undefined ? "the latest" : sayMoment(looked, last - first)}: ${sayLines(lines, at, say)}`}
            onKeyDown={press}
            onBlur={() => setAt(undefined)}
          >
            <Suspense fallback={<div style={{ height: HEIGHT }} />}>
              <PlotCanvas lines={drawn} variants={variants} changes={changes} at={at} onLook={setAt} />
            </Suspense>
          </div>
          <div className="figures flex justify-between text-small text-faint">
            <span>{sayMoment(first, last - first)}</span>
            {looked !== undefined && <span className="text-ink">{sayMoment(looked, last - first)}</span>}
            <span>{sayMoment(last, last - first)}</span>
          </div>
          <ul className="flex flex-wrap gap-x-4 text-small">
            {lines.map(({ variant, values, last: newest }) => {
              const value = at === undefined ? newest : (values[at] ?? null);
              return (
                <li key={variant} className="flex min-w-0 items-center gap-1.5">
                  <Stroke variants={variants} variant={variant} />
                  <span className="truncate">{variant}</span>
                  <span className="figures text-quiet">{value === null ? "–" : say(value)}</span>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </figure>
  );
}

/** Where a key leads: a moment on or back, to the first, to the latest. */
/** A piece of the line, in its colour and with its dashes. */
function Stroke({ variants, variant }: { readonly variants: readonly string[]; readonly variant: string }) {
  return (
    <svg aria-hidden width="18" height="4" className="shrink-0">
      <line
        x1="0"
        x2="18"
        y1="2"
        y2="2"
        strokeWidth="2.5"
        stroke={variantColour(variants, variant)}
        strokeDasharray={dashOf(variants, variant).join(" ")}
      />
    </svg>
  );
}

interface PlotTableProps {
  readonly title: string;
  readonly drawn: PlotLines;
  readonly say: (value: number) => string;
}

function PlotTable({ title, drawn: { times, lines }, say }: PlotTableProps) {
  return (
    // One scrolls through it with the keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div
      tabIndex={0}
      role="region"
      aria-label={`${title}, as a table`}
      className="max-h-52 overflow-auto rounded-control border border-line"
    >
      <table className="figures w-full text-left text-small">
        <thead className="sticky top-0 bg-surface text-quiet">
          <tr>
            <th scope="col" className="px-3 py-1.5 font-normal">
              Time
            </th>
            {lines.map(({ variant }) => (
              <th key={variant} scope="col" className="px-3 py-1.5 text-right font-normal">
                {variant}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times
            .map((time, at) => (
              <tr key={time} className="border-t border-line">
                <th scope="row" className="px-3 py-1 font-normal whitespace-nowrap text-quiet">
                  {new Date(time).toLocaleString("en", { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" })}
                </th>
                {lines.map(({ variant, values }) => {
                  const value = values[at] ?? null;
                  return (
                    <td key={variant} className="px-3 py-1 text-right">
                      {value === null ? "–" : say(value)}
                    </td>
                  );
                })}
              </tr>
            ))
            .reverse()}
        </tbody>
      </table>
    </div>
  );
}

const tableOf = ({ times, lines }: PlotLines): string =>
  csvOf([
    ["time", ...lines.map(({ variant }) => variant)],
    ...times.map((time, at) => [new Date(time).toISOString(), ...lines.map(({ values }) => values[at] ?? null)]),
  ]);
