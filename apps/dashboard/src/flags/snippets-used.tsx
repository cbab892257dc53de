/** Which snippets a value was made with, and the way to their newest texts. */

import { useQuery } from "@tanstack/react-query";
import type { WrittenValue } from "@dimmer/protocol";
import { snippetsQuery } from "../ai-configs/snippet-queries.ts";
import { Button } from "../ui/button.tsx";
import { useFlagPlace } from "./flag-place.ts";
import { useChange } from "./use-change.ts";

export interface SnippetsUsedProps {
  readonly name: string;
  readonly written: WrittenValue;
  /** Why it cannot be drafted. */
  readonly obstacle: string | undefined;
}

export function SnippetsUsed({ name, written, obstacle }: SnippetsUsedProps) {
  const { project, flag } = useFlagPlace();
  const { data = [] } = useQuery(snippetsQuery(project.key));
  const change = useChange(project.key);
  const used = Object.entries(written.snippets).map(([snippet, version]) => {
    const newest = data.find((one) => one.name === snippet)?.version ?? version;
    return {
      isOlder: newest > version,
      words: newest > version ? `${snippet} ${version} (${newest} is newest)` : `${snippet} ${version}`,
    };
  });
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      <p className="text-small text-quiet">Made with the snippets {used.map(({ words }) => words).join(", ")}.</p>
      {used.some(({ isOlder }) => isOlder) && (
        <Button
          look="bare"
          isBusy={change.isPending}
          disabled={obstacle !== undefined}
          title={obstacle}
          onClick={() =>
            change.mutate({
              operations: [{ kind: "draft-value", flag: flag.key, variant: name, value: written.value }],
              expected: { [`flags/${flag.key}`]: flag.revision },
              done: `${name} is drafted with the newest texts`,
            })
          }
        >
          Draft with the newest
        </Button>
      )}
    </div>
  );
}
