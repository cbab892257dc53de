/** What differs between two versions of a config, message by message; or as JSON, line by line. */

import { lazy, Suspense, useMemo, useState } from "react";
import type { JsonValue } from "@dimmer/evaluation";
import { TextDiff } from "../ui/code-editor.tsx";
import { RadioGroup } from "../ui/radio-group.tsx";
import { type ComparedField, type ComparedText, compareConfigs } from "./compare-configs.ts";

// It comes with the editor, which is large.
const WordDiff = lazy(async () => ({ default: (await import("./word-diff.tsx")).WordDiff }));

export interface ConfigDiffProps {
  readonly label: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
}

export function ConfigDiff({ label, before, after }: ConfigDiffProps) {
  const [form, setForm] = useState("words");
  return (
    <div className="flex flex-col gap-3">
      <RadioGroup
        label="How to compare"
        chosen={form}
        onChoose={setForm}
        choices={[
          { value: "words", label: "Word by word" },
          { value: "json", label: "As JSON" },
        ]}
      />
      {form === "json" ? (
        <TextDiff label={label} before={JSON.stringify(before, null, 2)} after={JSON.stringify(after, null, 2)} language="json" />
      ) : (
        <Words label={label} before={before} after={after} />
      )}
    </div>
  );
}

function Words({ label, before, after }: ConfigDiffProps) {
  const { fields, texts } = useMemo(() => compareConfigs(before, after), [before, after]);
  const changed = texts.filter((text) => text.before !== text.after);
  const same = texts.length - changed.length;
  if (fields.length === 0 && changed.length === 0) return <p className="text-quiet">Nothing differs.</p>;
  return (
    <div role="group" aria-label={label} className="flex flex-col gap-4">
      {fields.length > 0 && (
        <dl className="grid grid-cols-[minmax(0,1fr)] gap-x-6 sm:grid-cols-[minmax(0,12rem)_minmax(0,1fr)]">
          {fields.map((field) => (
            <Field key={field.label} field={field} />
          ))}
        </dl>
      )}
      {changed.map((text, at) => (
        // Messages have no names, and this list is made anew as a whole.
        // oxlint-disable-next-line react/no-array-index-key
        <Text key={at} text={text} />
      ))}
      {same > 0 && <p className="text-small text-quiet">{same === 1 ? "1 text is" : `${same} texts are`} as before.</p>}
    </div>
  );
}

function Field({ field: { label, before, after } }: { readonly field: ComparedField }) {
  return (
    <>
      <dt className="pt-1.5 text-small text-quiet sm:border-b sm:border-line sm:pb-1.5">{label}</dt>
      <dd className="flex flex-wrap items-baseline gap-x-2 border-b border-line py-1.5 font-mono text-small break-all">
        {before !== undefined && <del className="text-danger">{before}</del>}
        {before !== undefined && after !== undefined && <span className="font-sans text-faint">becomes</span>}
        {after !== undefined && <ins className="text-healthy no-underline">{after}</ins>}
        {before === undefined && <span className="font-sans text-quiet">is new</span>}
        {after === undefined && <span className="font-sans text-quiet">is gone</span>}
      </dd>
    </>
  );
}

function Text({ text: { label, before, after } }: { readonly text: ComparedText }) {
  const said = before === undefined ? "is new" : after === undefined ? "is gone" : "";
  return (
    <div className="flex flex-col gap-1 border-l-2 border-line pl-3">
      <p className="text-small">
        <span className="font-semibold">{label}</span> <span className="text-quiet">{said}</span>
      </p>
      <Suspense fallback={<p className="break-words whitespace-pre-wrap">{after ?? before}</p>}>
        <WordDiff before={before ?? ""} after={after ?? ""} />
      </Suspense>
    </div>
  );
}
