/** What the app gives the prompts of a flag: each variable's name, whether it may be left out, and a sample that fills the preview. */

import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { listOf } from "@dimmer/evaluation";
import type { Samples } from "../ai-configs/sample-values.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { Section } from "../ui/page.tsx";
import { EditToggle } from "./edit-toggle.tsx";
import { useFlagPlace, useObstacle } from "./flag-place.ts";
import { checkInput, type InputRow, inputsOf, rowsOf, sayInputs, undeclared } from "./inputs.ts";
import { SaveBar } from "./save-bar.tsx";
import { useDraft } from "./use-draft.ts";

export interface InputsSectionProps {
  readonly samples: Samples;
  readonly onSamples: (samples: Samples) => void;
}

/** Undefined while nobody has declared any: then whatever a prompt asks for is taken. */
type Declared = readonly InputRow[] | null;

export function InputsSection({ samples, onSamples }: InputsSectionProps) {
  const { project, flag } = useFlagPlace();
  const obstacle = useObstacle("flag.edit", { isShared: true });
  const [isOpen, setOpen] = useState(false);
  const { inputs } = flag.definition;
  const draft = useDraft<Declared>(inputs === undefined ? null : rowsOf(inputs));
  const rows = draft.value ?? [];
  const asked = useAsked();
  const missing = undeclared(rows, asked);
  const problem = rows.map((_row, at) => checkInput(rows, at)).find((wrong) => wrong !== undefined);
  const close = () => {
    draft.reset();
    setOpen(false);
  };
  const declare = () => {
    draft.set([...rows, ...missing.map((name) => ({ name, isOptional: false }))]);
    setOpen(true);
  };
  return (
    <Section
      title="What prompts are given"
      about="A prompt that asks for another name is refused when it is saved."
      acts={<EditToggle isOpen={isOpen} obstacle={obstacle} onOpen={() => setOpen(true)} onClose={close} />}
    >
      {!isOpen && (
        <p className={inputs === undefined ? "text-quiet" : "break-words"}>
          {inputs === undefined
            ? "Nothing is declared: a misspelt name is found when somebody asks for it, and not before."
            : sayInputs(rowsOf(inputs))}
        </p>
      )}
      {missing.length > 0 && (
        <div className="flex flex-wrap items-center gap-2">
          <p className="min-w-0 break-words text-light-ink">
            The prompts ask for {listOf(missing, "and")}, which {missing.length === 1 ? "is" : "are"} not declared.
          </p>
          <Button disabled={obstacle !== undefined} title={obstacle} onClick={declare}>
            Declare {missing.length === 1 ? "it" : "them"}
          </Button>
        </div>
      )}
      {isOpen && <Rows rows={rows} samples={samples} onSamples={onSamples} onChange={draft.set} />}
      {isOpen && draft.isTouched && (
        <SaveBar
          project={project.key}
          operations={[{ kind: "update-flag", flag: flag.key, fields: { inputs: draft.value && [...inputsOf(draft.value)] } }]}
          problem={problem}
          suggested={draft.value === null ? "Prompts may ask for anything" : sayInputs(draft.value)}
          expected={{ [`flags/${flag.key}`]: flag.revision }}
          isStale={draft.isStale}
          about="Nobody changes variant."
          onReset={draft.reset}
          onSaved={close}
        />
      )}
    </Section>
  );
}

interface RowsProps extends InputsSectionProps {
  readonly rows: readonly InputRow[];
  readonly onChange: (rows: Declared) => void;
}

function Rows({ rows, samples, onSamples, onChange }: RowsProps) {
  const put = (at: number, row: InputRow) => onChange(rows.map((one, place) => (place === at ? row : one)));
  return (
    <div className="flex flex-col gap-3">
      <ul className="flex flex-col gap-2">
        {rows.map((row, at) => (
          // A row has no name that stays while one types it.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={at} className="flex flex-wrap items-center gap-2 border-b border-line pb-2 sm:flex-nowrap">
            <Line
              label={`Name of input ${at + 1}`}
              isMono
              text={row.name}
              placeholder="audience"
              onChange={(name) => put(at, { ...row, name })}
            />
            <CompactSelect
              label={`Whether the app always gives input ${at + 1}`}
              value={row.isOptional ? "maybe" : "always"}
              choices={[
                { value: "always", label: "always given" },
                { value: "maybe", label: "may be left out" },
              ]}
              onChange={({ target }) => put(at, { ...row, isOptional: target.value === "maybe" })}
            />
            <Line
              label={`Sample of input ${at + 1}`}
              text={samples[row.name] ?? ""}
              placeholder="A sample for the preview"
              onChange={(typed) => onSamples(withSample(samples, row.name, typed))}
            />
            <IconButton label={`Remove input ${at + 1}`} onClick={() => onChange(rows.filter((_one, place) => place !== at))}>
              <X size={16} />
            </IconButton>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button look="bare" icon={<Plus size={16} />} onClick={() => onChange([...rows, { name: "", isOptional: false }])}>
          Another input
        </Button>
        <Button look="bare" onClick={() => onChange(null)}>
          Declare nothing
        </Button>
      </div>
      <p className="text-small text-quiet">Samples are kept nowhere: they fill the preview of each prompt while you are here.</p>
    </div>
  );
}

/** An empty one is the stand-in again. */
function withSample(samples: Samples, name: string, typed: string): Samples {
  const { [name]: _before, ...others } = samples;
  return typed === "" ? others : { ...others, [name]: typed };
}

interface LineProps {
  readonly label: string;
  readonly text: string;
  readonly placeholder: string;
  readonly isMono?: boolean;
  readonly onChange: (text: string) => void;
}

function Line({ label, text, placeholder, isMono = false, onChange }: LineProps) {
  return (
    <input
      aria-label={label}
      value={text}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      onChange={({ target }) => onChange(target.value)}
      className={`h-9 min-w-0 flex-1 basis-40 rounded-control border border-line bg-surface px-3 placeholder:font-sans placeholder:text-faint hover:border-line-strong ${isMono ? "font-mono text-small" : ""}`}
    />
  );
}

const NO_NAMES: readonly string[] = [];

/** Of what is served and drafted of all variants. */
function useAsked(): readonly string[] {
  const { flag } = useFlagPlace();
  const values = Object.entries(flag.definition.variants ?? {}).flatMap(([name, { value }]) => {
    const { hasDraft = false, draft = null } = flag.versions[name] ?? {};
    return hasDraft ? [value, draft] : [value];
  });
  const { data = NO_NAMES } = useQuery({
    queryKey: ["asked-inputs", values],
    queryFn: async () => (await import("../ai-configs/asked-inputs.ts")).askedInputs(values),
    staleTime: Infinity,
  });
  return data;
}
