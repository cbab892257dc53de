/** What everyone gets whom no rule decides. */

import { useQuery } from "@tanstack/react-query";
import { sayServe } from "@dimmer/evaluation";
import { type FlagBlock, useFlagPlace } from "./flag-place.ts";
import { peopleQuery } from "./flag-queries.ts";
import { peopleAt } from "./people-at.ts";
import { authored, findServeGap } from "./rule-sentences.ts";
import { SaveBar } from "./save-bar.tsx";
import { ServeEditor } from "./serve-editor.tsx";
import { useDraft } from "./use-draft.ts";

export function DefaultEditor({ block, onClose }: { readonly block: FlagBlock; readonly onClose: () => void }) {
  const { project, environment, flag } = useFlagPlace();
  const draft = useDraft(authored(block.config.default));
  const people = useQuery(peopleQuery(project.key, environment.key));
  return (
    <div className="flex flex-col gap-5 pt-2 pb-6">
      <ServeEditor serve={draft.value} isDefault onChange={draft.set} />
      {draft.isTouched && (
        <SaveBar
          project={project.key}
          operations={[{ kind: "set-serve", flag: flag.key, environment: environment.key, rule: "default", serve: draft.value }]}
          problem={findServeGap(draft.value)}
          suggested={`${sayServe(draft.value)} for everyone else`}
          expected={{ [`flags/${flag.key}/environments/${environment.key}`]: block.revision }}
          isStale={draft.isStale}
          people={peopleAt(people.data, flag.key, "default")}
          onReset={draft.reset}
          onSaved={() => {
            draft.reset();
            onClose();
          }}
        />
      )}
    </div>
  );
}
