/** Which snippets a value was made with: what was written beside what is served, and the way to their newest texts. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { JsonValue } from "@dimmer/evaluation";
import type { WrittenValue } from "@dimmer/protocol";
import { WrittenBeside } from "../ai-configs/written-beside.tsx";
import { snippetsQuery } from "../snippets/snippet-queries.ts";
import { Button } from "../ui/button.tsx";
import { useFlagPlace } from "./flag-place.ts";
import { useChange } from "./use-change.ts";

export interface SnippetsUsedProps {
  readonly name: string;
  readonly written: WrittenValue;
  /** With the texts of the snippets. */
  readonly value: JsonValue;
  readonly isDraft: boolean;
  /** Why it cannot be drafted. */
  readonly obstacle: string | undefined;
}

export function SnippetsUsed({ name, written, value, isDraft, obstacle }: SnippetsUsedProps) {
  const { project, flag } = useFlagPlace();
  const { data = [] } = useQuery(snippetsQuery(project.key));
  const change = useChange(project.key);
  const [isBeside, setBeside] = useState(false);
  const used = Object.entries(written.snippets).map(([snippet, version]) => {
    const newest = data.find((one) => one.name === snippet)?.version ?? version;
    return { snippet, version, newest };
  });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-small text-quiet">
          Made with the snippets{" "}
          {used.map(({ snippet, version, newest }, at) => (
            <span key={snippet}>
              {at > 0 && ", "}
              <Link
                to="/projects/$project/snippets/$snippet"
                params={{ project: project.key, snippet }}
                className="text-ink underline-offset-4 hover:underline"
              >
                {snippet}
              </Link>{" "}
              {newest > version ? `${version} (${newest} is newest)` : version}
            </span>
          ))}
          .
        </p>
        <span className="flex flex-wrap gap-1">
          <Button look="bare" aria-expanded={isBeside} onClick={() => setBeside(!isBeside)}>
            {isBeside ? "Close" : "Written and served"}
          </Button>
          {used.some(({ version, newest }) => newest > version) && (
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
        </span>
      </div>
      {isBeside && (
        <WrittenBeside written={written.value} value={value} servedAs={isDraft ? "Served once it is published" : "Served"} />
      )}
    </div>
  );
}
