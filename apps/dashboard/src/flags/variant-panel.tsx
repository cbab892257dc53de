/** One variant, open: its value and the draft of the next, its versions, who may have it, and its end. */

import { Trash2 } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { VariantDefinition } from "@dimmer/evaluation";
import type { Samples } from "../ai-configs/sample-values.ts";
import { nameOf } from "../playground/chosen-variants.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { useFlagPlace, useObstacle } from "./flag-place.ts";
import { versionsQuery } from "./flag-queries.ts";
import { SaveBar } from "./save-bar.tsx";
import { ValueEditor } from "./value-editor.tsx";
import { VariantFacts } from "./variant-facts.tsx";
import { VersionList } from "./version-list.tsx";

export interface VariantPanelProps {
  readonly name: string;
  readonly variant: VariantDefinition;
  readonly samples: Samples;
  readonly onSamples: (samples: Samples) => void;
  readonly onRemoved: () => void;
}

export function VariantPanel({ name, variant, samples, onSamples, onRemoved }: VariantPanelProps) {
  const { project, flag } = useFlagPlace();
  const versions = useQuery(versionsQuery(project.key, flag.key));
  const own = (versions.data ?? []).filter((version) => version.variant === name);
  return (
    <div className="flex flex-col gap-8 pt-2 pb-8 sm:pl-6">
      <ValueEditor name={name} variant={variant} versions={own} samples={samples} onSamples={onSamples} />
      <VersionList name={name} versions={own} error={versions.error} />
      {flag.definition.type === "object" && (
        <ButtonLink
          to="/projects/$project/evals"
          params={{ project: project.key }}
          search={{ flag: flag.key, run: nameOf({ variant: name, isDraft: flag.versions[name]?.hasDraft === true }) }}
          className="self-start"
        >
          Run a suite on it
        </ButtonLink>
      )}
      <VariantFacts name={name} variant={variant} />
      {flag.definition.variants !== undefined && <RemoveVariant name={name} onRemoved={onRemoved} />}
    </div>
  );
}

/** Says first what the server says of it: refused while something still names it. */
function RemoveVariant({ name, onRemoved }: { readonly name: string; readonly onRemoved: () => void }) {
  const { project, flag } = useFlagPlace();
  const [asks, setAsks] = useState(false);
  const obstacle = useObstacle("flag.edit", { isShared: true });
  if (asks) {
    return (
      <SaveBar
        project={project.key}
        operations={[{ kind: "remove-variant", flag: flag.key, variant: name }]}
        suggested={`Removes ${name}`}
        expected={{ [`flags/${flag.key}`]: flag.revision }}
        about="Nobody gets it now, so nobody changes variant."
        label={`Remove ${name}`}
        resetLabel="Keep it"
        onReset={() => setAsks(false)}
        onSaved={onRemoved}
      />
    );
  }
  return (
    <Button
      look="bare"
      className="self-start"
      icon={<Trash2 size={16} />}
      disabled={obstacle !== undefined}
      title={obstacle}
      onClick={() => setAsks(true)}
    >
      Remove variant
    </Button>
  );
}
