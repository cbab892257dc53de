/** Which measures a plan watches, how much worse each may be, and what it does when one is. */

import { X } from "lucide-react";
import { type Guardrail, type GuardrailMetric, MEAN_METRICS, RATE_METRICS, wordsOfGuardrail } from "@dimmer/protocol";
import { IconButton } from "../ui/button.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { ACTION_WORDS, sayTolerance } from "./guardrail-words.ts";

const TOLERANCES = [1, 1.05, 1.1, 1.2, 1.3, 1.5, 2, 3];
const ACTIONS = ["rollback", "pause", "notify"] as const;

export interface GuardrailEditorProps {
  readonly guardrails: readonly Guardrail[];
  /** What the project defined, and what judges score. */
  readonly own: readonly GuardrailMetric[];
  readonly onChange: (guardrails: Guardrail[]) => void;
}

export function GuardrailEditor({ guardrails, own, onChange }: GuardrailEditorProps) {
  const set = (at: number, edit: Partial<Guardrail>) =>
    onChange(guardrails.map((one, index) => (index === at ? { ...one, ...edit } : one)));
  const offered = [...RATE_METRICS, ...MEAN_METRICS, ...own].filter((metric) => guardrails.every((one) => one.metric !== metric));
  return (
    <div className="flex flex-col">
      <ul className="-mt-4 flex flex-col">
        {guardrails.map(({ metric, tolerance, action }, at) => {
          const { title, about } = wordsOfGuardrail(metric);
          return (
            <li key={metric} className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line py-3">
              <div className="min-w-0 flex-1 basis-56">
                <p className="font-semibold break-words">{title}</p>
                <p className="text-small text-quiet">{about}</p>
              </div>
              <CompactSelect
                label={`How many more ${title} are tolerated`}
                value={String(tolerance)}
                onChange={({ target }) => set(at, { tolerance: Number(target.value) })}
                choices={[...new Set([...TOLERANCES, tolerance])]
                  .sort((one, other) => one - other)
                  .map((value) => ({ value: String(value), label: sayTolerance(value) }))}
              />
              <span className="flex items-center gap-2">
                <span className="text-small text-quiet">else it</span>
                <CompactSelect
                  label={`What happens when ${title} get worse`}
                  value={action}
                  onChange={({ target }) => set(at, { action: ACTIONS.find((one) => one === target.value) ?? "rollback" })}
                  choices={ACTIONS.map((value) => ({ value, label: ACTION_WORDS[value] }))}
                />
              </span>
              <IconButton label={`Take ${title} out`} onClick={() => onChange(guardrails.filter((_one, index) => index !== at))}>
                <X size={16} />
              </IconButton>
            </li>
          );
        })}
      </ul>
      {offered.length > 0 && (
        <CompactSelect
          label="Add a guardrail"
          className="mt-4 self-start"
          value=""
          onChange={({ target }) => {
            const metric = offered.find((one) => one === target.value);
            if (metric !== undefined) onChange([...guardrails, { metric, tolerance: 1.1, action: "rollback", weight: 1 }]);
          }}
          choices={[
            { value: "", label: "Add a guardrail" },
            ...offered.map((metric) => ({ value: metric, label: wordsOfGuardrail(metric).title })),
          ]}
        />
      )}
    </div>
  );
}
