/** Copies what one environment does to another: what differs and who moves is shown before anything is saved. */

import { useState } from "react";
import { type FlagEnvironment, variantsOf } from "@dimmer/evaluation";
import type { EnvironmentView, Operation } from "@dimmer/protocol";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField } from "../ui/field.tsx";
import { copiedConfig } from "./copied-config.ts";
import { useFlagPlace } from "./flag-place.ts";
import { Effects } from "./history.tsx";
import { SaveBar } from "./save-bar.tsx";
import { compareSentences, sayBlock } from "./say-block.ts";
import { useForeseen } from "./use-foreseen.ts";

export interface CopyDialogProps {
  readonly target: EnvironmentView;
  readonly onClose: () => void;
}

export function CopyDialog({ target, onClose }: CopyDialogProps) {
  const { project, environment, flag } = useFlagPlace();
  const sources = project.environments.filter(({ key }) => key !== target.key && flag.environments[key] !== undefined);
  const [source, setSource] = useState((sources.find(({ key }) => key === environment.key) ?? sources[0])?.key ?? "");
  const from = flag.environments[source]?.config;
  const block = flag.environments[target.key];
  const operations = from === undefined ? [] : [copyEdit(flag.key, target.key, copiedConfig(from, block?.config))];
  const expected = { [`flags/${flag.key}/environments/${target.key}`]: block?.revision ?? 0 };
  const { result } = useForeseen(project.key, operations, expected);
  const [first = ""] = Object.keys(variantsOf(flag.definition));
  const name = sources.find(({ key }) => key === source)?.name ?? source;
  return (
    <Dialog
      title={block === undefined ? `Set up ${flag.key} in ${target.name}` : `Copy to ${target.name}`}
      about={
        block === undefined
          ? `It does there what it does in ${name}, and is on. ${first} is what the lamp shows.`
          : "Rules, shares, people, fallback and versions are replaced; what is killed or stopped stays so."
      }
      isOpen
      onClose={onClose}
      isWide
    >
      <div className="flex flex-col gap-4">
        <SelectField
          label="From"
          value={source}
          choices={sources.map(({ key, name: label }) => ({ value: key, label }))}
          onChange={({ target: { value } }) => setSource(value)}
        />
        {from !== undefined && <Difference before={block?.config} after={copiedConfig(from, block?.config)} />}
        {result !== undefined && (
          <details>
            <summary className="w-fit text-small text-quiet hover:text-ink">Value by value</summary>
            <div className="mt-2 max-h-80 overflow-y-auto">
              <Effects effects={result.effects} />
            </div>
          </details>
        )}
        <SaveBar
          project={project.key}
          operations={operations}
          suggested={`As in ${name}`}
          expected={expected}
          about={
            block === undefined
              ? "Nobody gets anything there yet."
              : "Nobody changes variant by a share; who matches which rule may change."
          }
          label={block === undefined ? "Set up" : "Copy"}
          resetLabel="Cancel"
          onReset={onClose}
        />
      </div>
    </Dialog>
  );
}

const copyEdit = (flag: string, environment: string, config: FlagEnvironment): Operation => ({
  kind: "configure-environment",
  flag,
  environment,
  config,
});

interface DifferenceProps {
  readonly before: FlagEnvironment | undefined;
  readonly after: FlagEnvironment;
}

function Difference({ before, after }: DifferenceProps) {
  const { gone, added } = compareSentences(before === undefined ? [] : sayBlock(before), sayBlock(after));
  if (gone.length + added.length === 0) return <p className="text-quiet">They do the same already.</p>;
  return (
    <ul aria-label="What changes" className="flex max-h-80 flex-col gap-1 overflow-y-auto">
      {gone.map((sentence) => (
        <li key={sentence} className="flex gap-3 break-words">
          <span aria-label="No more" className="text-danger">
            −
          </span>
          <del className="text-quiet no-underline">{sentence}</del>
        </li>
      ))}
      {added.map((sentence) => (
        <li key={sentence} className="flex gap-3 break-words">
          <span aria-label="From then on" className="text-healthy">
            +
          </span>
          <ins className="no-underline">{sentence}</ins>
        </li>
      ))}
    </ul>
  );
}
