/** A variant's value: the draft of its next version, what differs from what is served, and the way out to people. */

import { useState } from "react";
import type { JsonValue, VariantDefinition } from "@dimmer/evaluation";
import type { Operation, ValueVersionView } from "@dimmer/protocol";
import { Button } from "../ui/button.tsx";
import { CodeEditor } from "../ui/code-editor.tsx";
import { useFlagPlace, useObstacle } from "./flag-place.ts";
import { PromptEditor } from "./prompt-editor.tsx";
import { PublishPanel } from "./publish-panel.tsx";
import { SaveBar } from "./save-bar.tsx";
import { useChange } from "./use-change.ts";
import { useDraft } from "./use-draft.ts";
import { useForeseen } from "./use-foreseen.ts";
import { promptTexts, readValue, textOf } from "./value-text.ts";

export interface ValueEditorProps {
  readonly name: string;
  readonly variant: VariantDefinition;
  readonly versions: readonly ValueVersionView[];
}

export function ValueEditor({ name, variant, versions }: ValueEditorProps) {
  const { project, flag } = useFlagPlace();
  const obstacle = useObstacle("prompt.edit", { isShared: true });
  const { type } = flag.definition;
  const { hasDraft = false, draft: drafted = null } = flag.versions[name] ?? {};
  const saved = hasDraft ? drafted : variant.value;
  const draft = useDraft(textOf(type, saved));
  const read = readValue(type, draft.value);
  const operations = "value" in read && draft.isTouched ? [draftEdit(flag.key, name, read.value)] : [];
  const expected = { [`flags/${flag.key}`]: flag.revision };
  const { issues } = useForeseen(project.key, operations, expected);
  return (
    <div className="flex flex-col gap-4">
      <ValueField
        label={`Value of ${name}`}
        text={draft.value}
        read={read}
        isReadOnly={obstacle !== undefined}
        issues={issues.flatMap((issue) =>
          issue.path.startsWith(VALUE) ? [{ ...issue, path: issue.path.slice(VALUE.length) }] : [],
        )}
        onChange={draft.set}
      />
      {obstacle !== undefined && <p className="text-small text-quiet">{obstacle}</p>}
      {draft.isTouched && (
        <SaveBar
          project={project.key}
          operations={operations}
          problem={"problem" in read ? read.problem : undefined}
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

/** Where the value stands in the request that is tried. */
const VALUE = "/operations/0/value";

const draftEdit = (flag: string, variant: string, value: JsonValue): Operation => ({ kind: "draft-value", flag, variant, value });

interface ValueFieldProps {
  readonly label: string;
  readonly text: string;
  readonly read: ReturnType<typeof readValue>;
  readonly issues: readonly { readonly path: string; readonly message: string; readonly severity: "error" | "warning" }[];
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
}

function ValueField({ label, text, read, issues, isReadOnly, onChange }: ValueFieldProps) {
  const { flag } = useFlagPlace();
  const { type } = flag.definition;
  const [wantsJson, setWantsJson] = useState(false);
  const texts = "value" in read && type === "object" ? promptTexts(read.value) : [];
  const isPrompt = texts.length > 0 && !wantsJson;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-end justify-between gap-2">
        <h4 className="text-small font-semibold">{TITLES[type]}</h4>
        {texts.length > 0 && (
          <div role="radiogroup" aria-label="How to edit it" className="flex gap-1">
            {[false, true].map((isJson) => (
              <Button
                key={String(isJson)}
                look="bare"
                role="radio"
                aria-checked={wantsJson === isJson}
                onClick={() => setWantsJson(isJson)}
                className="aria-checked:bg-raised aria-checked:text-ink"
              >
                {isJson ? "JSON" : "Text"}
              </Button>
            ))}
          </div>
        )}
      </div>
      {isPrompt && "value" in read ? (
        <PromptEditor
          value={read.value}
          issues={issues}
          isReadOnly={isReadOnly}
          onChange={(value) => onChange(textOf(type, value))}
        />
      ) : (
        <>
          <CodeEditor
            label={label}
            value={text}
            language={type === "string" ? "text" : "json"}
            issues={issues}
            isReadOnly={isReadOnly}
            onChange={onChange}
          />
          {issues.map(({ path, message }) => (
            <p key={path + message} className="text-small break-words text-danger">
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
