/** A slider that goes from stop to stop, with what it stands at said beside its label. */

import { type CSSProperties, type ReactNode, useId } from "react";

export interface StopSliderProps {
  readonly label: string;
  /** What the place it is at means. */
  readonly said: string;
  readonly hint?: ReactNode;
  readonly count: number;
  /** Undefined where it stands nowhere. */
  readonly at: number | undefined;
  readonly disabled?: boolean;
  readonly onChange: (at: number) => void;
}

export function StopSlider({ label, said, hint, count, at, disabled = false, onChange }: StopSliderProps) {
  const id = useId();
  const last = Math.max(1, count - 1);
  return (
    <div className="flex min-w-0 flex-col">
      <div className="flex items-baseline justify-between gap-4">
        <label htmlFor={id} className="text-small font-semibold">
          {label}
        </label>
        <span className="figures font-semibold whitespace-nowrap">{said}</span>
      </div>
      <input
        id={id}
        type="range"
        min={0}
        max={last}
        step={1}
        value={at ?? 0}
        disabled={disabled || at === undefined}
        aria-valuetext={said}
        aria-describedby={`${id}-about`}
        onChange={({ target }) => onChange(Number(target.value))}
        className="slider"
        style={{ "--share": `${((at ?? 0) / last) * 100}%` } as CSSProperties}
      />
      <p id={`${id}-about`} className="min-h-5 text-small text-quiet">
        {hint}
      </p>
    </div>
  );
}
