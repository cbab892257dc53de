/** How a metric is reckoned from what apps tell, and which way is good. */

import { type FormEvent, useState } from "react";
import { METRIC_QUANTILES, type MetricDefinition, type MetricDefinitionView } from "@dimmer/protocol";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { type Problems, readDefinition, TYPES } from "./read-definition.ts";

export interface MetricDialogProps {
  /** The one that is edited; a new one without. */
  readonly metric: MetricDefinitionView | undefined;
  readonly taken: readonly string[];
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onDefine: (order: { readonly name: string; readonly definition: MetricDefinition }) => void;
  readonly onClose: () => void;
}

export function MetricDialog({ metric, taken, isBusy, error, onDefine, onClose }: MetricDialogProps) {
  const [type, setType] = useState<string>(metric?.type ?? "rate");
  const [problems, setProblems] = useState<Problems>({});
  const before: Partial<Record<string, string | number>> = { ...metric };
  const textOf = (field: string): string => String(before[field] ?? "");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const read = readDefinition({ name: metric?.name, ...fieldsOf(event.currentTarget), type });
    const isTaken = "name" in read && metric === undefined && taken.includes(read.name);
    const wrong = isTaken ? { name: "There is a metric of that name already." } : "problems" in read ? read.problems : {};
    setProblems(wrong);
    if ("definition" in read && !isTaken) onDefine(read);
  };
  return (
    <Dialog
      title={metric?.name ?? "Define a metric"}
      about="It holds for what was told before, too: metrics are reckoned when they are looked at."
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-2">
        {metric === undefined && (
          <TextField
            label="Name"
            name="name"
            required
            autoFocus
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            placeholder="conversion"
            problem={problems["name"]}
          />
        )}
        <SelectField
          label="What it is"
          value={type}
          choices={TYPES.map(({ value, label }) => ({ value, label }))}
          hint={TYPES.find(({ value }) => value === type)?.about}
          onChange={({ target }) => setType(target.value)}
        />
        <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
          <TextField
            label="Event"
            name="event"
            defaultValue={textOf("event")}
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            hint="As the app tells it; the metric’s name unless given."
            problem={problems["event"]}
          />
          {type === "ratio" && (
            <TextField
              label="Divided by"
              name="per"
              defaultValue={textOf("per")}
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
              hint="Other events; or people, or exposures."
              problem={problems["per"]}
            />
          )}
          {type === "quantile" && (
            <SelectField
              label="Of how many"
              name="quantile"
              defaultValue={textOf("quantile") === "" ? "0.95" : textOf("quantile")}
              choices={METRIC_QUANTILES.map((quantile) => ({ value: String(quantile), label: `${quantile * 100} %` }))}
            />
          )}
          <SelectField
            label="Which way is good"
            name="direction"
            defaultValue={metric?.direction ?? "up"}
            choices={[
              { value: "up", label: "More is better" },
              { value: "down", label: "Less is better" },
            ]}
          />
          <TextField
            label="Unit"
            name="unit"
            defaultValue={textOf("unit")}
            autoComplete="off"
            placeholder="ms"
            problem={problems["unit"]}
          />
          {type !== "rate" && (
            <TextField
              label="Capped at"
              name="cap"
              inputMode="decimal"
              defaultValue={textOf("cap")}
              autoComplete="off"
              hint="What is more counts as this."
              problem={problems["cap"]}
            />
          )}
          <TextField
            label="Counts for, in hours"
            name="windowHours"
            inputMode="numeric"
            defaultValue={textOf("windowHours")}
            autoComplete="off"
            placeholder="24"
            hint="After somebody first met a variant."
            problem={problems["windowHours"]}
          />
        </div>
        <TextField label="What it means" name="description" defaultValue={textOf("description")} maxLength={1_000} />
        {error !== null && (
          <p role="alert" className="break-words text-danger">
            {messageOf(error).about}
          </p>
        )}
        <Button look="primary" type="submit" isBusy={isBusy}>
          {metric === undefined ? "Define metric" : "Save"}
        </Button>
      </form>
    </Dialog>
  );
}
