/** One rule while it is edited: its name, whom it holds for, and what they get. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Condition, Rule, Serve } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { ConditionEditor } from "../conditions/condition-editor.tsx";
import { type ConditionDraft, conditionOf, draftOf } from "../conditions/condition-tests.ts";
import { TextField } from "../ui/field.tsx";
import { useFlagPlace } from "./flag-place.ts";
import { peopleQuery } from "./flag-queries.ts";
import { peopleAt } from "./people-at.ts";
import { authored, findServeGap, idForRule, sayRule } from "./rule-sentences.ts";
import { SaveBar } from "./save-bar.tsx";
import { ServeEditor } from "./serve-editor.tsx";
import { useDraft } from "./use-draft.ts";

export interface RuleEditorProps {
  /** Undefined for a rule that is to come. */
  readonly rule: Rule | undefined;
  readonly revision: number;
  /** Ids that are taken. */
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

interface RuleDraft {
  readonly name: string;
  readonly when: ConditionDraft;
  readonly serve: Serve;
}

export function RuleEditor({ rule, revision, taken, onClose }: RuleEditorProps) {
  const { project, environment, flag, variants } = useFlagPlace();
  const [empty] = useState<RuleDraft>(() => ({ name: "", when: draftOf(undefined), serve: { variant: variants[0] ?? "" } }));
  const saved = rule === undefined ? empty : { name: rule.name ?? "", when: draftOf(rule.when), serve: authored(rule.serve) };
  const draft = useDraft<RuleDraft>(saved);
  const people = useQuery(peopleQuery(project.key, environment.key));
  const { name, when, serve } = draft.value;
  const read = conditionOf(when);
  const condition = "problem" in read ? undefined : read.condition;
  const id = rule?.id ?? idForRule(name, taken);
  const written = writeRule(id, name, condition, serve);
  const problem = "problem" in read ? read.problem : findServeGap(serve);
  const here = { flag: flag.key, environment: environment.key };
  const operation: Operation = { kind: "set-rule", ...here, rule: written };
  const seen = rule === undefined ? undefined : peopleAt(people.data, flag.key, rule.id);
  return (
    <div className="flex flex-col gap-5 pt-2 pb-6">
      <TextField
        label="Name"
        value={name}
        maxLength={2_000}
        placeholder="Paying customers"
        hint={rule === undefined ? `Its permanent address becomes ${id}.` : `Its permanent address is ${id}.`}
        onChange={({ target }) => draft.set({ ...draft.value, name: target.value })}
      />
      <div className="flex flex-col gap-2">
        <h4 className="text-small font-semibold">For whom</h4>
        <ConditionEditor
          place={{ project: project.key, environment: environment.key }}
          draft={when}
          without="Everyone who gets this far."
          onChange={(next) => draft.set({ ...draft.value, when: next })}
        />
      </div>
      <div className="flex flex-col gap-2">
        <h4 className="text-small font-semibold">What they get</h4>
        <ServeEditor serve={serve} isDefault={false} onChange={(next) => draft.set({ ...draft.value, serve: next })} />
      </div>
      {(draft.isTouched || rule === undefined) && (
        <SaveBar
          project={project.key}
          operations={[operation]}
          problem={problem}
          suggested={sayRule({ ...written, serve })}
          expected={{ [`flags/${flag.key}/environments/${environment.key}`]: revision }}
          isStale={draft.isStale}
          people={seen}
          about={sayUnknown(rule, condition, seen)}
          label={rule === undefined ? "Add rule" : "Save"}
          resetLabel={rule === undefined ? "Cancel" : "Put back"}
          onReset={rule === undefined ? onClose : draft.reset}
          onSaved={() => {
            draft.reset();
            onClose();
          }}
        />
      )}
    </div>
  );
}

const writeRule = (id: string, name: string, when: Condition | undefined, serve: Serve): Rule => ({
  id,
  ...(name.trim() === "" ? {} : { name: name.trim() }),
  ...(when === undefined ? {} : { when }),
  serve,
});

/** Whom a condition holds for nobody knows in advance: the server knows counts, not contexts. */
function sayUnknown(rule: Rule | undefined, when: Condition | undefined, people: number | undefined): string {
  if (rule === undefined) return "Who matches gets this from then on; how many they are shows once it runs.";
  if (JSON.stringify(rule.when) === JSON.stringify(when)) return "Nobody changes variant.";
  const seen = people === undefined ? "" : `About ${people.toLocaleString("en")} people came to this rule this week. `;
  return `${seen}How many match the new condition shows once it runs.`;
}
