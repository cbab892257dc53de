/** A number, or whatever somebody types, in one line. */

import { useState } from "react";
import type { JsonValue } from "@dimmer/evaluation";
import { readValue, writeValue } from "../evaluations/question.ts";
import { LineInput, type LineInputProps } from "./line-input.tsx";

export interface ValueInputProps extends Omit<LineInputProps, "text" | "onChange"> {
  readonly value: JsonValue;
  readonly onChange: (value: JsonValue) => void;
}

/** Shape: what was typed stays as it was typed while it means what is held: "0.50" as long as that is 0.5. */
export function ValueInput({ value, onChange, ...line }: ValueInputProps) {
  const [typed, setTyped] = useState<string>();
  const isTyped = typed !== undefined && JSON.stringify(readValue(typed)) === JSON.stringify(value);
  return (
    <LineInput
      {...line}
      text={isTyped ? typed : writeValue(value)}
      onChange={(text) => {
        setTyped(text);
        onChange(readValue(text));
      }}
    />
  );
}
