/** The prompt of a model: messages as cards, or one text of instructions. */

import { Plus } from "lucide-react";
import type { JsonValue } from "@dimmer/evaluation";
import { Button } from "../ui/button.tsx";
import { type JsonObject, withField } from "../ui/json-object.ts";
import { RadioGroup } from "../ui/radio-group.tsx";
import { useConfigForm } from "./config-form.ts";
import { JsonField } from "./json-field.tsx";
import { MessageList } from "./message-list.tsx";
import { PromptArea } from "./prompt-area.tsx";
import { SaidWords } from "./said-words.tsx";

export interface PromptSectionProps {
  readonly value: JsonObject;
  readonly onChange: (value: JsonObject) => void;
}

export function PromptSection({ value, onChange }: PromptSectionProps) {
  const { isReadOnly } = useConfigForm();
  const { instructions, messages } = value;
  const isList = messages === undefined || Array.isArray(messages);
  const form = messages === undefined && instructions !== undefined ? "instructions" : "messages";
  return (
    <section className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h4 className="font-semibold">Prompt</h4>
        {!isReadOnly && isList && (form === "instructions" || isOneText(messages)) && (
          <RadioGroup
            label="Form of the prompt"
            chosen={form}
            onChoose={(wanted) => onChange(inForm(value, wanted))}
            choices={[
              { value: "messages", label: "Messages" },
              { value: "instructions", label: "Instructions" },
            ]}
          />
        )}
      </div>
      {typeof instructions === "string" && (
        <PromptArea
          label="Instructions"
          place="/instructions"
          text={instructions}
          isFramed
          onChange={(text) => onChange(withField(value, "instructions", text))}
        />
      )}
      {instructions !== undefined && typeof instructions !== "string" && (
        <JsonField
          label="Instructions"
          place="/instructions"
          value={instructions}
          onChange={(next) => onChange(withField(value, "instructions", next))}
        />
      )}
      {Array.isArray(messages) && (
        <MessageList messages={messages} onChange={(next) => onChange(withField(value, "messages", [...next]))} />
      )}
      {!isList && (
        <JsonField
          label="Messages"
          place="/messages"
          value={messages}
          onChange={(next) => onChange(withField(value, "messages", next))}
        />
      )}
      {isList && <SaidWords place="/messages" />}
      {messages === undefined && instructions === undefined && (
        <p className="text-quiet">
          No prompt yet. Write <code className="font-mono text-small">{"{{ text }}"}</code> where the app puts its own words.
        </p>
      )}
      {!isReadOnly && isList && form === "messages" && (
        <Button
          look="bare"
          className="self-start"
          icon={<Plus size={16} />}
          onClick={() => onChange(withField(value, "messages", [...(messages ?? []), nextMessage(messages ?? [])]))}
        >
          Add message
        </Button>
      )}
    </section>
  );
}

/** First what the model is, then what people say, in turns. */
function nextMessage(messages: readonly JsonValue[]): JsonValue {
  const roles = messages.map((message) =>
    typeof message === "object" && message !== null && "role" in message ? message.role : "",
  );
  const role = roles.length === 0 ? "system" : roles.at(-1) === "user" ? "assistant" : "user";
  return { role, content: "" };
}

const textOfOnly = (messages: JsonValue | undefined): string | undefined => {
  const [only, ...others] = Array.isArray(messages) ? (messages as readonly JsonValue[]) : [];
  if (others.length > 0 || typeof only !== "object" || only === null || !("content" in only)) return undefined;
  return typeof only.content === "string" && Object.keys(only).length === 2 ? only.content : undefined;
};

const isOneText = (messages: JsonValue | undefined): boolean =>
  messages === undefined || (Array.isArray(messages) && messages.length === 0) || textOfOnly(messages) !== undefined;

function inForm(value: JsonObject, form: string): JsonObject {
  const { instructions, messages } = value;
  if (form === "instructions")
    return withField(withField(value, "messages", undefined), "instructions", textOfOnly(messages) ?? "");
  const text = typeof instructions === "string" ? instructions : "";
  return withField(withField(value, "instructions", undefined), "messages", [{ role: "system", content: text }]);
}
