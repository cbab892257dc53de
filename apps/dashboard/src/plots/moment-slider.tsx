/** The place of a plot in which one looks from moment to moment, by the pointer or the arrow keys. */

import type { KeyboardEvent, PointerEvent, ReactNode } from "react";
import { momentAfter } from "./moment-keys.ts";

export interface MomentSliderProps {
  readonly label: string;
  /** What stands at the moment that is looked at. */
  readonly said: string;
  /** Of each moment, in CSS pixels from the left edge of the place. */
  readonly places: readonly number[];
  readonly at: number | undefined;
  readonly onLook: (at: number | undefined) => void;
  readonly children: ReactNode;
}

export function MomentSlider({ label, said, places, at, onLook, children }: MomentSliderProps) {
  const last = Math.max(0, places.length - 1);
  const press = (event: KeyboardEvent) => {
    const next = momentAfter(event.key, at, last);
    if (next === at) return;
    event.preventDefault();
    onLook(next);
  };
  const point = ({ clientX, currentTarget }: PointerEvent) =>
    onLook(nearest(places, clientX - currentTarget.getBoundingClientRect().left));
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={at ?? last}
      aria-valuetext={said}
      onKeyDown={press}
      onBlur={() => onLook(undefined)}
      onPointerMove={point}
      onPointerLeave={() => onLook(undefined)}
    >
      {children}
    </div>
  );
}

function nearest(places: readonly number[], x: number): number | undefined {
  let found: number | undefined;
  for (const [at, place] of places.entries())
    if (found === undefined || Math.abs(place - x) < Math.abs((places[found] ?? 0) - x)) found = at;
  return found;
}
