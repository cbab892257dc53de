/** What a value must have passed before an environment serves it. */

import type { EvalRequirement } from "@dimmer/protocol";
import { Section } from "../ui/page.tsx";
import { sayRequirement } from "./say-settings.ts";

export interface RequiredEvalsProps {
  readonly environment: string;
  readonly requirements: readonly EvalRequirement[];
}

export function RequiredEvals({ environment, requirements }: RequiredEvalsProps) {
  return (
    <Section title="Evals it requires" about="Kill, stop and every way back wait for none.">
      {requirements.length === 0 ? (
        <p className="text-quiet">
          None. With a list of them in a file,{" "}
          <code className="break-words">dimmer environments update {environment} --require-evals evals.yaml</code> lets values
          wait for a fresh pass.
        </p>
      ) : (
        <ul className="flex flex-col gap-2">
          {requirements.map((requirement) => (
            <li key={JSON.stringify(requirement)} className="break-words">
              {sayRequirement(requirement)}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
