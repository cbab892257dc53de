/** Form fields: a label above, what it is for below, and in the same place what is wrong and how to mend it. */

import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from "react";
import { classNames } from "./class-names.ts";

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
}

const CONTROL =
  "h-9 rounded-control border border-line bg-surface px-3 text-ink placeholder:text-faint transition-colors duration-150 hover:border-line-strong disabled:opacity-60 aria-invalid:border-danger";

function Frame({ label, hint, problem, id, children }: FieldProps & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-small font-semibold">
        {label}
      </label>
      {children}
      <p
        id={`${id}-about`}
        role={problem === undefined ? undefined : "alert"}
        className={classNames("min-h-5 text-small", problem === undefined ? "text-quiet" : "text-danger")}
      >
        {problem ?? hint}
      </p>
    </div>
  );
}

export function TextField({ label, hint, problem, className, ...rest }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem}>
      <input
        {...rest}
        id={id}
        aria-describedby={`${id}-about`}
        aria-invalid={problem !== undefined || undefined}
        className={classNames(CONTROL, "w-full", className)}
      />
    </Frame>
  );
}

export function TextArea({ label, hint, problem, className, ...rest }: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem}>
      <textarea
        {...rest}
        id={id}
        aria-describedby={`${id}-about`}
        aria-invalid={problem !== undefined || undefined}
        className={classNames(CONTROL, "h-auto min-h-20 w-full py-2", className)}
      />
    </Frame>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** The system's own select: it works everywhere, with every keyboard and every reader. */
export function SelectField({
  label,
  hint,
  problem,
  choices,
  className,
  ...rest
}: FieldProps & SelectHTMLAttributes<HTMLSelectElement> & { readonly choices: readonly Choice[] }) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem}>
      <select
        {...rest}
        id={id}
        aria-describedby={`${id}-about`}
        aria-invalid={problem !== undefined || undefined}
        className={classNames(CONTROL, "w-full", className)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

/** A select in a row of others, whose label is read out only. */
export function CompactSelect({
  label,
  choices,
  className,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { readonly label: string; readonly choices: readonly Choice[] }) {
  return (
    <select {...rest} aria-label={label} className={classNames(CONTROL, "max-w-full min-w-0 pr-7", className)}>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

export function CheckField({
  label,
  hint,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { readonly label: ReactNode; readonly hint?: ReactNode }) {
  const id = useId();
  return (
    <div className="flex items-start gap-3">
      <input {...rest} type="checkbox" id={id} className="mt-1 size-4 accent-[var(--light)]" aria-describedby={`${id}-about`} />
      <div>
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        <p id={`${id}-about`} className="text-small text-quiet">
          {hint}
        </p>
      </div>
    </div>
  );
}
