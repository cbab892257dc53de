/** What a config may have beside its model and prompt: the parts that are there, and the offer of the others. */

import { Plus } from "lucide-react";
import type { JsonValue } from "@dimmer/evaluation";
import { Button } from "../ui/button.tsx";
import { isObject, type JsonObject, withField } from "../ui/json-object.ts";
import { AnswerFormat } from "./answer-format.tsx";
import { isReplyConfig, otherFields, PARAMETERS, RETRIEVAL, withOtherFields } from "./config-shape.ts";
import { useConfigForm } from "./config-form.ts";
import { FieldGrid } from "./field-grid.tsx";
import { JsonField } from "./json-field.tsx";
import { SaidWords } from "./said-words.tsx";
import { NEW_TOOL, ToolsSection } from "./tools-section.tsx";

interface Part {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** What it begins with. */
  readonly first: JsonValue;
  readonly isOfModel?: true;
}

const PARTS: readonly Part[] = [
  { name: "parameters", title: "Parameters", about: "How it answers.", first: { maxTokens: 1_000 }, isOfModel: true },
  {
    name: "tools",
    title: "Tools",
    about: "What it may call. An app that lacks one takes the fallback.",
    first: [NEW_TOOL],
    isOfModel: true,
  },
  { name: "responseFormat", title: "Form of the answer", about: "What the app can read.", first: "json", isOfModel: true },
  {
    name: "retrieval",
    title: "Looked up before",
    about: "Names that mean something to the app alone.",
    first: { index: "" },
    isOfModel: true,
  },
  { name: "public", title: "For browsers", about: "All that a browser key sees of this value.", first: {} },
  { name: "metadata", title: "Notes", about: "Handed to the app as they are.", first: {} },
];

export interface ConfigPartsProps {
  readonly value: JsonObject;
  readonly onChange: (value: JsonObject) => void;
}

export function ConfigParts({ value, onChange }: ConfigPartsProps) {
  const { isReadOnly } = useConfigForm();
  const parts = PARTS.filter(({ isOfModel }) => isOfModel !== true || !isReplyConfig(value));
  const absent = parts.filter(({ name }) => value[name] === undefined);
  const others = otherFields(value);
  return (
    <>
      {parts
        .filter(({ name }) => value[name] !== undefined)
        .map(({ name, title, about }) => (
          <section key={name} className="flex flex-col gap-3">
            <div className="flex items-baseline justify-between gap-2">
              <div className="flex min-w-0 flex-wrap items-baseline gap-x-3">
                <h4 className="font-semibold">{title}</h4>
                <p className="text-small text-quiet">{about}</p>
              </div>
              {!isReadOnly && (
                <Button look="bare" aria-label={`Remove ${title}`} onClick={() => onChange(withField(value, name, undefined))}>
                  Remove
                </Button>
              )}
            </div>
            <PartForm
              name={name}
              title={title}
              field={value[name] ?? null}
              onChange={(next) => onChange(withField(value, name, next))}
            />
          </section>
        ))}
      {Object.keys(others).length > 0 && (
        <section className="flex flex-col gap-3">
          <div className="flex flex-wrap items-baseline gap-x-3">
            <h4 className="font-semibold">Other fields</h4>
            <p className="text-small text-quiet">They have no form here, and stay as they are.</p>
          </div>
          <JsonField
            label="Other fields"
            place="other fields"
            value={others}
            accepts={isObject}
            onChange={(next) => isObject(next) && onChange(withOtherFields(value, next))}
          />
        </section>
      )}
      {!isReadOnly && absent.length > 0 && (
        <div className="flex flex-wrap items-center gap-1 border-t border-line pt-3">
          {absent.map(({ name, title, first }) => (
            <Button key={name} look="bare" icon={<Plus size={15} />} onClick={() => onChange(withField(value, name, first))}>
              {title}
            </Button>
          ))}
        </div>
      )}
    </>
  );
}

interface PartFormProps {
  readonly name: string;
  readonly title: string;
  readonly field: JsonValue;
  readonly onChange: (field: JsonValue) => void;
}

/** What does not look as it should is JSON, so that nothing is lost. */
function PartForm({ name, title, field, onChange }: PartFormProps) {
  const place = `/${name}`;
  if (name === "tools" && Array.isArray(field)) {
    return (
      <>
        <ToolsSection tools={field} onChange={(tools) => onChange([...tools])} />
        <SaidWords place={place} />
      </>
    );
  }
  if (name === "responseFormat") return <AnswerFormat format={field} onChange={onChange} />;
  if (!isObject(field)) return <JsonField label={title} place={place} value={field} onChange={onChange} />;
  return (
    <>
      {name === "parameters" ? (
        <Parameters parameters={field} onChange={onChange} />
      ) : (
        <FieldGrid
          label={title}
          place={place}
          object={field}
          specs={name === "retrieval" ? RETRIEVAL : []}
          hasOwn={name !== "retrieval"}
          onChange={onChange}
        />
      )}
      <SaidWords place={place} />
    </>
  );
}

/** Ours by our names; below them, in the vendor's spelling, what only the vendor knows. */
function Parameters({
  parameters,
  onChange,
}: {
  readonly parameters: JsonObject;
  readonly onChange: (next: JsonObject) => void;
}) {
  const { extra = {} } = parameters;
  const isOwn = isObject(extra);
  return (
    <>
      <FieldGrid
        label="Parameters"
        place="/parameters"
        object={parameters}
        specs={PARAMETERS}
        hidden={isOwn ? ["extra"] : []}
        onChange={onChange}
      />
      {isOwn && (
        <div className="flex flex-col gap-2">
          <p className="text-small text-quiet">In the provider’s own spelling, handed on as they are</p>
          <FieldGrid
            label="the provider’s own parameters"
            place="/parameters/extra"
            object={extra}
            specs={[]}
            hasOwn
            onChange={(next) => onChange(withField(parameters, "extra", Object.keys(next).length === 0 ? undefined : next))}
          />
        </div>
      )}
    </>
  );
}
