/** The variants of a flag: what each stands for, who may have it, where which version is served; one at a time is open. */

import { Plus } from "lucide-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { variantsOf } from "@dimmer/evaluation";
import type { Samples } from "../ai-configs/sample-values.ts";
import { Button } from "../ui/button.tsx";
import { Section } from "../ui/page.tsx";
import { useFlagPlace, useObstacle } from "./flag-place.ts";
import { InputsSection } from "./inputs-section.tsx";
import { NewVariantDialog } from "./new-variant-dialog.tsx";
import { VariantPanel } from "./variant-panel.tsx";
import { VariantRow } from "./variant-row.tsx";

const route = getRouteApi("/inside/projects/$project/flags/$flag/variants");

export function VariantsTab() {
  const { flag } = useFlagPlace();
  const { variant: open } = route.useSearch();
  const navigate = route.useNavigate();
  const [isAdding, setAdding] = useState(false);
  // Variants of one flag are given the same variables, so what was typed for one fills the next.
  const [samples, setSamples] = useState<Samples>({});
  const obstacle = useObstacle("flag.edit", { isShared: true });
  const show = (variant: string | undefined) =>
    void navigate({ search: variant === undefined ? {} : { variant }, replace: true, resetScroll: false });
  return (
    <>
      <Section
        title="Variants"
        about="The first one is what the lamp shows."
        acts={
          flag.definition.type !== "boolean" && (
            <Button icon={<Plus size={16} />} disabled={obstacle !== undefined} title={obstacle} onClick={() => setAdding(true)}>
              Add variant
            </Button>
          )
        }
      >
        <ul className="flex flex-col">
          {Object.entries(variantsOf(flag.definition)).map(([name, variant]) => (
            <li key={name} className="border-b border-line">
              <VariantRow
                name={name}
                variant={variant}
                isOpen={name === open}
                onToggle={() => show(name === open ? undefined : name)}
              />
              {name === open && (
                <VariantPanel
                  name={name}
                  variant={variant}
                  samples={samples}
                  onSamples={setSamples}
                  onRemoved={() => show(undefined)}
                />
              )}
            </li>
          ))}
        </ul>
        {isAdding && (
          <NewVariantDialog
            onClose={() => setAdding(false)}
            onAdded={(name) => {
              setAdding(false);
              show(name);
            }}
          />
        )}
      </Section>
      {flag.definition.schema === "ai-config" && <InputsSection samples={samples} onSamples={setSamples} />}
    </>
  );
}
