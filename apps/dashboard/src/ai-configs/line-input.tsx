/** One line of a form, whose label is read out only. */

import { classNames } from "../ui/class-names.ts";
import { useConfigForm } from "./config-form.ts";

export interface LineInputProps {
  readonly label: string;
  readonly text: string;
  readonly isNumber?: boolean;
  readonly isWrong?: boolean;
  readonly placeholder?: string;
  readonly onChange: (text: string) => void;
}

export function LineInput({ label, text, isNumber = false, isWrong = false, placeholder, onChange }: LineInputProps) {
  const { isReadOnly } = useConfigForm();
  return (
    <input
      aria-label={label}
      aria-invalid={isWrong || undefined}
      value={text}
      readOnly={isReadOnly}
      inputMode={isNumber ? "decimal" : undefined}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      onChange={({ target }) => onChange(target.value)}
      className={classNames(
        "h-9 w-full min-w-0 rounded-control border border-line bg-surface px-3 placeholder:font-sans placeholder:text-faint transition-colors duration-150 hover:border-line-strong aria-invalid:border-danger",
        isNumber ? "figures" : "font-mono text-small",
      )}
    />
  );
}
