/** A text of a prompt, as high as it is long, into which snippets can be put. */

import { useRef } from "react";
import { insertAt, tagOf } from "../snippets/say-snippet.ts";
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
  const { isReadOnly, snippets } = useConfigForm();
  const isWrong = useSaid(place).problem !== undefined;
  const area = useRef<HTMLTextAreaElement>(null);
  const insert = (name: string) => {
    const { selectionStart = text.length, selectionEnd = text.length } = area.current ?? {};
    const { text: next, cursor } = insertAt(text, selectionStart, selectionEnd, tagOf(name));
    onChange(next);
    // Once the text is there, one goes on writing behind it.
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(cursor, cursor);
    });
  };
  return (
    <div className="flex flex-col gap-1">
      <textarea
        ref={area}
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
        {!isReadOnly && snippets.length > 0 && <SnippetSelect label={label} snippets={snippets} onInsert={insert} />}
      </div>
    </div>
  );
}

interface SnippetSelectProps {
  readonly label: string;
  readonly snippets: readonly string[];
  readonly onInsert: (name: string) => void;
}

function SnippetSelect({ label, snippets, onInsert }: SnippetSelectProps) {
  return (
    <select
      aria-label={`Insert a snippet into: ${label}`}
      value=""
      onChange={({ target }) => onInsert(target.value)}
      className="-ml-1 h-7 max-w-full cursor-pointer self-start rounded-control bg-transparent text-small text-quiet hover:text-ink"
    >
      <option value="">Insert a snippet</option>
      {snippets.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}
