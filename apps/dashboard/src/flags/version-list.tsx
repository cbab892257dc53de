/** The versions of a variant's value, newest first, and the way back to each. */

import { useState } from "react";
import type { ValueVersionView } from "@dimmer/protocol";
import { Button } from "../ui/button.tsx";
import { Problem } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { useFlagPlace } from "./flag-place.ts";
import { PublishPanel } from "./publish-panel.tsx";

export interface VersionListProps {
  readonly name: string;
  readonly versions: readonly ValueVersionView[];
  readonly error: unknown;
}

export function VersionList({ name, versions, error }: VersionListProps) {
  const { project, environment } = useFlagPlace();
  const [open, setOpen] = useState<number>();
  if (error !== null) return <Problem error={error} />;
  const nameOf = (key: string) => project.environments.find((one) => one.key === key)?.name ?? key;
  return (
    <div className="flex flex-col">
      <h4 className="text-small font-semibold">Versions</h4>
      <ul>
        {[...versions]
          .sort((one, other) => other.number - one.number)
          .map((version) => (
            <li key={version.number} className="flex flex-col gap-3 border-b border-line py-2 last:border-b-0">
              <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
                <span className="figures font-semibold">{version.number}</span>
                <span className="text-quiet">
                  <Time at={version.createdAt} />
                </span>
                <SnippetNumbers snippets={version.written?.snippets} />
                <span className="flex flex-1 flex-wrap gap-2">
                  {version.publishedIn.map((key) => (
                    <Tag key={key}>{nameOf(key)}</Tag>
                  ))}
                </span>
                {!version.publishedIn.includes(environment.key) && (
                  <Button
                    look="bare"
                    aria-expanded={open === version.number}
                    onClick={() => setOpen(open === version.number ? undefined : version.number)}
                  >
                    {open === version.number ? "Close" : "Compare and publish"}
                  </Button>
                )}
              </div>
              {open === version.number && (
                <PublishPanel name={name} value={version.value} versions={versions} version={version.number} />
              )}
            </li>
          ))}
      </ul>
    </div>
  );
}

function SnippetNumbers({ snippets = {} }: { readonly snippets: Readonly<Record<string, number>> | undefined }) {
  const used = Object.entries(snippets).map(([name, version]) => `${name} ${version}`);
  return used.length === 0 ? null : <span className="text-small text-quiet">with {used.join(", ")}</span>;
}
