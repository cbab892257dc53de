/** What may be spent in dollars, what was, and what is served then. */

import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { sayFallback } from "@dimmer/evaluation";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { BlockSection } from "./block-section.tsx";
import { budgetsQuery } from "./budget-queries.ts";
import { readDollars, WRONG_DOLLARS } from "./budgets.ts";
import { type FlagBlock, useFlagPlace } from "./flag-place.ts";
import { NEW_SPEND, readSpend, sayBudget, sayStatus, type TypedSpend, typedSpend } from "./spend.ts";

export function SpendSection({ block }: { readonly block: FlagBlock }) {
  const { environment, flag } = useFlagPlace();
  const saved = block.config.spend ?? {};
  return (
    <BlockSection<readonly TypedSpend[]>
      title="Budgets in dollars"
      about={`Of all instances together, in days and months of UTC. A variant that is spent goes on to the fallback: ${sayFallback({ fallback: block.config.fallback })}.`}
      block={block}
      saved={typedSpend(saved)}
      right="budget.edit"
      words={<SpendWords block={block} />}
      editOf={(typed) => {
        const read = readSpend(typed, saved, { flag: flag.key, environment: environment.key });
        return {
          operation: "operations" in read ? read.operations : [],
          suggested: "Budgets in dollars",
          problem: "problem" in read ? read.problem : undefined,
        };
      }}
    >
      {(typed, set) => (
        <div className="flex flex-col gap-6">
          {typed.map((one, at) => (
            <SpendFields
              // A name is being typed, so that the place is what stays.
              key={at}
              typed={one}
              onChange={(next) => set(typed.map((other, place) => (place === at ? next : other)))}
              onRemove={() => set(typed.filter((_one, other) => other !== at))}
            />
          ))}
          <Button className="self-start" icon={<Plus size={17} />} onClick={() => set([...typed, NEW_SPEND])}>
            Add a budget
          </Button>
        </div>
      )}
    </BlockSection>
  );
}

function SpendWords({ block }: { readonly block: FlagBlock }) {
  const { project, environment, flag } = useFlagPlace();
  const budgets = Object.entries(block.config.spend ?? {});
  const status = useQuery({ ...budgetsQuery(project.key, environment.key, flag.key), enabled: budgets.length > 0 });
  if (budgets.length === 0) return <p className="text-quiet">It may cost whatever it costs.</p>;
  return (
    <ul className="flex flex-col gap-2">
      {budgets.map(([name, budget]) => {
        const view = status.data?.find((one) => one.budget === name);
        return (
          <li key={name} className="break-words">
            {sayBudget(name, budget)}.{view !== undefined && <span className="block text-quiet">{sayStatus(view)}.</span>}
          </li>
        );
      })}
    </ul>
  );
}

interface SpendFieldsProps {
  readonly typed: TypedSpend;
  readonly onChange: (typed: TypedSpend) => void;
  readonly onRemove: () => void;
}

const PERIODS = [
  { value: "month", label: "A month" },
  { value: "day", label: "A day" },
];

function SpendFields({ typed, onChange, onRemove }: SpendFieldsProps) {
  const { variants } = useFlagPlace();
  const choices = variants.map((name) => ({ value: name, label: name }));
  const text = (name: "name" | "dollars" | "attribute" | "value") => ({
    autoComplete: "off",
    value: typed[name],
    onChange: ({ target }: { readonly target: { readonly value: string } }) => onChange({ ...typed, [name]: target.value }),
  });
  return (
    <fieldset className="grid gap-x-4 sm:grid-cols-2">
      <legend className="sr-only">{typed.name === "" ? "New budget" : `Budget ${typed.name}`}</legend>
      <TextField label="Name" {...text("name")} hint="Such as monthly." />
      <TextField
        label="Dollars"
        inputMode="decimal"
        {...text("dollars")}
        problem={typed.dollars !== "" && readDollars(typed.dollars) === undefined ? WRONG_DOLLARS : undefined}
      />
      <SelectField
        label="Period"
        value={typed.period}
        choices={PERIODS}
        onChange={({ target }) => onChange({ ...typed, period: target.value === "day" ? "day" : "month" })}
      />
      <SelectField
        label="Variant"
        value={typed.variant}
        choices={[{ value: "", label: "All of them" }, ...choices]}
        disabled={typed.attribute !== ""}
        onChange={({ target }) => onChange({ ...typed, variant: target.value, ...(target.value === "" ? {} : { cheaper: "" }) })}
      />
      <TextField
        label="By attribute"
        {...text("attribute")}
        disabled={typed.variant !== ""}
        hint="Such as plan; empty for everybody."
      />
      <TextField label="Its value" {...text("value")} disabled={typed.variant !== ""} hint="Empty for each value by itself." />
      <SelectField
        label="Then serve"
        value={typed.cheaper}
        choices={[{ value: "", label: "The fallback" }, ...choices]}
        disabled={typed.variant !== ""}
        hint="At 120 % it is off, too."
        onChange={({ target }) => onChange({ ...typed, cheaper: target.value })}
      />
      <Button className="self-center justify-self-start" icon={<Trash2 size={17} />} onClick={onRemove}>
        Remove {typed.name === "" ? "this budget" : typed.name}
      </Button>
    </fieldset>
  );
}
