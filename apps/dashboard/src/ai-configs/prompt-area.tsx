/** A text of a prompt, as high as it is long. */

import { classNames } from "../ui/class-names.ts";
import { useConfigForm, useSaid } from "./config-form.ts";
import { SaidWords } from "./said-words.tsx";

export interface PromptAreaProps {
  readonly label: string;
  readonly place: string;
  readonly text: string;
  /** It stands alone, and in no card. */
  readonly isFramed?: boolean;
  readonly placeholder?: string;
  readonly onChange: (text: string) => void;
}

export function PromptArea({ label, place, text, isFramed = false, placeholder, onChange }: PromptAreaProps) {
  const { isReadOnly } = useConfigForm();
  const isWrong = useSaid(place).problem !== undefined;
  return (
    <div className="flex flex-col gap-1">
      <textarea
        aria-label={label}
        aria-invalid={isWrong || undefined}
        value={text}
        readOnly={isReadOnly}
        placeholder={placeholder}
        onChange={({ target }) => onChange(target.value)}
        className={classNames(
          "field-sizing-content max-h-[32rem] min-h-16 w-full resize-y bg-transparent px-3 py-2.5 placeholder:text-faint",
          isFramed && "rounded-control border border-line bg-surface hover:border-line-strong aria-invalid:border-danger",
        )}
      />
      <div className={classNames("flex flex-col empty:hidden", !isFramed && "px-3 pb-2")}>
        <SaidWords place={place} />
      </div>
    </div>
  );
}
