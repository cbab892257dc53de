/** A new connection, or another name, address, region, budget or credential of one. */

import { type FormEvent, useState } from "react";
import type { ConnectionFormat, ConnectionView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { readDollars } from "./say-connection.ts";
import { type ConnectionPlace, useConnectionAct } from "./use-connection-act.ts";

export interface ConnectionDialogProps {
  readonly place: ConnectionPlace;
  /** The one that is edited; a new one without. */
  readonly connection?: ConnectionView;
  readonly onClose: () => void;
}

/** Providers whose address is known. */
const KNOWN = ["openai", "anthropic"];
const FORMATS = [
  { value: "openai", label: "OpenAI’s chat completions" },
  { value: "anthropic", label: "Anthropic’s messages" },
];

export function ConnectionDialog({ place, connection, onClose }: ConnectionDialogProps) {
  const [provider, setProvider] = useState(connection?.provider ?? "openai");
  const [isBudgetWrong, setBudgetWrong] = useState(false);
  const save = useConnectionAct(place, (fields: Fields) => saveFields(place, connection, fields), onClose);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = fieldsOf(event.currentTarget);
    const isWrong = readDollars(fields["budget"] ?? "") === undefined;
    setBudgetWrong(isWrong);
    if (!isWrong) save.mutate(fields);
  };
  const isOther = !KNOWN.includes(provider);
  const budget = connection === undefined ? "5" : sayBudget(connection.dailyBudgetMicroUsd);
  return (
    <Dialog
      title={connection === undefined ? "New connection" : `Edit ${connection.name}`}
      about="A config is called through the connection of its provider, and of its region where it names one."
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-2">
        {connection === undefined && (
          <TextField
            label="Provider"
            name="provider"
            required
            autoFocus
            list="known-providers"
            spellCheck={false}
            autoComplete="off"
            className="font-mono"
            value={provider}
            onChange={(event) => setProvider(event.target.value)}
            hint="As AI configs name it."
          />
        )}
        <datalist id="known-providers">
          {KNOWN.map((known) => (
            <option key={known} value={known}>
              {known}
            </option>
          ))}
        </datalist>
        <TextField label="Name" name="name" required maxLength={100} defaultValue={connection?.name} placeholder="OpenAI" />
        <TextField
          label="Credential"
          name="secret"
          type="password"
          required={connection === undefined}
          autoComplete="off"
          maxLength={1_024}
          className="font-mono"
          hint={
            connection === undefined
              ? "The API key. Nobody sees it again."
              : "The one that is there stays, unless you give another. Another host takes it again."
          }
        />
        <TextField
          label="Address"
          name="baseUrl"
          type="url"
          required={isOther}
          maxLength={2_048}
          defaultValue={connection?.baseUrl}
          placeholder="https://models.example.com/v1"
          hint={isOther ? "As the provider’s official client takes it." : "The provider’s own unless you give another."}
        />
        {connection === undefined && isOther && (
          <SelectField label="It speaks" name="format" choices={FORMATS} defaultValue="openai" />
        )}
        <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
          <TextField
            label="Region"
            name="region"
            spellCheck={false}
            autoComplete="off"
            className="font-mono"
            defaultValue={connection?.region ?? ""}
            placeholder="eu"
            hint="If configs name one."
          />
          <TextField
            label="Dollars a day"
            name="budget"
            inputMode="decimal"
            autoComplete="off"
            defaultValue={budget}
            hint="Empty for no budget."
            problem={isBudgetWrong ? "That is no amount: write 5 or 0.25." : undefined}
          />
        </div>
        {save.isError && (
          <p role="alert" className="text-danger">
            {messageOf(save.error).about}
          </p>
        )}
        <Button look="primary" type="submit" isBusy={save.isPending} className="mt-1">
          {connection === undefined ? "Create connection" : "Save"}
        </Button>
      </form>
    </Dialog>
  );
}

type Fields = Readonly<Record<string, string | undefined>>;

const sayBudget = (microUsd: number | null): string => (microUsd === null ? "" : String(microUsd / 1e6));

const given = (text: string | undefined): string | undefined => (text?.trim() === "" ? undefined : text?.trim());

async function saveFields(
  { project, environment }: ConnectionPlace,
  connection: ConnectionView | undefined,
  fields: Fields,
): Promise<ConnectionView> {
  const [name = "", secret, baseUrl, region] = ["name", "secret", "baseUrl", "region"].map((field) => given(fields[field]));
  const dailyBudgetMicroUsd = readDollars(fields["budget"] ?? "") ?? null;
  const shared = {
    name,
    dailyBudgetMicroUsd,
    ...(secret === undefined ? {} : { secret }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  };
  if (connection !== undefined)
    return await management.updateConnection(project, environment, connection.id, { ...shared, region: region ?? null });
  const format = given(fields["format"]) as ConnectionFormat | undefined;
  return await management.createConnection(project, environment, {
    ...shared,
    secret: secret ?? "",
    provider: given(fields["provider"]) ?? "",
    ...(region === undefined ? {} : { region }),
    ...(format === undefined ? {} : { format }),
  });
}
