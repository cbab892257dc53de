/** One of a few that are all in sight: Tab comes to the chosen one, the arrows choose the next. */

import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { classNames } from "./class-names.ts";
import { radioAfter } from "./radio-after.ts";

export interface RadioChoice {
  readonly value: string;
  readonly label: ReactNode;
}

export interface RadioGroupProps {
  readonly label: string;
  readonly choices: readonly RadioChoice[];
  readonly chosen: string;
  readonly onChoose: (value: string) => void;
  readonly disabled?: boolean;
  /** Why it is disabled. */
  readonly title?: string | undefined;
  /** Of the whole and of one. */
  readonly className?: string;
  readonly choiceClassName?: string;
}

export function RadioGroup({
  label,
  choices,
  chosen,
  onChoose,
  disabled = false,
  title,
  className,
  choiceClassName,
}: RadioGroupProps) {
  const values = choices.map(({ value }) => value);
  // Where none is chosen, Tab comes to the first.
  const reached = values.includes(chosen) ? chosen : values[0];
  const group = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent) => {
    const next = radioAfter(event.key, values, chosen);
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next);
    group.current?.querySelector<HTMLElement>(`[data-value="${CSS.escape(next)}"]`)?.focus();
  };
  return (
    <div
      ref={group}
      role="radiogroup"
      aria-label={label}
      title={title}
      className={classNames("flex min-w-0 flex-wrap gap-1", className)}
    >
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          role="radio"
          data-value={choice.value}
          aria-checked={choice.value === chosen}
          tabIndex={choice.value === reached ? 0 : -1}
          disabled={disabled}
          onClick={() => onChoose(choice.value)}
          onKeyDown={press}
          className={classNames(
            "flex h-8 max-w-full items-center gap-2 border px-3 transition-colors duration-150 disabled:opacity-50",
            choice.value === chosen
              ? "border-line-strong bg-raised font-semibold text-ink"
              : "border-transparent text-quiet enabled:hover:border-line",
            choiceClassName ?? "rounded-control",
          )}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}
