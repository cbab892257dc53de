/** Which model answers: its provider, its name, and where it runs. */

import { useId } from "react";
import type { JsonValue } from "@dimmer/evaluation";
import { useQuery } from "@tanstack/react-query";
import { modelUsesQuery } from "../models/model-queries.ts";
import { knownModelsQuery, pricesQuery } from "../prices/price-queries.ts";
import { sayKnown } from "../prices/say-price.ts";
import { useDebounced } from "../ui/use-debounced.ts";
import { type JsonObject, withField } from "../ui/json-object.ts";
import { useConfigForm, useSaid } from "./config-form.ts";
import { type Offered, offerModels } from "./known-models.ts";
import { SaidWords } from "./said-words.tsx";

export interface ModelSectionProps {
  readonly project: string;
  readonly value: JsonObject;
  readonly onChange: (value: JsonObject) => void;
}

export function ModelSection({ project, value, onChange }: ModelSectionProps) {
  const { data: uses = [] } = useQuery(modelUsesQuery(project));
  const { provider, model } = value;
  const asked = useDebounced(typeof provider === "string" ? provider : "", ASK_AFTER_MS);
  const { data: table } = useQuery(knownModelsQuery(project, asked));
  const { data: prices } = useQuery(pricesQuery(project));
  const { providers, models } = offerModels(uses, table, provider);
  const known = asked === provider ? table?.items.find((one) => one.model === model) : undefined;
  const set = (name: string) => (text: string) =>
    onChange(withField(value, name, text === "" && name === "region" ? undefined : text));
  return (
    <section className="flex flex-col gap-3">
      <h4 className="font-semibold">Model</h4>
      <div className="grid gap-x-4 gap-y-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_minmax(0,2fr)]">
        <Line label="Provider" place="/provider" value={value["provider"]} offered={providers} onChange={set("provider")} />
        <Line label="Model" place="/model" value={value["model"]} offered={models} onChange={set("model")} />
        <Line label="Region" place="/region" value={value["region"]} offered={[]} placeholder="Any" onChange={set("region")} />
      </div>
      {sayKnown(known, prices?.outputLimitUsd ?? null).map((sentence) => (
        <p key={sentence} className="figures text-small text-quiet">
          {sentence}
        </p>
      ))}
      <SaidWords place="/model" />
      <SaidWords place="/provider" />
      <SaidWords place="/region" />
    </section>
  );
}

/** Milliseconds after the last letter of a provider until its models are asked for. */
const ASK_AFTER_MS = 300;

interface LineProps {
  readonly label: string;
  readonly place: string;
  readonly value: JsonValue | undefined;
  readonly offered: readonly Offered[];
  readonly placeholder?: string;
  readonly onChange: (text: string) => void;
}

function Line({ label, place, value, offered, placeholder, onChange }: LineProps) {
  const { isReadOnly } = useConfigForm();
  const isWrong = useSaid(place).problem !== undefined;
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-small">
        {label}
      </label>
      <input
        id={id}
        list={offered.length === 0 ? undefined : `${id}-list`}
        value={typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value)}
        readOnly={isReadOnly}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={isWrong || undefined}
        onChange={({ target }) => onChange(target.value)}
        className="h-9 w-full min-w-0 rounded-control border border-line bg-surface px-3 font-mono text-small transition-colors duration-150 placeholder:font-sans placeholder:text-faint hover:border-line-strong aria-invalid:border-danger"
      />
      {offered.length > 0 && (
        <datalist id={`${id}-list`}>
          {offered.map(({ name, about }) => (
            <option key={name} value={name}>
              {about === "" ? name : `${name}: ${about}`}
            </option>
          ))}
        </datalist>
      )}
    </div>
  );
}
