/** One variant in the list: its colour, what it stands for, its versions, and the stop beside it. */

import { CircleStop, Play } from "lucide-react";
import { sayCondition, type VariantDefinition } from "@dimmer/evaluation";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Tag } from "../ui/tag.tsx";
import { variantColour } from "../ui/variant-colour.ts";
import { useFlagPlace } from "./flag-place.ts";
import { useChange } from "./use-change.ts";
import { sayValue } from "./value-text.ts";

export interface VariantRowProps {
  readonly name: string;
  readonly variant: VariantDefinition;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

export function VariantRow({ name, variant, isOpen, onToggle }: VariantRowProps) {
  const { environment, flag, variants, block } = useFlagPlace();
  const { latest = 1, hasDraft = false } = flag.versions[name] ?? {};
  const published = block?.config.published?.[name] ?? latest;
  const isStopped = block?.config.stopped?.includes(name) === true;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex min-w-0 flex-1 basis-64 items-start gap-3 text-left hover:[&_.name]:underline"
      >
        <span aria-hidden className="mt-1.5 size-3 shrink-0 rounded-full" style={{ background: variantColour(variants, name) }} />
        <span className="flex min-w-0 flex-col">
          <span className="flex flex-wrap items-center gap-2">
            <span className="name font-mono font-semibold break-all underline-offset-4">{name}</span>
            {isStopped && <Tag look="danger">Stopped in {environment.name}</Tag>}
            {hasDraft && <Tag look="light">Draft</Tag>}
            {published !== latest && (
              <Tag>
                Version {published} of {latest} here
              </Tag>
            )}
          </span>
          <span className="line-clamp-2 break-words text-quiet">{variant.description ?? sayValue(variant.value)}</span>
          {variant.only !== undefined && (
            <span className="text-small break-words text-quiet">Only where {sayCondition(variant.only)}</span>
          )}
        </span>
      </button>
      {block !== undefined && !flag.archived && <StopButton name={name} isStopped={isStopped} />}
    </div>
  );
}

function StopButton({ name, isStopped }: { readonly name: string; readonly isStopped: boolean }) {
  const { project, environment, flag } = useFlagPlace();
  const change = useChange(project.key);
  const may = useMay(isStopped ? "flag.restore" : "flag.kill", project.key, environment.key);
  const here = { flag: flag.key, environment: environment.key, variant: name };
  return (
    <Button
      look={isStopped ? "quiet" : "bare"}
      icon={isStopped ? <Play size={16} /> : <CircleStop size={16} />}
      isBusy={change.isPending}
      disabled={!may}
      title={may ? undefined : "Your role does not let you do this here."}
      onClick={() =>
        change.mutate({
          operations: [{ kind: isStopped ? "restore" : "stop", ...here }],
          done: isStopped ? `${name} is back in ${environment.name}` : `${name} is stopped in ${environment.name}`,
        })
      }
    >
      {isStopped ? "Restore" : "Stop"}
    </Button>
  );
}
