/** What an app will send: the prompt with sample values in it, and how much room it takes. */

import { useDeferredValue, useId, useMemo } from "react";
import { useQuery } from "@tanstack/react-query";
import { LIMITS } from "@dimmer/evaluation";
import { classNames } from "../ui/class-names.ts";
import type { JsonObject } from "../ui/json-object.ts";
import { isReplyConfig } from "./config-shape.ts";
import { type FilledText, fillPreview } from "./fill-preview.ts";
import type { Samples, Variable } from "./sample-values.ts";
import { bytesOf, sayBytes } from "./say-bytes.ts";
import { snippetsQuery } from "../snippets/snippet-queries.ts";

export interface PreviewProps {
  readonly project: string;
  readonly value: JsonObject;
  readonly samples: Samples;
  readonly onSamples: (samples: Samples) => void;
}

export function Preview({ project, value, samples, onSamples }: PreviewProps) {
  // A long prompt is filled after the key was shown.
  const settled = useDeferredValue(value);
  const { data: snippets } = useQuery(snippetsQuery(project));
  const { variables, texts, refused } = useMemo(
    () => fillPreview(settled, samples, snippets && new Map(snippets.map(({ name, text }) => [name, text]))),
    [settled, samples, snippets],
  );
  return (
    <aside
      aria-label="Preview"
      className="flex min-w-0 flex-col gap-5 rounded-control bg-raised p-4 lg:sticky lg:top-4 lg:max-h-[calc(100dvh-2rem)] lg:overflow-y-auto"
    >
      <div className="flex items-baseline justify-between gap-2">
        <h4 className="font-semibold">{isReplyConfig(value) ? "What people read" : "What the model reads"}</h4>
        <Size value={settled} />
      </div>
      {variables.length > 0 && (
        <div className="flex flex-col gap-2">
          {variables.map((variable) => (
            <Sample
              key={variable.name}
              variable={variable}
              typed={samples[variable.name]}
              onChange={(typed) => onSamples({ ...samples, [variable.name]: typed })}
            />
          ))}
          <p className="text-small text-quiet">
            Samples, kept nowhere. Lists and objects as JSON; an empty one is left out, as an app may.
          </p>
        </div>
      )}
      {texts.length === 0 ? (
        <p className="text-quiet">Nothing to read yet.</p>
      ) : (
        <ol className="flex flex-col gap-3">
          {texts.map((text) => (
            <Text key={text.pointer} text={text} />
          ))}
        </ol>
      )}
      {refused !== undefined && <p className="text-small break-words text-danger">{refused}</p>}
    </aside>
  );
}

function Sample({
  variable: { name, standIn },
  typed = standIn,
  onChange,
}: {
  readonly variable: Variable;
  readonly typed: string | undefined;
  readonly onChange: (typed: string) => void;
}) {
  const id = useId();
  return (
    <div className="grid items-start gap-x-3 gap-y-1 sm:grid-cols-[7rem_minmax(0,1fr)]">
      <label htmlFor={id} className="truncate pt-1.5 font-mono text-small" title={name}>
        {name}
      </label>
      <textarea
        id={id}
        rows={1}
        value={typed}
        spellCheck={false}
        placeholder="left out"
        onChange={({ target }) => onChange(target.value)}
        className="field-sizing-content max-h-40 min-h-9 w-full resize-none rounded-control border border-line bg-surface px-2.5 py-1.5 text-small placeholder:text-faint hover:border-line-strong"
      />
    </div>
  );
}

function Text({ text: { label, text, isAddress, problem } }: { readonly text: FilledText }) {
  return (
    <li className={classNames("flex flex-col gap-1 border-l-2 pl-3", problem === undefined ? "border-light" : "border-danger")}>
      <span className="text-small text-quiet">{label}</span>
      <p
        className={classNames(
          "break-words whitespace-pre-wrap",
          isAddress && "font-mono text-small",
          problem !== undefined && "text-quiet",
        )}
      >
        {text === "" ? <span className="text-faint">empty</span> : text}
      </p>
      {problem !== undefined && (
        <p role="alert" className="text-small break-words text-danger">
          {problem}
        </p>
      )}
    </li>
  );
}

function Size({ value }: { readonly value: JsonObject }) {
  const bytes = bytesOf(value);
  const isTooLong = bytes > LIMITS.valueBytes;
  return (
    <span
      title="The whole value as JSON, of what one may have"
      className={classNames("figures text-small whitespace-nowrap", isTooLong ? "font-semibold text-danger" : "text-quiet")}
    >
      {sayBytes(bytes)} of {sayBytes(LIMITS.valueBytes)}
    </span>
  );
}
