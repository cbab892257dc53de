/** A message of several parts: texts, and images by their address. */

import { Plus, X } from "lucide-react";
import { Button, IconButton } from "../ui/button.tsx";
import { withItem, withoutItem } from "../ui/json-object.ts";
import type { Part } from "./config-shape.ts";
import { useConfigForm } from "./config-form.ts";
import { LineInput } from "./line-input.tsx";
import { PromptArea } from "./prompt-area.tsx";
import { SaidWords } from "./said-words.tsx";

export interface PartListProps {
  /** Of the message. */
  readonly at: number;
  readonly parts: readonly Part[];
  readonly onChange: (parts: readonly Part[]) => void;
}

export function PartList({ at, parts, onChange }: PartListProps) {
  const { isReadOnly } = useConfigForm();
  return (
    <div className="flex flex-col">
      <ul className="flex flex-col">
        {parts.map((part, index) => {
          const place = `/messages/${at}/content/${index}`;
          const name = `part ${index + 1} of message ${at + 1}`;
          return (
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index} className="flex items-start gap-1 border-b border-line py-1 pr-1.5">
              <div className="min-w-0 flex-1">
                {part.type === "text" ? (
                  <PromptArea
                    label={`Text of ${name}`}
                    place={place}
                    text={part.text}
                    onChange={(text) => onChange(withItem(parts, index, { ...part, text }))}
                  />
                ) : (
                  <div className="flex flex-col gap-1 px-3 py-1.5">
                    <span className="text-small text-quiet">Image at</span>
                    <LineInput
                      label={`Address of ${name}`}
                      placeholder="https://"
                      text={part.url}
                      onChange={(url) => onChange(withItem(parts, index, { ...part, url }))}
                    />
                    <SaidWords place={place} />
                  </div>
                )}
              </div>
              {!isReadOnly && (
                <IconButton
                  label={`Remove ${name}`}
                  className="size-8"
                  disabled={parts.length === 1}
                  onClick={() => onChange(withoutItem(parts, index))}
                >
                  <X size={15} />
                </IconButton>
              )}
            </li>
          );
        })}
      </ul>
      {!isReadOnly && (
        <Button
          look="bare"
          className="self-start"
          icon={<Plus size={15} />}
          onClick={() => onChange([...parts, { type: "text", text: "" }])}
        >
          Add text
        </Button>
      )}
    </div>
  );
}
