/** A part of a config as JSON: where it is JSON by nature, and where a newer schema has something that the form has no field for. */

import { useEffect, useState } from "react";
import type { JsonValue } from "@dimmer/evaluation";
import { CodeEditor } from "../ui/code-editor.tsx";
import { useConfigForm } from "./config-form.ts";
import { SaidWords } from "./said-words.tsx";

export interface JsonFieldProps {
  readonly label: string;
  readonly place: string;
  readonly value: JsonValue;
  /** What else it must be to count as a value of this field. */
  readonly accepts?: (value: JsonValue) => boolean;
  readonly onChange: (value: JsonValue) => void;
}

/** What somebody types, and the value that it stands for or was typed over. */
interface Typed {
  readonly text: string;
  readonly of: string;
}

export function JsonField({ label, place, value, accepts = () => true, onChange }: JsonFieldProps) {
  const { isReadOnly, onBroken } = useConfigForm();
  const [typed, setTyped] = useState<Typed>();
  const held = JSON.stringify(value);
  // Another value from outside, and what was typed is over.
  const text = typed?.of === held ? typed.text : JSON.stringify(value, null, 2);
  const read = (typedText: string) => {
    const parsed = readJson(typedText);
    return parsed !== undefined && accepts(parsed.value) ? parsed : undefined;
  };
  const isBroken = read(text) === undefined;
  useEffect(() => {
    onBroken(place, isBroken);
    return () => onBroken(place, false);
  }, [onBroken, place, isBroken]);
  const type = (next: string) => {
    const parsed = read(next);
    setTyped({ text: next, of: parsed === undefined ? held : JSON.stringify(parsed.value) });
    if (parsed !== undefined && JSON.stringify(parsed.value) !== held) onChange(parsed.value);
  };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <CodeEditor label={label} value={text} language="json" isReadOnly={isReadOnly} onChange={type} />
      {isBroken && (
        <p role="alert" className="text-small text-danger">
          This cannot be read yet, so it does not count.
        </p>
      )}
      <SaidWords place={place} />
    </div>
  );
}

function readJson(text: string): { readonly value: JsonValue } | undefined {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return undefined;
  }
}
