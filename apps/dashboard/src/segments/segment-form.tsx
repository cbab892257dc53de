/** Says who is in a segment in one environment: two lists and a condition; the server is asked before anything is saved. */

import { useQuery } from "@tanstack/react-query";
import type { SegmentEnvironment } from "@dimmer/evaluation";
import type { Operation, SegmentUse } from "@dimmer/protocol";
import { ConditionEditor } from "../conditions/condition-editor.tsx";
import { type ConditionDraft, conditionOf, draftOf } from "../conditions/condition-tests.ts";
import { peopleQuery } from "../flags/flag-queries.ts";
import { SaveBar } from "../flags/save-bar.tsx";
import { useDraft } from "../flags/use-draft.ts";
import { TextArea } from "../ui/field.tsx";
import { type PastedKeys, readKeys, sayCount, sayEdit, sayReach, writeKeys } from "./say-segment.ts";

export interface SegmentFormProps {
  readonly project: string;
  readonly segment: string;
  readonly environment: { readonly key: string; readonly name: string };
  readonly config: SegmentEnvironment | undefined;
  /** Of the block; 0 where there is none. */
  readonly revision: number;
  readonly uses: readonly SegmentUse[];
  readonly onDone: () => void;
}

interface Draft {
  readonly include: string;
  readonly exclude: string;
  readonly when: ConditionDraft;
}

export function SegmentForm({ project, segment, environment, config, revision, uses, onDone }: SegmentFormProps) {
  const draft = useDraft<Draft>({
    include: writeKeys(config?.include),
    exclude: writeKeys(config?.exclude),
    when: draftOf(config?.when),
  });
  const people = useQuery(peopleQuery(project, environment.key));
  const set = (part: Partial<Draft>) => draft.set({ ...draft.value, ...part });
  const [include, exclude, when] = [readKeys(draft.value.include), readKeys(draft.value.exclude), conditionOf(draft.value.when)];
  const next: SegmentEnvironment = {
    ...(include.keys.length === 0 ? {} : { include: include.keys }),
    ...(exclude.keys.length === 0 ? {} : { exclude: exclude.keys }),
    ...("condition" in when && when.condition !== undefined ? { when: when.condition } : {}),
  };
  const operation: Operation = { kind: "set-segment", segment, environment: environment.key, config: next };
  const edit = sayEdit(config, next);
  const reach = sayReach(uses, environment.key, people.data);
  return (
    <div className="flex flex-col gap-5 rounded-control border border-line bg-surface p-5">
      <div className="grid gap-x-6 gap-y-2 md:grid-cols-2">
        <KeysField label="Always in it" text={draft.value.include} read={include} onChange={(text) => set({ include: text })} />
        <KeysField
          label="Never in it, whatever else holds"
          text={draft.value.exclude}
          read={exclude}
          onChange={(text) => set({ exclude: text })}
        />
      </div>
      <div className="flex flex-col gap-2">
        <h3 className="text-small font-semibold">And everyone where this holds</h3>
        <ConditionEditor
          place={{ project, environment: environment.key }}
          draft={draft.value.when}
          without="No condition: only the list counts."
          onChange={(changed) => set({ when: changed })}
        />
      </div>
      {draft.isTouched ? (
        <SaveBar
          project={project}
          operations={[operation]}
          problem={include.problem ?? exclude.problem ?? ("problem" in when ? when.problem : undefined)}
          suggested={edit}
          expected={{ [`segments/${segment}/environments/${environment.key}`]: revision }}
          isStale={draft.isStale}
          about={
            <>
              <p className="font-semibold">{edit}</p>
              <p className="text-quiet">{reach}</p>
            </>
          }
          onReset={draft.reset}
          onSaved={onDone}
        />
      ) : (
        <p className="text-small text-quiet">{reach}</p>
      )}
    </div>
  );
}

interface KeysFieldProps {
  readonly label: string;
  readonly text: string;
  readonly read: PastedKeys;
  readonly onChange: (text: string) => void;
}

function KeysField({ label, text, read, onChange }: KeysFieldProps) {
  const twice = read.repeated === 0 ? "" : `; ${read.repeated} stood there twice`;
  return (
    <TextArea
      label={label}
      rows={7}
      spellCheck={false}
      value={text}
      onChange={({ target }) => onChange(target.value)}
      className="font-mono text-small"
      placeholder={"user-1\nuser-2"}
      hint={`${sayCount(read.keys.length)}${twice}. Paste targeting keys, one a line or with commas.`}
      problem={read.problem}
    />
  );
}
