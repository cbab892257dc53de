/** One variant against its own past: what is, what was to be expected at that hour, what the provider did, and the evidence beneath. */

import { useMemo, useState } from "react";
import type { DriftMark, DriftSeries } from "@dimmer/protocol";
import { sayMoment } from "../metrics/say-moment.ts";
import { MomentSlider } from "../plots/moment-slider.tsx";
import { PlotFrame, type PlotTable } from "../plots/plot-frame.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { useWidth } from "../ui/use-width.ts";
import { layDrift, type DriftLayout } from "./lay-drift.ts";
import { marksOf, sayMetric, sayValueIn, STATE_STATUS, STATE_WORDS } from "./say-drift.ts";

const VALUES = 96;
const EVIDENCE = 30;
const GAP = 12;
const TOP = 16;
const HEIGHT = TOP + VALUES + GAP + EVIDENCE + 2;

export interface DriftPlotProps {
  readonly series: DriftSeries;
  readonly marks: readonly DriftMark[];
  /** Of the variant. */
  readonly colour: string;
  readonly flag: string;
}

export function DriftPlot({ series, marks, colour, flag }: DriftPlotProps) {
  const { points, variant, metric, unit, kind, state, say } = series;
  const [place, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const sayIt = sayValueIn(unit);
  const drawn = useMemo(
    () => layDrift({ points, width, height: VALUES, evidenceHeight: EVIDENCE, isFromZero: kind === "rate" }),
    [points, width, kind],
  );
  const title = `${sayMetric(metric)}, ${variant}`;
  const looked = points[at ?? points.length - 1];
  const said =
    looked === undefined ? "" : `${looked.value === null ? "nothing" : sayIt(looked.value)}, expected ${sayIt(looked.expected)}`;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <PlotFrame title={title} of={flag} note={drawn && `up to ${sayIt(drawn.highest)}`} table={tableOf(series)}>
        <p className="flex items-start gap-2">
          <span className="flex h-6 items-center">
            <StatusLight status={STATE_STATUS[state]} />
          </span>
          <span className="min-w-0 text-small/6 break-words">
            <span className="font-semibold">{STATE_WORDS[state]}.</span> <span className="text-quiet">{say}</span>
          </span>
        </p>
        <div ref={place} style={{ minHeight: HEIGHT }}>
          {drawn === undefined ? (
            <div className="hatched h-38 rounded-control border border-line" />
          ) : (
            width > 0 && (
              <MomentSlider
                label={`${title}, over time`}
                said={said}
                places={drawn.places.map(({ x }) => x)}
                at={at}
                onLook={setAt}
              >
                <Drawing drawn={drawn} marks={marksOf(marks, variant)} colour={colour} width={width} at={at} />
              </MomentSlider>
            )
          )}
        </div>
        {drawn !== undefined && (
          <div className="figures flex flex-wrap justify-between gap-x-4 text-small text-faint">
            <span>{sayMoment(drawn.from, drawn.to - drawn.from)}</span>
            <span className={at === undefined ? "" : "text-ink"}>
              {at === undefined || looked === undefined
                ? ""
                : `${new Date(looked.at).toLocaleString("en", { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}: ${said}`}
            </span>
            <span>{sayMoment(drawn.to, drawn.to - drawn.from)}</span>
          </div>
        )}
      </PlotFrame>
    </div>
  );
}

interface DrawingProps {
  readonly drawn: DriftLayout;
  readonly marks: readonly DriftMark[];
  readonly colour: string;
  readonly width: number;
  readonly at: number | undefined;
}

function Drawing({ drawn, marks, colour, width, at }: DrawingProps) {
  const looked = at === undefined ? undefined : drawn.places[at];
  return (
    <svg data-plot aria-hidden width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} className="block text-small">
      <g transform={`translate(0 ${TOP})`}>
        <line x2={width} y1={VALUES} y2={VALUES} className="stroke-line" strokeWidth={1} />
        {marks
          .map((mark) => ({ mark, x: drawn.x(Date.parse(mark.at)) }))
          .filter(({ x }) => x >= 0 && x <= width)
          .map(({ mark, x }) => (
            <Mark key={`${mark.kind} ${mark.at}`} mark={mark} x={x} />
          ))}
        <path d={drawn.expected} fill="none" className="stroke-faint" strokeWidth={1.25} strokeDasharray="4 4" />
        <path d={drawn.value} fill="none" stroke={colour} strokeWidth={2} strokeLinejoin="round" />
        {looked !== undefined && (
          <>
            <line x1={looked.x} x2={looked.x} y2={VALUES + GAP + EVIDENCE} className="stroke-line-strong" strokeWidth={1} />
            {!Number.isNaN(looked.y) && <circle cx={looked.x} cy={looked.y} r={3.5} fill={colour} />}
          </>
        )}
      </g>
      <g transform={`translate(0 ${TOP + VALUES + GAP})`}>
        <line x2={width} y1={EVIDENCE} y2={EVIDENCE} className="stroke-line" strokeWidth={1} />
        <path d={drawn.alarm} fill="none" className="stroke-danger" strokeWidth={1} strokeDasharray="3 3" />
        <path d={drawn.evidence} fill="none" className="stroke-ink" strokeWidth={1.5} />
      </g>
    </svg>
  );
}

/** What the provider did is a filled diamond; what people changed is a line of light, as everywhere. */
function Mark({ mark: { kind, say }, x }: { readonly mark: DriftMark; readonly x: number }) {
  const isProvider = kind === "model" || kind === "fingerprint";
  const look = kind === "alarm" ? "stroke-danger" : isProvider ? "stroke-ink" : "stroke-light";
  return (
    <g>
      <title>{say}</title>
      <line
        x1={x}
        x2={x}
        y1={isProvider ? -4 : 0}
        y2={VALUES + GAP + EVIDENCE}
        className={look}
        strokeWidth={1}
        strokeDasharray={isProvider ? undefined : "3 3"}
        opacity={isProvider ? 0.55 : 1}
      />
      {isProvider && <path d={`M${x} ${-14}l5 5l-5 5l-5 -5Z`} className="fill-ink" />}
      {kind === "alarm" && <circle cx={x} cy={-8} r={4} className="fill-danger" />}
    </g>
  );
}

const tableOf = ({ points, unit }: DriftSeries): PlotTable => {
  const say = sayValueIn(unit);
  return {
    heads: ["Hour", "Was", "Expected", "Of", "Evidence", "Alarm at"],
    rows: [...points].reverse().map(({ at, value, expected, events, logEvidence, alarmAt }) => ({
      cells: [at, value, expected, events, logEvidence, alarmAt],
      said: [
        new Date(at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" }),
        value === null ? "–" : say(value),
        say(expected),
        events.toLocaleString("en"),
        logEvidence === null ? "–" : logEvidence.toFixed(1),
        alarmAt.toFixed(1),
      ],
    })),
  };
};
