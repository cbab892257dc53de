/** Says whom something is for: rows to pick from, with the condition in words beneath, and as JSON for what rows cannot say. */

import { Plus, X } from "lucide-react";
import { useId } from "react";
import { sayCondition, type Scalar } from "@dimmer/evaluation";
import { useQuery } from "@tanstack/react-query";
import { Button, IconButton } from "../ui/button.tsx";
import { CodeEditor } from "../ui/code-editor.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { ValueList } from "../ui/value-list.tsx";
import {
  type ConditionDraft,
  conditionOf,
  type ConditionTest,
  type ConditionTests,
  draftOf,
  NO_SEGMENT,
  NO_TEST,
  readScalar,
  takenBy,
  type Verb,
  VERBS,
} from "./condition-tests.ts";
import { namesQuery } from "./condition-queries.ts";
import { type KnownAttribute, type KnownPlace, useKnownAttributes } from "./use-known-attributes.ts";

export interface ConditionEditorProps {
  /** Whose attributes and segments are offered. */
  readonly place: KnownPlace;
  readonly draft: ConditionDraft;
  readonly onChange: (draft: ConditionDraft) => void;
  /** What it means to have no condition: "Everyone". */
  readonly without: string;
}

export function ConditionEditor({ place, draft, onChange, without }: ConditionEditorProps) {
  const read = conditionOf(draft);
  const isText = "text" in draft;
  // Rows come back only where they can say what the text says.
  const asRows = "condition" in read ? draftOf(read.condition) : undefined;
  const mayHaveRows = asRows !== undefined && !("text" in asRows);
  const toText = () =>
    onChange({ text: "condition" in read && read.condition !== undefined ? JSON.stringify(read.condition, null, 2) : "{}" });
  return (
    <div className="flex flex-col gap-3">
      {isText ? (
        <CodeEditor label="The condition as JSON" language="json" value={draft.text} onChange={(text) => onChange({ text })} />
      ) : (
        <Rows place={place} tests={draft} onChange={onChange} />
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <p role="status" className="min-w-0 flex-1 py-1.5 break-words">
          {"problem" in read ? (
            <span className="text-quiet">{read.problem}</span>
          ) : read.condition === undefined ? (
            without
          ) : (
            <>
              <span className="text-quiet">Where </span>
              {sayCondition(read.condition)}
            </>
          )}
        </p>
        {isText ? (
          <Button
            look="bare"
            disabled={!mayHaveRows}
            title={mayHaveRows ? undefined : "Rows cannot say this."}
            onClick={() => asRows !== undefined && onChange(asRows)}
          >
            As rows
          </Button>
        ) : (
          <Button look="bare" onClick={toText}>
            As JSON
          </Button>
        )}
      </div>
    </div>
  );
}

function Rows({
  place,
  tests: draft,
  onChange,
}: {
  readonly place: KnownPlace;
  readonly tests: ConditionTests;
  readonly onChange: (draft: ConditionTests) => void;
}) {
  const attributes = useKnownAttributes(place);
  const { data: names } = useQuery(namesQuery(place.project));
  const { join, tests } = draft;
  const put = (at: number, test: ConditionTest) =>
    onChange({ ...draft, tests: tests.map((one, place) => (place === at ? test : one)) });
  return (
    <div className="flex flex-col gap-2">
      {tests.length > 1 && (
        <CompactSelect
          label="How the rows go together"
          value={join}
          onChange={({ target }) => onChange({ ...draft, join: target.value === "any" ? "any" : "all" })}
          choices={[
            { value: "all", label: "All of these hold" },
            { value: "any", label: "Any of these holds" },
          ]}
          className="self-start"
        />
      )}
      {tests.map((test, at) => (
        <div key={at} className="flex flex-wrap items-start gap-2 max-sm:border-b max-sm:border-line max-sm:pb-2">
          {test.attribute === null ? (
            <SegmentRow test={test} segments={names?.segments ?? []} onChange={(next) => put(at, next)} />
          ) : (
            <AttributeRow test={test} name={test.attribute} attributes={attributes} onChange={(next) => put(at, next)} />
          )}
          <IconButton
            label={`Remove condition ${at + 1}`}
            onClick={() => onChange({ ...draft, tests: tests.filter((_one, place) => place !== at) })}
          >
            <X size={16} />
          </IconButton>
        </div>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button look="bare" icon={<Plus size={16} />} onClick={() => onChange({ ...draft, tests: [...tests, NO_TEST] })}>
          Condition
        </Button>
        <Button look="bare" icon={<Plus size={16} />} onClick={() => onChange({ ...draft, tests: [...tests, NO_SEGMENT] })}>
          Segment
        </Button>
      </div>
    </div>
  );
}

interface RowProps {
  readonly test: ConditionTest;
  readonly onChange: (test: ConditionTest) => void;
}

function SegmentRow({ test, segments, onChange }: RowProps & { readonly segments: readonly string[] }) {
  return (
    <>
      <CompactSelect
        label="Membership"
        value={test.verb}
        onChange={({ target }) => onChange({ ...test, verb: target.value === "is-not" ? "is-not" : "is" })}
        choices={[
          { value: "is", label: "is in the segment" },
          { value: "is-not", label: "is not in the segment" },
        ]}
      />
      <ValueList
        label="Segments"
        placeholder={segments.length === 0 ? "A segment’s key" : "Choose a segment"}
        values={test.values.map(String)}
        offered={segments}
        onChange={(values) => onChange({ ...test, values })}
      />
    </>
  );
}

function AttributeRow({
  test,
  name,
  attributes,
  onChange,
}: RowProps & { readonly name: string; readonly attributes: readonly KnownAttribute[] }) {
  const list = useId();
  const known = attributes.find((attribute) => attribute.name === name);
  const types = known?.types ?? [];
  const takes = takenBy(test.verb);
  const read = (texts: readonly string[]): readonly Scalar[] => texts.map((text) => readScalar(text, types, takes));
  const turn = (verb: Verb) => {
    const kept = takenBy(verb) === takes ? test.values : takenBy(verb) === "many" ? test.values.map(String) : [];
    onChange({ ...test, verb, values: kept });
  };
  return (
    <>
      <input
        aria-label="Attribute"
        value={name}
        list={list}
        placeholder="Attribute"
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => onChange({ ...test, attribute: target.value })}
        className="h-9 w-full rounded-control border border-line bg-surface px-3 font-mono text-small hover:border-line-strong sm:w-48"
      />
      <datalist id={list}>
        {attributes.map((attribute) => (
          <option key={attribute.name}>{attribute.name}</option>
        ))}
      </datalist>
      <CompactSelect
        label="How it compares"
        value={test.verb}
        onChange={({ target }) => turn(target.value as Verb)}
        choices={VERBS.map(({ verb, words }) => ({ value: verb, label: words }))}
      />
      {takes === "many" && (
        <ValueList
          label={`Values of ${name === "" ? "the attribute" : name}`}
          values={test.values.map(String)}
          offered={types.includes("boolean") ? ["true", "false"] : (known?.values ?? []).map(String)}
          placeholder="A value, Enter for more"
          onChange={(values) => onChange({ ...test, values: read(values) })}
        />
      )}
      {takes !== "many" && takes !== "nothing" && (
        <input
          aria-label={`Value of ${name === "" ? "the attribute" : name}`}
          value={String(test.values[0] ?? "")}
          placeholder={PLACEHOLDERS[takes]}
          inputMode={takes === "number" ? "decimal" : "text"}
          onChange={({ target }) => onChange({ ...test, values: target.value === "" ? [] : read([target.value]) })}
          className="figures h-9 min-w-32 flex-1 rounded-control border border-line bg-surface px-3 hover:border-line-strong"
        />
      )}
    </>
  );
}

const PLACEHOLDERS = { number: "18", instant: "2027-01-31T09:00:00Z", version: "2.3.0" } as const;
