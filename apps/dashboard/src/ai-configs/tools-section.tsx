/** The tools that a model may call, each with the JSON Schema of its arguments. */

import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { JsonValue } from "@dimmer/evaluation";
import { Button, IconButton } from "../ui/button.tsx";
import { withField, withItem, withoutItem, type JsonObject } from "../ui/json-object.ts";
import { isTool } from "./config-shape.ts";
import { useConfigForm } from "./config-form.ts";
import { JsonField } from "./json-field.tsx";
import { LineInput } from "./line-input.tsx";
import { PromptArea } from "./prompt-area.tsx";
import { SaidWords } from "./said-words.tsx";

export interface ToolsSectionProps {
  readonly tools: readonly JsonValue[];
  readonly onChange: (tools: readonly JsonValue[]) => void;
}

export const NEW_TOOL: JsonObject = { name: "", parameters: { type: "object", properties: {} } };

export function ToolsSection({ tools, onChange }: ToolsSectionProps) {
  const { isReadOnly } = useConfigForm();
  return (
    <div className="flex flex-col gap-3">
      <ul className="flex flex-col gap-3">
        {tools.map((tool, at) => (
          // Tools may have no name yet, and never change places.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={at} className="rounded-control border border-line bg-surface p-3">
            {isTool(tool) ? (
              <Tool
                at={at}
                tool={tool}
                onChange={(next) => onChange(withItem(tools, at, next))}
                onRemove={() => onChange(withoutItem(tools, at))}
              />
            ) : (
              <JsonField
                label={`Tool ${at + 1}`}
                place={`/tools/${at}`}
                value={tool}
                onChange={(next) => onChange(withItem(tools, at, next))}
              />
            )}
          </li>
        ))}
      </ul>
      {!isReadOnly && (
        <Button look="bare" className="self-start" icon={<Plus size={15} />} onClick={() => onChange([...tools, NEW_TOOL])}>
          Add tool
        </Button>
      )}
    </div>
  );
}

interface ToolProps {
  readonly at: number;
  readonly tool: JsonObject;
  readonly onChange: (tool: JsonObject) => void;
  readonly onRemove: () => void;
}

function Tool({ at, tool, onChange, onRemove }: ToolProps) {
  const { isReadOnly } = useConfigForm();
  const place = `/tools/${at}`;
  const { name = "", description, parameters } = tool;
  // A schema is long, and an editor for each of many tools is slow.
  const [isOpen, setOpen] = useState(parameters !== undefined && name === "");
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2">
        <LineInput
          label={`Name of tool ${at + 1}`}
          placeholder="Name, as the app knows it"
          text={typeof name === "string" ? name : ""}

          onChange={(next) => onChange(withField(tool, "name", next))}
        />
        {!isReadOnly && (
          <IconButton label={`Remove tool ${at + 1}`} onClick={onRemove}>
            <Trash2 size={16} />
          </IconButton>
        )}
      </div>
      <SaidWords place={`${place}/name`} />
      <PromptArea
        label={`What tool ${at + 1} is for`}
        place={`${place}/description`}
        text={typeof description === "string" ? description : ""}
        placeholder="What it is for, in words for the model"
        isFramed
        onChange={(text) => onChange(withField(tool, "description", text === "" ? undefined : text))}
      />
      {parameters === undefined ? (
        !isReadOnly && (
          <Button
            look="bare"
            className="self-start"
            onClick={() => {
              setOpen(true);
              onChange(withField(tool, "parameters", NEW_TOOL["parameters"]));
            }}
          >
            Give it arguments
          </Button>
        )
      ) : (
        <>
          <Button look="bare" className="self-start" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Hide its arguments" : `Arguments: ${sayArguments(parameters)}`}
          </Button>
          {isOpen && (
            <JsonField
              label={`Arguments of tool ${at + 1}, as JSON Schema`}
              place={`${place}/parameters`}
              value={parameters}
              onChange={(next) => onChange(withField(tool, "parameters", next))}
            />
          )}
        </>
      )}
      <SaidWords place={place} />
    </div>
  );
}

function sayArguments(schema: JsonValue): string {
  const properties =
    typeof schema === "object" && schema !== null && "properties" in schema && typeof schema.properties === "object"
      ? Object.keys(schema.properties ?? {})
      : [];
  return properties.length === 0 ? "none" : properties.join(", ");
}
