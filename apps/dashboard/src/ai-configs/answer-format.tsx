/** What an answer must look like: text, any JSON, or JSON by a schema. */

import type { JsonValue } from "@dimmer/evaluation";
import { CompactSelect } from "../ui/field.tsx";
import { isObject, type JsonObject, withField } from "../ui/json-object.ts";
import { useConfigForm } from "./config-form.ts";
import { JsonField } from "./json-field.tsx";
import { LineInput } from "./line-input.tsx";
import { SaidWords } from "./said-words.tsx";

export interface AnswerFormatProps {
  readonly format: JsonValue;
  readonly onChange: (format: JsonValue) => void;
}

const PLACE = "/responseFormat";
const FORMS = [
  { value: "text", label: "Text" },
  { value: "json", label: "Any JSON" },
  { value: "json_schema", label: "JSON by a schema" },
];
const NEW_SCHEMA: JsonObject = { type: "json_schema", name: "answer", schema: { type: "object", properties: {} }, strict: true };

export function AnswerFormat({ format, onChange }: AnswerFormatProps) {
  const { isReadOnly } = useConfigForm();
  const chosen = isSchema(format) ? "json_schema" : format;
  if (typeof chosen !== "string" || !FORMS.some(({ value }) => value === chosen))
    return <JsonField label="Form of the answer" place={PLACE} value={format} onChange={onChange} />;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <CompactSelect
          label="Form of the answer"
          value={chosen}
          disabled={isReadOnly}
          onChange={({ target }) => onChange(target.value === "json_schema" ? NEW_SCHEMA : target.value)}
          choices={FORMS}
        />
        {isSchema(format) && (
          <>
            <div className="w-48">
              <LineInput
                label="Name of the schema"
                placeholder="Name"
                text={typeof format["name"] === "string" ? format["name"] : ""}

                onChange={(name) => onChange(withField(format, "name", name === "" ? undefined : name))}
              />
            </div>
            <label className="flex items-center gap-2">
              <input
                type="checkbox"
                checked={format["strict"] === true}
                disabled={isReadOnly}
                onChange={({ target }) => onChange(withField(format, "strict", target.checked || undefined))}
                className="size-4 accent-[var(--light)]"
              />
              Nothing else
            </label>
          </>
        )}
      </div>
      {isSchema(format) ? (
        <>
          <SaidWords place={`${PLACE}/name`} />
          <JsonField
            label="JSON Schema of the answer"
            place={`${PLACE}/schema`}
            value={format["schema"] ?? {}}
            onChange={(schema) => onChange(withField(format, "schema", schema))}
          />
        </>
      ) : null}
      <SaidWords place={PLACE} />
    </div>
  );
}

/** One that has no fields but those that stand here. */
const isSchema = (format: JsonValue): format is JsonObject =>
  isObject(format) &&
  format["type"] === "json_schema" &&
  Object.keys(format).every((name) => ["type", "name", "schema", "strict"].includes(name)) &&
  (format["name"] === undefined || typeof format["name"] === "string") &&
  (format["strict"] === undefined || typeof format["strict"] === "boolean");
