/** A context, attribute by attribute or as JSON. */

import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import type { JsonValue } from "@dimmer/evaluation";
import { attributesQuery } from "../contexts/context-queries.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { TextArea } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { Tabs } from "../ui/tabs.tsx";
import { type Context, isObject, readValue, writeValue } from "./question.ts";

const WHO = "targetingKey";

export interface ContextEditorProps {
  readonly project: string;
  readonly environment: string;
  readonly context: Context;
  readonly onChange: (context: Context) => void;
}

const VIEWS = [
  { id: "attributes", label: "Attributes" },
  { id: "json", label: "JSON" },
];

export function ContextEditor(props: ContextEditorProps) {
  const [view, setView] = useState("attributes");
  return (
    <Tabs label="How to write the context" tabs={VIEWS} chosen={view} onChoose={setView}>
      {view === "json" ? <AsJson {...props} /> : <AsAttributes {...props} />}
    </Tabs>
  );
}

function AsAttributes({ project, environment, context, onChange }: ContextEditorProps) {
  const { data: seen = [] } = useQuery(attributesQuery(project, environment));
  const names = useId();
  const others = Object.keys(context).filter((name) => name !== WHO);
  const set = (name: string, value: JsonValue) => onChange({ ...context, [name]: value });
  const remove = (gone: string) => onChange(Object.fromEntries(Object.entries(context).filter(([name]) => name !== gone)));
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = fieldsOf(event.currentTarget)["name"]?.trim() ?? "";
    event.currentTarget.reset();
    if (name !== "" && !Object.hasOwn(context, name)) set(name, "");
  };
  const valuesOf = (path: string) => seen.find((one) => one.path === path)?.declared?.values.map(({ value }) => value) ?? [];
  return (
    <div className="flex flex-col gap-2">
      <Attribute
        name={WHO}
        value={context[WHO]}
        values={[]}
        placeholder="who asks: user-1"
        onChange={(value) => (value === "" ? remove(WHO) : set(WHO, value))}
      />
      {others.map((name) => (
        <Attribute
          key={name}
          name={name}
          value={context[name]}
          values={valuesOf(name)}
          placeholder="value"
          onChange={(value) => set(name, value)}
          onRemove={() => remove(name)}
        />
      ))}
      <form onSubmit={add} className="mt-1 flex gap-2">
        <input
          name="name"
          list={names}
          aria-label="Attribute to add"
          placeholder="plan, region, …"
          autoComplete="off"
          spellCheck={false}
          className="h-9 min-w-0 flex-1 rounded-control border border-line bg-surface px-3 font-mono text-small placeholder:text-faint hover:border-line-strong"
        />
        <datalist id={names}>
          {seen.map(({ path, types }) => (
            <option key={path} value={path}>
              {types.join(" or ")}
            </option>
          ))}
        </datalist>
        <Button type="submit" icon={<Plus size={16} />}>
          Add
        </Button>
      </form>
      <p className="text-small text-quiet">
        {seen.length === 0
          ? "Attributes that your apps send are suggested here once they were seen."
          : `${seen.length} attributes were seen or are declared; they are suggested.`}{" "}
        A number, true, false or a list is read as such; put a text in quotes to keep it one.
      </p>
    </div>
  );
}

interface AttributeProps {
  readonly name: string;
  readonly value: JsonValue | undefined;
  /** Known ones, to choose from. */
  readonly values: readonly string[];
  readonly placeholder: string;
  readonly onChange: (value: JsonValue) => void;
  readonly onRemove?: () => void;
}

function Attribute({ name, value, values, placeholder, onChange, onRemove }: AttributeProps) {
  const id = useId();
  const [typed, setTyped] = useState("");
  // What is being typed stays as it is typed, "1.0" too, as long as it means what is there.
  const isTyped = JSON.stringify(readValue(typed)) === JSON.stringify(value ?? "");
  return (
    <div className="grid grid-cols-[minmax(0,9rem)_minmax(0,1fr)_auto] items-center gap-2">
      <label htmlFor={id} className="truncate font-mono text-small" title={name}>
        {name}
      </label>
      <input
        id={id}
        list={`${id}-values`}
        value={isTyped ? typed : writeValue(value ?? "")}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => {
          setTyped(target.value);
          onChange(readValue(target.value));
        }}
        className="h-9 min-w-0 rounded-control border border-line bg-surface px-3 font-mono text-small placeholder:text-faint hover:border-line-strong"
      />
      <datalist id={`${id}-values`}>
        {values.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </datalist>
      {onRemove === undefined ? (
        <span className="size-9" />
      ) : (
        <IconButton label={`Remove ${name}`} onClick={onRemove}>
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}

function AsJson({ context, onChange }: ContextEditorProps) {
  // Undefined while nobody writes: then the context itself is shown.
  const [text, setText] = useState<string>();
  const write = (next: string) => {
    setText(next);
    const read = readContext(next);
    if (typeof read !== "string") onChange(read);
  };
  const read = text === undefined ? context : readContext(text);
  return (
    <TextArea
      label="Context"
      rows={10}
      spellCheck={false}
      value={text ?? JSON.stringify(context, undefined, 2)}
      onChange={({ target }) => write(target.value)}
      className="font-mono text-small"
      hint="Paste one from your log or your code."
      problem={typeof read === "string" ? read : undefined}
    />
  );
}

/** What is wrong with it, where it is no context. */
function readContext(text: string): Context | string {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    return isObject(value) ? value : 'A context is an object: { "targetingKey": "user-1" }.';
  } catch (error) {
    return `That is not JSON yet: ${(error as Error).message}`;
  }
}
