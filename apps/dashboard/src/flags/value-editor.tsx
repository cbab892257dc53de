/** A variant's value: the draft of its next version, what differs from what is served, and the way out to people. */

import { useState } from "react";
import type { Issue, JsonValue, VariantDefinition } from "@dimmer/evaluation";
import type { Operation, ValueVersionView } from "@dimmer/protocol";
import { ConfigEditor } from "../ai-configs/config-editor.tsx";
import { isConfig } from "../ai-configs/config-shape.ts";
import type { Samples } from "../ai-configs/sample-values.ts";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { CodeEditor } from "../ui/code-editor.tsx";
import { RadioGroup } from "../ui/radio-group.tsx";
import { useFlagPlace, useObstacle } from "./flag-place.ts";
import { PublishPanel } from "./publish-panel.tsx";
import { SaveBar } from "./save-bar.tsx";
import { SnippetsUsed } from "./snippets-used.tsx";
import { useChange } from "./use-change.ts";
import { useDraft } from "./use-draft.ts";
import { useForeseen } from "./use-foreseen.ts";
import { restrictId } from "./variant-facts.tsx";
import { readValue, textOf } from "./value-text.ts";

export interface ValueEditorProps {
  readonly name: string;
  readonly variant: VariantDefinition;
  readonly versions: readonly ValueVersionView[];
  /** Of the variables of prompts, for all variants of the flag. */
  readonly samples: Samples;
  readonly onSamples: (samples: Samples) => void;
}

export function ValueEditor({ name, variant, versions, samples, onSamples }: ValueEditorProps) {
  const { project, flag } = useFlagPlace();
  const obstacle = useObstacle("prompt.edit", { isShared: true });
  const { type, schema } = flag.definition;
  const { hasDraft = false, draft: drafted = null, written, draftWritten } = flag.versions[name] ?? {};
  // What somebody wrote, with the tags of its snippets; what is published is the value with their texts.
  const writing = hasDraft ? draftWritten : written;
  const saved = writing === undefined ? (hasDraft ? drafted : variant.value) : writing.value;
  const draft = useDraft(textOf(type, saved));
  const [isBroken, setBroken] = useState(false);
  const read = readValue(type, draft.value);
  const isForm = "value" in read && isConfig(read.value, schema);
  const operations = "value" in read && draft.isTouched ? [draftEdit(flag.key, name, read.value)] : [];
  const expected = { [`flags/${flag.key}`]: flag.revision };
  // Of a config that nobody touches one hears as well that its model is leaving.
  const tried = isForm && obstacle === undefined ? [draftEdit(flag.key, name, read.value)] : operations;
  const { issues } = useForeseen(project.key, tried, expected);
  return (
    <div className="flex flex-col gap-4">
      <ValueField
        name={name}
        text={draft.value}
        read={read}
        isReadOnly={obstacle !== undefined}
        issues={issues.flatMap((issue) =>
          issue.path.startsWith(VALUE) && !SAID_ELSEWHERE.includes(issue.code)
            ? [{ ...issue, path: issue.path.slice(VALUE.length) }]
            : [],
        )}
        samples={samples}
        onSamples={onSamples}
        isBroken={isBroken}
        onBroken={setBroken}
        onChange={draft.set}
      />
      {obstacle !== undefined && <p className="text-small text-quiet">{obstacle}</p>}
      {writing !== undefined && !draft.isTouched && (
        <SnippetsUsed
          name={name}
          written={writing}
          value={hasDraft ? drafted : variant.value}
          isDraft={hasDraft}
          obstacle={obstacle}
        />
      )}
      {issues.some(({ code }) => code === "price-limit") && <PriceLimitNote name={name} />}
      {draft.isTouched && (
        <SaveBar
          project={project.key}
          operations={operations}
          problem={"problem" in read ? read.problem : isBroken ? BROKEN : undefined}
          suggested={`A new value for ${name}`}
          expected={expected}
          isStale={draft.isStale}
          about="A draft: nobody gets it before it is published."
          saidAbove={VALUE}
          label="Save draft"
          onReset={draft.reset}
        />
      )}
      {hasDraft && !draft.isTouched && (
        <div className="flex flex-col gap-4 rounded-control border border-line p-4">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <h4 className="font-semibold">The draft</h4>
            <DiscardButton name={name} obstacle={obstacle} />
          </div>
          <PublishPanel name={name} value={drafted} versions={versions} version={undefined} />
        </div>
      )}
    </div>
  );
}

/** The save is refused until the variant says who may have it, further down. */
function PriceLimitNote({ name }: { readonly name: string }) {
  return (
    <p className="flex flex-wrap items-center gap-2 rounded-control bg-danger-soft px-3 py-2">
      <span className="min-w-0 flex-1 basis-64">
        This model costs more than the project’s price limit: say first who may ever have {name}, or take another model.
      </span>
      <Button onClick={() => document.getElementById(restrictId(name))?.focus()}>Say who may have it</Button>
    </p>
  );
}

/** Where the value stands in the request that is tried. */
const VALUE = "/operations/0/value";

/** What nobody declares is said once for all variants, and a model above the limit beneath the form, with what to do about it. */
const SAID_ELSEWHERE: readonly string[] = ["undeclared-inputs", "price-limit"];

const BROKEN = "A part of it is not JSON yet.";

const draftEdit = (flag: string, variant: string, value: JsonValue): Operation => ({ kind: "draft-value", flag, variant, value });

interface ValueFieldProps extends Pick<ValueEditorProps, "name" | "samples" | "onSamples"> {
  readonly text: string;
  readonly read: ReturnType<typeof readValue>;
  readonly issues: readonly Issue[];
  readonly isReadOnly: boolean;
  /** A part of the form that is JSON cannot be read. */
  readonly isBroken: boolean;
  readonly onBroken: (isBroken: boolean) => void;
  readonly onChange: (text: string) => void;
}

function ValueField({ name, text, read, issues, isReadOnly, samples, onSamples, isBroken, onBroken, onChange }: ValueFieldProps) {
  const { project, flag } = useFlagPlace();
  const { type, schema } = flag.definition;
  const [wantsJson, setWantsJson] = useState(false);
  const config = "value" in read && isConfig(read.value, schema) ? read.value : undefined;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center justify-between gap-2">
        <h4 className="text-small font-semibold">{TITLES[type]}</h4>
        {(config !== undefined || (wantsJson && schema === "ai-config")) && (
          <RadioGroup
            label="How to edit it"
            chosen={wantsJson ? "json" : "form"}
            onChoose={(chosen) => setWantsJson(chosen === "json")}
            disabled={isBroken || config === undefined}
            title={isBroken ? BROKEN : config === undefined ? "It has to be a JSON object first." : undefined}
            choices={[
              { value: "form", label: "Form" },
              { value: "json", label: "JSON" },
            ]}
          />
        )}
      </div>
      {config !== undefined && !wantsJson ? (
        <ConfigEditor
          project={project.key}
          variant={name}
          value={config}
          issues={issues}
          isReadOnly={isReadOnly}
          samples={samples}
          onSamples={onSamples}
          onBroken={onBroken}
          onChange={(value) => onChange(textOf(type, value))}
        />
      ) : (
        <>
          <CodeEditor
            label={`Value of ${name}`}
            value={text}
            language={type === "string" ? "text" : "json"}
            issues={issues}
            isReadOnly={isReadOnly}
            onChange={onChange}
          />
          {issues.map(({ path, message, severity }) => (
            <p
              key={path + message}
              className={classNames("text-small break-words", severity === "error" ? "text-danger" : "text-light-ink")}
            >
              {path === "" ? "" : `${path.slice(1).replaceAll("/", " › ")}: `}
              {message}
            </p>
          ))}
        </>
      )}
    </div>
  );
}

const TITLES = { string: "Text", object: "Value", number: "Number", boolean: "True or false" } as const;

function DiscardButton({ name, obstacle }: { readonly name: string; readonly obstacle: string | undefined }) {
  const { project, flag } = useFlagPlace();
  const change = useChange(project.key);
  return (
    <Button
      look="bare"
      isBusy={change.isPending}
      disabled={obstacle !== undefined}
      title={obstacle}
      onClick={() =>
        change.mutate({
          operations: [{ kind: "discard-draft", flag: flag.key, variant: name }],
          done: `The draft of ${name} is gone`,
        })
      }
    >
      Discard draft
    </Button>
  );
}
