/** Which values hold a snippet, with which of its versions, and the way to its newest text for all of them. */

import { Link } from "@tanstack/react-router";
import { draftAnew, type ProjectView, type SnippetDetails } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { type ChangeOrder, useChangeBy } from "../flags/use-change.ts";
import { Button } from "../ui/button.tsx";
import { Section } from "../ui/page.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { groupUses, sayUse, tagOf } from "./say-snippet.ts";

export interface SnippetUsesProps {
  readonly project: ProjectView;
  readonly snippet: SnippetDetails;
  readonly mayEdit: boolean;
}

export function SnippetUses({ project, snippet, mayEdit }: SnippetUsesProps) {
  const { name, version, uses } = snippet;
  const update = useChangeBy(project.key, (_order: Pick<ChangeOrder, "done">) => draftAll(project.key, snippet));
  const older = uses.filter(({ snippetVersion }) => snippetVersion < version);
  const nameOf = (key: string) => project.environments.find((one) => one.key === key)?.name ?? key;
  return (
    <Section
      title="Where it is used"
      about="Drafts, newest versions, and what is served."
      acts={
        older.length > 0 && (
          <Button
            isBusy={update.isPending}
            disabled={!mayEdit}
            title={mayEdit ? undefined : "Your role does not let you edit prompts in the whole project."}
            onClick={() => update.mutate({ done: `Drafted with version ${version} of ${name}; nothing is published yet` })}
          >
            Draft all with version {version}
          </Button>
        )
      }
    >
      {uses.length === 0 && (
        <p className="text-quiet">
          Nowhere yet. Write <code className="font-mono text-small break-words">{tagOf(name)}</code> in a prompt, or insert it
          with the list under each text.
        </p>
      )}
      <ul className="flex flex-col">
        {groupUses(uses).map((group) => (
          <li key={`${group[0]?.flag}:${group[0]?.variant}`} className="flex items-start gap-3 border-b border-line py-2">
            <span className="mt-1.5">
              <StatusLight status={group.some(({ snippetVersion }) => snippetVersion < version) ? "warning" : "healthy"} />
            </span>
            <div className="min-w-0">
              <Link
                to="/projects/$project/flags/$flag/variants"
                params={{ project: project.key, flag: group[0]?.flag ?? "" }}
                search={{ variant: group[0]?.variant ?? "" }}
                className="font-semibold break-all underline-offset-4 hover:underline"
              >
                {group[0]?.flag}, {group[0]?.variant}
              </Link>
              <ul className="text-small text-quiet">
                {group.map((use) => (
                  <li key={use.valueVersion ?? "draft"} className="first-letter:uppercase">
                    {sayUse(use, version, nameOf)}
                  </li>
                ))}
              </ul>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

async function draftAll(project: string, snippet: SnippetDetails) {
  const keys = [...new Set(snippet.uses.map(({ flag }) => flag))];
  const flags = await Promise.all(keys.map((key) => management.getFlag(project, key)));
  const { operations, expected } = draftAnew(flags, snippet);
  return await management.submitChange(project, {
    operations: [...operations],
    expected: { ...expected },
    reason: `Version ${snippet.version} of ${snippet.name}`,
  });
}
