/** An AI config as a form: the model, its prompt and what goes with it, beside what an app will get of it. */

import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import type { Issue, JsonValue } from "@dimmer/evaluation";
import type { SnippetView } from "@dimmer/protocol";
import { useQuery } from "@tanstack/react-query";
import { snippetsQuery } from "../snippets/snippet-queries.ts";
import { type JsonObject, withField } from "../ui/json-object.ts";
import { type ConfigForm, ConfigFormContext } from "./config-form.ts";
import { ConfigParts } from "./config-parts.tsx";
import { isReplyConfig } from "./config-shape.ts";
import { JsonField } from "./json-field.tsx";
import { KindSwitch } from "./kind-switch.tsx";
import { ModelSection } from "./model-section.tsx";
import { placeIssues } from "./place-issues.ts";
import { placesOf } from "./places-of.ts";
import { PromptArea } from "./prompt-area.tsx";
import { PromptSection } from "./prompt-section.tsx";
import { SaidWords } from "./said-words.tsx";
import type { Samples } from "./sample-values.ts";

// Filling a prompt takes a template engine, which nobody needs who does not look at one.
const Preview = lazy(async () => ({ default: (await import("./preview.tsx")).Preview }));

export interface ConfigEditorProps {
  readonly project: string;
  readonly variant: string;
  readonly value: JsonObject;
  readonly issues: readonly Issue[];
  readonly isReadOnly: boolean;
  readonly samples: Samples;
  readonly onSamples: (samples: Samples) => void;
  readonly onChange: (value: JsonValue) => void;
  /** Some JSON within it cannot be read. */
  readonly onBroken: (isBroken: boolean) => void;
}

export function ConfigEditor(props: ConfigEditorProps) {
  const { project, variant, value, issues, isReadOnly, samples, onSamples, onChange, onBroken } = props;
  const [broken] = useState(() => new Set<string>());
  const reportBroken = useCallback(
    (place: string, isBroken: boolean) => {
      if (isBroken) broken.add(place);
      else broken.delete(place);
      onBroken(broken.size > 0);
    },
    [broken, onBroken],
  );
  const { data: snippets = NO_SNIPPETS } = useQuery(snippetsQuery(project));
  const form = useMemo<ConfigForm>(
    () => ({
      said: placeIssues(issues, placesOf(value), variant),
      isReadOnly,
      snippets: snippets.map(({ name }) => name),
      onBroken: reportBroken,
    }),
    [issues, value, variant, isReadOnly, snippets, reportBroken],
  );
  return (
    <ConfigFormContext.Provider value={form}>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,23rem)]">
        <div className="flex flex-col gap-8">
          <SaidWords place="" />
          {!isReadOnly && <KindSwitch value={value} onChange={onChange} />}
          {isReplyConfig(value) ? (
            <ReplyForm value={value} onChange={onChange} />
          ) : (
            <>
              <ModelSection project={project} value={value} onChange={onChange} />
              <PromptSection value={value} onChange={onChange} />
            </>
          )}
          <ConfigParts value={value} onChange={onChange} />
        </div>
        <Suspense fallback={<div className="h-64 rounded-control border border-line bg-surface" />}>
          <Preview project={project} value={value} samples={samples} onSamples={onSamples} />
        </Suspense>
      </div>
    </ConfigFormContext.Provider>
  );
}

const NO_SNIPPETS: readonly SnippetView[] = [];

interface FormProps {
  readonly value: JsonObject;
  readonly onChange: (value: JsonObject) => void;
}

function ReplyForm({ value, onChange }: FormProps) {
  const { reply = "" } = value;
  return (
    <section className="flex flex-col gap-3">
      <h4 className="font-semibold">Reply</h4>
      {typeof reply === "string" ? (
        <PromptArea
          label="Reply"
          place="/reply"
          text={reply}
          isFramed
          placeholder="What people read while no model answers"
          onChange={(text) => onChange(withField(value, "reply", text))}
        />
      ) : (
        <JsonField label="Reply" place="/reply" value={reply} onChange={(next) => onChange(withField(value, "reply", next))} />
      )}
    </section>
  );
}
