/** Whether a model answers, or a text that is ready. */

import { useState } from "react";
import { type JsonObject } from "../ui/json-object.ts";
import { RadioGroup } from "../ui/radio-group.tsx";
import { isReplyConfig } from "./config-shape.ts";

export interface KindSwitchProps {
  readonly value: JsonObject;
  readonly onChange: (value: JsonObject) => void;
}

const EMPTY: Readonly<Record<"model" | "reply", JsonObject>> = {
  model: { provider: "", model: "", messages: [{ role: "system", content: "" }] },
  reply: { reply: "" },
};

export function KindSwitch({ value, onChange }: KindSwitchProps) {
  // What was there before one looked at the other is there again on the way back.
  const [left, setLeft] = useState(EMPTY);
  const kind = isReplyConfig(value) ? "reply" : "model";
  const choose = (wanted: string) => {
    if (wanted === kind) return;
    setLeft({ ...left, [kind]: value });
    onChange(left[kind === "reply" ? "model" : "reply"]);
  };
  return (
    <RadioGroup
      label="What answers"
      chosen={kind}
      onChoose={choose}
      choices={[
        { value: "model", label: "A model answers" },
        { value: "reply", label: "A ready reply" },
      ]}
    />
  );
}
