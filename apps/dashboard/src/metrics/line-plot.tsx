/** How one measure went, a line for each variant, named where it ends. */

import { useMemo } from "react";
import type { MetricsView } from "@dimmer/protocol";
import { variantColour } from "../ui/variant-colour.ts";
import { layLines, type MeasureOf } from "./lay-lines.ts";
import { sayMoment } from "./say-moment.ts";

const WIDTH = 320;
const HEIGHT = 120;

export interface LinePlotProps {
  readonly title: string;
  readonly view: MetricsView;
  readonly variants: readonly string[];
  readonly measure: MeasureOf;
  readonly say: (value: number) => string;
}

export function LinePlot({ title, view, variants, measure, say }: LinePlotProps) {
  const {
    lines,
    highest,
    first,
    last: latest,
  } = useMemo(() => layLines(view, measure, { width: WIDTH, height: HEIGHT }), [view, measure]);
  if (lines.length === 0) return null;
  const said = lines.map(({ variant, last }) => `${variant} ${say(last)}`).join(", ");
  return (
    <figure className="flex min-w-0 flex-col gap-2">
      <figcaption className="flex items-baseline justify-between gap-2 text-small">
        <span className="font-semibold">{title}</span>
        <span className="text-faint">up to {say(highest)}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={`${title}, the latest: ${said}`}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-28 w-full overflow-visible"
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke="var(--line-strong)" vectorEffect="non-scaling-stroke" />
        <line x1="0" x2={WIDTH} y1="0" y2="0" stroke="var(--line)" vectorEffect="non-scaling-stroke" />
        {lines.map(({ variant, paths }) => (
          <path
            key={variant}
            d={paths}
            fill="none"
            stroke={variantColour(variants, variant)}
            strokeWidth="2"
            strokeLinecap="round"
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <div className="-mt-1 flex justify-between text-small text-faint tabular-nums">
        <span>{sayMoment(first, latest - first)}</span>
        <span>{sayMoment(latest, latest - first)}</span>
      </div>
      <ul className="flex flex-wrap gap-x-4 text-small">
        {lines.map(({ variant, last }) => (
          <li key={variant} className="flex min-w-0 items-center gap-1.5">
            <span className="size-2 shrink-0 rounded-full" style={{ background: variantColour(variants, variant) }} />
            <span className="truncate">{variant}</span>
            <span className="text-quiet tabular-nums">{say(last)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
