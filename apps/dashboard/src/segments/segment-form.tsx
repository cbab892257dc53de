/** Says who is in a segment in one environment: two lists and a condition; the server is asked before anything is saved. */

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Condition, parseCondition, sayCondition, type SegmentEnvironment } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useChange } from "../flags/use-change.ts";
import { Button } from "../ui/button.tsx";
import { TextArea, TextField } from "../ui/field.tsx";
import { useDebounced } from "../ui/use-debounced.ts";
import { readKeys, writeKeys } from "./say-segment.ts";

export interface SegmentFormProps {
  readonly project: string;
  readonly segment: string;
  readonly environment: { readonly key: string; readonly name: string };
  readonly config: SegmentEnvironment | undefined;
  /** Of the block; 0 where there is none. */
  readonly revision: number;
  readonly onDone: () => void;
}

interface Draft {
  readonly include: string;
  readonly exclude: string;
  readonly when: string;
  /** What it was when somebody began. */
  readonly revision: number;
}

/** Milliseconds of quiet until the server is asked. */
const ASK_AFTER_MS = 400;

export function SegmentForm({ project, segment, environment, config, revision, onDone }: SegmentFormProps) {
  // Undefined while untouched: then somebody else's edit shows at once.
  const [draft, setDraft] = useState<Draft>();
  const [reason, setReason] = useState("");
  const change = useChange(project);
  const shown = draft ?? { ...draftOf(config), revision };
  const set = (part: Partial<Draft>) => setDraft({ ...shown, ...part });
  const [include, exclude, when] = [readKeys(shown.include), readKeys(shown.exclude), readWhen(shown.when)];
  const isReadable = include.problem === undefined && exclude.problem === undefined && when.problem === undefined;
  const operation: Operation = {
    kind: "set-segment",
    segment,
    environment: environment.key,
    config: {
      ...(include.keys.length === 0 ? {} : { include: include.keys }),
      ...(exclude.keys.length === 0 ? {} : { exclude: exclude.keys }),
      ...(when.condition === undefined ? {} : { when: when.condition }),
    },
  };
  const asked = useDebounced(JSON.stringify(operation), ASK_AFTER_MS);
  const foreseen = useQuery({
    queryKey: ["project", project, "foreseen", asked],
    queryFn: () => management.submitChange(project, { operations: [JSON.parse(asked) as Operation], dryRun: true }),
    enabled: draft !== undefined && isReadable,
    retry: false,
    gcTime: 0,
  });
  const isStale = draft !== undefined && draft.revision !== revision;
  const save = (event: FormEvent) => {
    event.preventDefault();
    const resource = `segments/${segment}/environments/${environment.key}`;
    change.mutate({ operations: [operation], reason, expected: { [resource]: shown.revision } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={save} className="flex flex-col gap-3 rounded-control border border-line bg-surface p-5">
      {isStale && (
        <p role="alert" className="rounded-control bg-danger-soft px-3 py-2">
          Somebody changed this meanwhile. Yours is not saved; take a fresh look before you go on.
        </p>
      )}
      <div className="grid gap-x-6 gap-y-2 md:grid-cols-2">
        <KeysField label="Always in it" text={shown.include} read={include} onChange={(text) => set({ include: text })} />
        <KeysField
          label="Never in it, whatever else holds"
          text={shown.exclude}
          read={exclude}
          onChange={(text) => set({ exclude: text })}
        />
      </div>
      <TextArea
        label="And everyone where this condition holds"
        rows={4}
        spellCheck={false}
        value={shown.when}
        onChange={({ target }) => set({ when: target.value })}
        className="font-mono text-small"
        placeholder={'{ "plan": ["pro", "enterprise"], "region": "eu" }'}
        hint={when.condition === undefined ? "None: only the list counts." : `Everyone where ${sayCondition(when.condition)}.`}
        problem={when.problem}
      />
      {foreseen.isError && (
        <p role="alert" className="text-danger">
          {messageOf(foreseen.error).about}
        </p>
      )}
      {foreseen.data?.issues.map(({ path, message, mend }) => (
        <p key={path + message} className="text-small text-light-ink">
          {message} {mend}
        </p>
      ))}
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-52 flex-1">
          <TextField label="Why" value={reason} onChange={({ target }) => setReason(target.value)} maxLength={2_000} />
        </div>
        <Button className="mt-6" onClick={isStale ? () => setDraft(undefined) : onDone}>
          {isStale ? "Take a fresh look" : "Cancel"}
        </Button>
        <Button
          className="mt-6"
          look="primary"
          type="submit"
          isBusy={change.isPending}
          disabled={!isReadable || isStale || foreseen.isError}
        >
          Save
        </Button>
      </div>
    </form>
  );
}

interface KeysFieldProps {
  readonly label: string;
  readonly text: string;
  readonly read: ReturnType<typeof readKeys>;
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
      hint={`${read.keys.length.toLocaleString("en")} people${twice}. Paste targeting keys, one a line or with commas.`}
      problem={read.problem}
    />
  );
}

const draftOf = (config: SegmentEnvironment | undefined): Omit<Draft, "revision"> => ({
  include: writeKeys(config?.include),
  exclude: writeKeys(config?.exclude),
  when: config?.when === undefined ? "" : JSON.stringify(config.when, undefined, 2),
});

/** Empty is no condition. */
function readWhen(text: string): { readonly condition?: Condition; readonly problem?: string } {
  if (text.trim() === "") return {};
  try {
    const { value, issues } = parseCondition(JSON.parse(text), { path: "" });
    const bad = issues.find(({ severity }) => severity === "error");
    if (bad !== undefined) return { problem: `${bad.path} ${bad.message}: ${bad.mend}.` };
    return value === undefined ? {} : { condition: value };
  } catch (error) {
    return { problem: `That is not JSON yet: ${(error as Error).message}` };
  }
}
