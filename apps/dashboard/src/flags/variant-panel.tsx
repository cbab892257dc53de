/** One variant, open: its value and the draft of the next, its versions, who may have it, and its end. */

import { Trash2 } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import type { VariantDefinition } from "@dimmer/evaluation";
import { Button } from "../ui/button.tsx";
import { useFlagPlace, useObstacle } from "./flag-place.ts";
import { useChange } from "./use-change.ts";
import { versionsQuery } from "./flag-queries.ts";
import { ValueEditor } from "./value-editor.tsx";
import { VariantFacts } from "./variant-facts.tsx";
import { VersionList } from "./version-list.tsx";

export interface VariantPanelProps {
  readonly name: string;
  readonly variant: VariantDefinition;
  readonly onRemoved: () => void;
}

export function VariantPanel({ name, variant, onRemoved }: VariantPanelProps) {
  const { project, flag } = useFlagPlace();
  const versions = useQuery(versionsQuery(project.key, flag.key));
  const own = (versions.data ?? []).filter((version) => version.variant === name);
  return (
    <div className="flex flex-col gap-8 pt-2 pb-8 sm:pl-6">
      <ValueEditor name={name} variant={variant} versions={own} />
      <VersionList name={name} versions={own} error={versions.error} />
      <VariantFacts name={name} variant={variant} />
      {flag.definition.variants !== undefined && <RemoveButton name={name} onRemoved={onRemoved} />}
    </div>
  );
}

function RemoveButton({ name, onRemoved }: { readonly name: string; readonly onRemoved: () => void }) {
  const { project, flag } = useFlagPlace();
  const change = useChange(project.key);
  const obstacle = useObstacle("flag.edit", { isShared: true });
  const remove = () =>
    change.mutate(
      { operations: [{ kind: "remove-variant", flag: flag.key, variant: name }], done: `${name} is gone from ${flag.key}` },
      { onSuccess: onRemoved },
    );
  return (
    <Button
      look="bare"
      className="self-start"
      icon={<Trash2 size={16} />}
      isBusy={change.isPending}
      disabled={obstacle !== undefined}
      title={obstacle ?? "Refused while a rule, a split or the fallback still names it."}
      onClick={remove}
    >
      Remove variant
    </Button>
  );
}
