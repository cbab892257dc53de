/** The fields of an object that are there, each with its way out, and the offer of those that are not. */

import { Plus, X } from "lucide-react";
import { useState } from "react";
import type { JsonValue } from "@dimmer/evaluation";
import { Button, IconButton } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { CompactSelect } from "../ui/field.tsx";
import { type JsonObject, withField } from "../ui/json-object.ts";
import { ValueList } from "../ui/value-list.tsx";
import type { FieldSpec } from "./config-shape.ts";
import { useConfigForm, useSaid } from "./config-form.ts";
import { JsonField } from "./json-field.tsx";
import { pointerPart } from "./pointer-part.ts";
import { LineInput } from "./line-input.tsx";
import { SaidWords } from "./said-words.tsx";
import { ValueInput } from "./value-input.tsx";

export interface FieldGridProps {
  /** What the fields are of, for whoever hears the page. */
  readonly label: string;
  readonly place: string;
  readonly object: JsonObject;
  readonly specs: readonly FieldSpec[];
  /** Fields that are edited elsewhere. */
  readonly hidden?: readonly string[];
  /** Whether one may add fields with names of one's own. */
  readonly hasOwn?: boolean;
  readonly onChange: (object: JsonObject) => void;
}

export function FieldGrid({ label, place, object, specs, hidden = [], hasOwn = false, onChange }: FieldGridProps) {
  const { isReadOnly } = useConfigForm();
  const shown = Object.entries(object).filter(([name]) => !hidden.includes(name));
  const absent = specs.filter(({ name }) => !Object.hasOwn(object, name));
  return (
    <div className="flex flex-col gap-4">
      {shown.length > 0 && (
        <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
          {shown.map(([name, value]) => (
            <Field
              key={name}
              name={name}
              spec={specs.find((spec) => spec.name === name)}
              place={`${place}/${pointerPart(name)}`}
              value={value}
              onChange={(next) => onChange(withField(object, name, next))}
            />
          ))}
        </div>
      )}
      {!isReadOnly && absent.length > 0 && (
        <CompactSelect
          label={`Add to ${label}`}
          value=""
          onChange={({ target }) => {
            const spec = absent.find(({ name }) => name === target.value);
            if (spec !== undefined) onChange(withField(object, spec.name, spec.first));
          }}
          choices={[
            { value: "", label: "Add …" },
            ...absent.map(({ name, label: said, about }) => ({
              value: name,
              label: about === undefined ? said : `${said} (${about})`,
            })),
          ]}
          className="w-fit text-quiet"
        />
      )}
      {!isReadOnly && hasOwn && (
        <OwnField label={label} names={Object.keys(object)} onAdd={(name) => onChange(withField(object, name, ""))} />
      )}
    </div>
  );
}

interface FieldProps {
  readonly name: string;
  /** Undefined for names that the form does not know. */
  readonly spec: FieldSpec | undefined;
  readonly place: string;
  readonly value: JsonValue;
  readonly onChange: (value: JsonValue | undefined) => void;
}

function Field({ name, spec, place, value, onChange }: FieldProps) {
  const { isReadOnly } = useConfigForm();
  const said = spec?.label ?? name;
  const isWide = spec?.kind === "object" || spec?.kind === "texts";
  return (
    <div className={classNames("flex min-w-0 flex-col gap-1", isWide && "sm:col-span-2")}>
      <div className="flex h-6 items-center justify-between gap-2">
        <span title={name} className={classNames("truncate text-small", spec === undefined && "font-mono")}>
          {said}
          {spec?.about !== undefined && <span className="text-quiet"> ({spec.about})</span>}
        </span>
        {!isReadOnly && (
          <IconButton label={`Remove ${said}`} onClick={() => onChange(undefined)} className="size-6">
            <X size={14} />
          </IconButton>
        )}
      </div>
      <Control spec={spec} said={said} place={place} value={value} onChange={onChange} />
      {spec?.kind !== "object" && <SaidWords place={place} />}
    </div>
  );
}

function Control({ spec, said, place, value, onChange }: Omit<FieldProps, "name"> & { readonly said: string }) {
  const { isReadOnly } = useConfigForm();
  const isWrong = useSaid(place).problem !== undefined;
  if (spec?.kind === "object") return <JsonField label={said} place={place} value={value} onChange={onChange} />;
  if (spec?.kind === "texts" && isTexts(value))
    return <ValueList label={said} values={value} disabled={isReadOnly} placeholder="A text, then Enter" onChange={onChange} />;
  if (spec?.kind === "choice" && typeof value === "string" && spec.choices?.some((choice) => choice.value === value) === true)
    return (
      <CompactSelect
        label={said}
        value={value}
        disabled={isReadOnly}
        onChange={({ target }) => onChange(target.value)}
        choices={spec.choices}
      />
    );
  if (spec?.kind === "text" && typeof value === "string")
    return <LineInput label={said} text={value} isWrong={isWrong} onChange={onChange} />;
  return <ValueInput label={said} value={value} isNumber={spec?.kind === "number"} isWrong={isWrong} onChange={onChange} />;
}

const isTexts = (value: JsonValue): value is readonly string[] & JsonValue =>
  Array.isArray(value) && (value as readonly JsonValue[]).every((text) => typeof text === "string");

interface OwnFieldProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly onAdd: (name: string) => void;
}

function OwnField({ label, names, onAdd }: OwnFieldProps) {
  const [name, setName] = useState("");
  const wanted = name.trim();
  const isTaken = names.includes(wanted);
  const add = () => {
    if (wanted === "" || isTaken) return;
    onAdd(wanted);
    setName("");
  };
  return (
    <div className="flex items-center gap-2">
      <input
        aria-label={`Name of a field to add to ${label}`}
        placeholder="Name"
        value={name}
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => setName(target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          add();
        }}
        className="h-9 w-40 min-w-0 rounded-control border border-line bg-surface px-3 font-mono text-small placeholder:font-sans placeholder:text-faint hover:border-line-strong"
      />
      <Button look="bare" icon={<Plus size={15} />} disabled={wanted === "" || isTaken} onClick={add}>
        Add field
      </Button>
      {isTaken && <span className="text-small text-quiet">It is there already.</span>}
    </div>
  );
}
