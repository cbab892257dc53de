/** One guardrail over time: the ratio that is seen, the bound that it is surely above, and the line that this must not cross. */

import { useMemo, useState } from "react";
import { type RolloutTrail, wordsOfGuardrail } from "@dimmer/protocol";
import { sayPercent } from "@dimmer/evaluation";
import { sayMoment } from "../metrics/say-moment.ts";
import { placeOnLog, ticksOfLog } from "../plots/log-scale.ts";
import { MomentSlider } from "../plots/moment-slider.tsx";
import { PlotFrame, type PlotTable } from "../plots/plot-frame.tsx";
import { spreadLabels } from "../plots/spread-labels.ts";
import { useWidth } from "../ui/use-width.ts";
import { sayRatio } from "./guardrail-words.ts";
import { layTrail, type TrailLayout } from "./lay-trail.ts";

const HEIGHT = 152;
/** Room for the ticks on the left, for the names of the lines on the right, and for the shares above. */
const [LEFT, RIGHT, TOP, FOOT] = [48, 92, 20, 6];
const LABEL = 15;

type GuardrailTrail = RolloutTrail["guardrails"][number];

export interface GuardrailPlotProps {
  readonly trail: GuardrailTrail;
  readonly shares: RolloutTrail["shares"];
  /** Of the variant that is ramped. */
  readonly colour: string;
  /** Which rollout, for whoever takes the plot along. */
  readonly of: string;
}

export function GuardrailPlot({ trail, shares, colour, of }: GuardrailPlotProps) {
  const { points, tolerance, metric } = trail;
  const { title } = wordsOfGuardrail(metric);
  const [place, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const inner = { width: Math.max(0, width - LEFT - RIGHT), height: HEIGHT - TOP - FOOT };
  const drawn = useMemo(
    () => layTrail({ points, tolerance, width: inner.width, height: inner.height }),
    [points, tolerance, inner.width, inner.height],
  );
  const looked = points[at ?? points.length - 1];
  const said = looked === undefined ? "" : sayPoint(looked);
  return (
    <PlotFrame title={title} of={of} note={`tolerated ${sayRatio(tolerance)}`} table={tableOf(points)}>
      <div ref={place} style={{ minHeight: HEIGHT }}>
        {drawn === undefined ? (
          <div className="hatched flex h-full min-h-38 items-center justify-center rounded-control border border-line">
            <p className="rounded-control bg-ground px-3 py-1 text-small text-quiet">Nothing can be said of it yet.</p>
          </div>
        ) : (
          width > 0 && (
            <MomentSlider
              label={`${title}, over time`}
              said={said}
              places={drawn.places.map(({ x }) => x + LEFT)}
              at={at}
              onLook={setAt}
            >
              <Drawing drawn={drawn} trail={trail} shares={shares} colour={colour} width={width} at={at} />
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
              : `${sayMoment(Date.parse(looked.at), drawn.to - drawn.from)}: ${said}`}
          </span>
          <span>{sayMoment(drawn.to, drawn.to - drawn.from)}</span>
        </div>
      )}
    </PlotFrame>
  );
}

interface DrawingProps extends Pick<GuardrailPlotProps, "trail" | "shares" | "colour"> {
  readonly drawn: TrailLayout;
  readonly width: number;
  readonly at: number | undefined;
}

function Drawing({ drawn, trail, shares, colour, width, at }: DrawingProps) {
  const [inner, height] = [width - LEFT - RIGHT, HEIGHT - TOP - FOOT];
  const y = (ratio: number): number => height * (1 - placeOnLog(drawn.scale, ratio));
  const line = y(trail.tolerance);
  const looked = at === undefined ? undefined : drawn.places[at];
  return (
    <svg data-plot aria-hidden width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} className="block text-small">
      <g transform={`translate(${LEFT} ${TOP})`}>
        {/* Beyond the line it is rolled back. */}
        <rect width={inner} height={Math.max(0, line)} className="fill-danger" opacity={0.07} />
        {ticksOfLog(drawn.scale).map((tick) => (
          <g key={tick}>
            <line x2={inner} y1={y(tick)} y2={y(tick)} className="stroke-line" strokeWidth={1} />
            <text x={-8} y={y(tick)} textAnchor="end" dominantBaseline="central" className="figures fill-faint">
              {sayRatio(Number(tick.toPrecision(2)))}
            </text>
          </g>
        ))}
        <Shares shares={shares} drawn={drawn} width={inner} height={height} />
        <path d={drawn.between} fill={colour} opacity={0.2} />
        <path d={drawn.seen} fill="none" stroke={colour} strokeWidth={1.25} strokeDasharray="2 3" />
        <path d={drawn.bound} fill="none" stroke={colour} strokeWidth={2.25} strokeLinejoin="round" />
        <line x2={inner} y1={line} y2={line} className="stroke-danger" strokeWidth={1.5} />
        {looked !== undefined && <line x1={looked.x} x2={looked.x} y2={height} className="stroke-line-strong" strokeWidth={1} />}
        <Names drawn={drawn} line={line} x={inner + 8} height={height} />
      </g>
    </svg>
  );
}

/** What the lines are, beside their ends. */
function Names({
  drawn,
  line,
  x,
  height,
}: {
  readonly drawn: TrailLayout;
  readonly line: number;
  readonly x: number;
  readonly height: number;
}) {
  const last = (name: "seen" | "bound"): number | undefined =>
    drawn.places
      .map((one) => one[name])
      .filter((one) => !Number.isNaN(one))
      .at(-1);
  const names = [
    { words: "tolerated", place: line, look: "fill-danger" },
    { words: "seen", place: last("seen"), look: "fill-quiet" },
    { words: "surely above", place: last("bound"), look: "fill-ink" },
  ].filter((name): name is typeof name & { place: number } => name.place !== undefined);
  const spread = spreadLabels(
    names.map(({ place }) => place),
    LABEL,
    height,
  );
  return names.map(({ words, look }, at) => (
    <text key={words} x={x} y={spread[at]} dominantBaseline="central" className={look}>
      {words}
    </text>
  ));
}

/** A dashed line of light where the share was turned. */
function Shares({
  shares,
  drawn: { from, to },
  width,
  height,
}: {
  readonly shares: RolloutTrail["shares"];
  readonly drawn: TrailLayout;
  readonly width: number;
  readonly height: number;
}) {
  const marks = shares
    .map(({ at, percent }) => ({ x: ((Date.parse(at) - from) / (to - from)) * width, percent }))
    .filter(({ x }) => x >= -1 && x <= width + 1);
  return marks.map(({ x, percent }, at) => (
    <g key={x}>
      <line x1={x} x2={x} y1={-2} y2={height} className="stroke-light" strokeWidth={1} strokeDasharray="3 3" />
      {(marks[at + 1]?.x ?? Number.POSITIVE_INFINITY) - x > LEFT && (
        <text x={x + 3} y={-9} dominantBaseline="central" className="figures fill-quiet">
          {sayPercent(percent)}
        </text>
      )}
    </g>
  ));
}

const sayPoint = ({ ratio, ratioAtLeast }: GuardrailTrail["points"][number]): string =>
  [
    ratio === null ? "nothing seen" : `seen ${sayRatio(ratio)}`,
    ...(ratioAtLeast === null ? [] : [`surely above ${sayRatio(ratioAtLeast)}`]),
  ].join(", ");

const tableOf = (points: GuardrailTrail["points"]): PlotTable => ({
  heads: ["Time", "Seen", "Surely above", "Evidence of harm"],
  rows: [...points].reverse().map(({ at, ratio, ratioAtLeast, logEvidence }) => ({
    cells: [at, ratio, ratioAtLeast, logEvidence],
    said: [
      new Date(at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" }),
      ratio === null ? "–" : sayRatio(ratio),
      ratioAtLeast === null ? "–" : sayRatio(ratioAtLeast),
      logEvidence.toFixed(1),
    ],
  })),
});
