/** What a model costs the project, from a day on. */

import { type FormEvent, useState } from "react";
import type { ModelPrice } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { say } from "../ui/toast.tsx";
import { readUsd } from "./say-price.ts";
import { usePriceAct } from "./use-price-act.ts";

export interface PriceDialogProps {
  readonly project: string;
  /** Whose price it is, as far as that is known. */
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  /** The one that is edited. */
  readonly price?: ModelPrice | undefined;
  readonly onClose: () => void;
}

const AMOUNTS = [
  { name: "inputUsd", label: "Input", hint: "Dollars for a million tokens.", isNeeded: true },
  { name: "outputUsd", label: "Output", hint: "Dollars for a million tokens.", isNeeded: true },
  { name: "cacheReadUsd", label: "From a cache", hint: "As input unless given.", isNeeded: false },
  { name: "cacheWriteUsd", label: "Into a cache", hint: "As input unless given.", isNeeded: false },
] as const;

export function PriceDialog({ project, provider, model, price, onClose }: PriceDialogProps) {
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const save = usePriceAct(
    project,
    (fields: Fields) => management.setPrice(project, orderOf(fields, price)),
    (fields) => {
      onClose();
      say({
        title: `${fields["model"] ?? price?.model ?? "The model"} has a price`,
        about: "Calls that arrive from now on are priced by it; what was told before stays as it is.",
      });
    },
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = fieldsOf(event.currentTarget);
    const bad = AMOUNTS.filter(({ name, isNeeded }) => {
      const text = fields[name]?.trim() ?? "";
      return text === "" ? isNeeded : readUsd(text) === undefined;
    }).map(({ name }) => name);
    setWrong(bad);
    if (bad.length === 0) save.mutate(fields);
  };
  return (
    <Dialog
      title={price === undefined ? "A price of your own" : `The price of ${price.model}`}
      about="It comes before the table that ships with Dimmer."
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-2">
        {price === undefined && (
          <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
            <TextField
              label="Provider"
              name="provider"
              required
              autoFocus={provider === undefined}
              spellCheck={false}
              autoComplete="off"
              className="font-mono"
              defaultValue={provider}
              placeholder="openai"
              hint="As configs and calls name it."
            />
            <TextField
              label="Model"
              name="model"
              required
              spellCheck={false}
              autoComplete="off"
              className="font-mono"
              defaultValue={model}
              placeholder="gpt-4o-mini"
              hint="Or how names begin: gpt-4o*."
            />
          </div>
        )}
        <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
          {AMOUNTS.map(({ name, label, hint, isNeeded }) => (
            <TextField
              key={name}
              label={label}
              name={name}
              required={isNeeded}
              autoFocus={name === "inputUsd" && provider !== undefined}
              inputMode="decimal"
              autoComplete="off"
              defaultValue={price?.[name]}
              hint={hint}
              problem={wrong.includes(name) ? "That is no amount: write 5 or 0.25." : undefined}
            />
          ))}
        </div>
        {price === undefined && (
          <TextField label="From" name="from" type="date" hint="The first day on which it counts; today unless given." />
        )}
        {save.isError && (
          <p role="alert" className="break-words text-danger">
            {messageOf(save.error).about}
          </p>
        )}
        <Button look="primary" type="submit" isBusy={save.isPending}>
          Save price
        </Button>
      </form>
    </Dialog>
  );
}

type Fields = Readonly<Record<string, string | undefined>>;

function orderOf(fields: Fields, price: ModelPrice | undefined) {
  const amount = (name: string): number | undefined => readUsd(fields[name] ?? "");
  const [cacheReadUsd, cacheWriteUsd] = [amount("cacheReadUsd"), amount("cacheWriteUsd")];
  const from = price?.from ?? fields["from"]?.trim() ?? "";
  return {
    provider: price?.provider ?? fields["provider"]?.trim() ?? "",
    model: price?.model ?? fields["model"]?.trim() ?? "",
    inputUsd: amount("inputUsd") ?? 0,
    outputUsd: amount("outputUsd") ?? 0,
    ...(from === "" ? {} : { from }),
    ...(cacheReadUsd === undefined ? {} : { cacheReadUsd }),
    ...(cacheWriteUsd === undefined ? {} : { cacheWriteUsd }),
  };
}
