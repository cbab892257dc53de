/** A field that takes several short values, one after the other. */

import { X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useId, useState } from "react";

export interface ValueListProps {
  readonly label: string;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
  /** Offered while one types; others may be given all the same. */
  readonly offered?: readonly string[];
  readonly placeholder?: string;
  readonly disabled?: boolean;
}

/** Shape: Enter, a comma or leaving the field takes a value in; Backspace in the empty field takes the last one out; a pasted list is split. */
export function ValueList({
  label,
  values,
  onChange,
  offered = [],
  placeholder = "Add a value",
  disabled = false,
}: ValueListProps) {
  const [text, setText] = useState("");
  const list = useId();
  const add = (added: readonly string[]) => {
    setText("");
    const wanted = added.map((value) => value.trim()).filter((value) => value !== "");
    if (wanted.length > 0) onChange([...new Set([...values, ...wanted])]);
  };
  const press = (event: KeyboardEvent) => {
    if ((event.key === "Enter" || event.key === ",") && text.trim() !== "") {
      event.preventDefault();
      add([text]);
    } else if (event.key === "Backspace" && text === "" && values.length > 0) onChange(values.slice(0, -1));
  };
  const paste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData("text").split(/[\n,;\t]+/u);
    if (pasted.length < 2) return;
    event.preventDefault();
    add(pasted);
  };
  return (
    <div className="flex min-h-9 min-w-0 flex-1 flex-wrap max-sm:min-w-[70%] items-center gap-1 rounded-control border border-line bg-surface p-1 transition-colors duration-150 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-2 has-[input:focus-visible]:outline-focus hover:border-line-strong">
      {values.map((value) => (
        <span
          key={value}
          className="inline-flex min-h-7 max-w-full items-center rounded-[4px] border border-line pl-2 text-small"
        >
          <span className="min-w-0 break-all">{value}</span>
          <button
            type="button"
            aria-label={`Take ${value} out`}
            disabled={disabled}
            onClick={() => onChange(values.filter((other) => other !== value))}
            className="inline-flex size-7 items-center justify-center text-faint hover:text-ink"
          >
            <X size={13} aria-hidden />
          </button>
        </span>
      ))}
      <input
        aria-label={label}
        value={text}
        list={offered.length === 0 ? undefined : list}
        disabled={disabled}
        placeholder={values.length === 0 ? placeholder : ""}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={press}
        onPaste={paste}
        onBlur={() => add([text])}
        className="h-7 min-w-24 flex-1 bg-transparent px-2 outline-none placeholder:text-faint"
      />
      {offered.length > 0 && (
        <datalist id={list}>
          {offered.map((value) => (
            <option key={value}>{value}</option>
          ))}
        </datalist>
      )}
    </div>
  );
}
