/** All snippets of a project: how each begins, and when it was last written. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { SnippetView } from "@dimmer/protocol";
import { useMay } from "../session/session.ts";
import { usePlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { Time } from "../ui/time.tsx";
import { NewSnippetDialog } from "./new-snippet-dialog.tsx";
import { beginningOf } from "./say-snippet.ts";
import { snippetsQuery } from "./snippet-queries.ts";

export function SnippetsPage() {
  const { project } = usePlace();
  const snippets = useQuery(snippetsQuery(project.key));
  const [isCreating, setCreating] = useState(false);
  const [asked, setAsked] = useState("");
  const mayEdit = useMay("prompt.edit", project.key, null);
  const create = mayEdit && snippets.isSuccess && (
    <Button look="primary" icon={<Plus size={17} />} onClick={() => setCreating(true)}>
      New snippet
    </Button>
  );
  const all = snippets.data ?? [];
  const found = all.filter(({ name, text }) => `${name} ${text}`.toLowerCase().includes(asked));
  return (
    <Page
      title="Snippets"
      lead="Texts that prompts share. A prompt takes the newest when it is drafted, and keeps it."
      acts={all.length > 0 && create}
    >
      {snippets.isError && <Problem error={snippets.error} onRetry={() => void snippets.refetch()} />}
      {snippets.isPending && <Waiting rows={6} />}
      {snippets.isSuccess && all.length === 0 && (
        <Empty title="No snippet yet" act={create}>
          What several prompts say alike is written once: a tone, rules of safety, what the product is called. A prompt uses it as{" "}
          <code className="font-mono text-small">{"{% snippet 'tone' %}"}</code>. An edit changes nobody’s prompt before it is
          drafted and published anew.
        </Empty>
      )}
      {all.length > 0 && (
        <div className="flex flex-col gap-4">
          <input
            type="search"
            aria-label="Search snippets"
            placeholder="Search ( / )"
            value={asked}
            onChange={({ target }) => setAsked(target.value.toLowerCase())}
            className="h-9 rounded-control border border-line bg-surface px-3 placeholder:text-faint hover:border-line-strong sm:max-w-sm"
          />
          <ul className="border-t border-line">
            {found.map((snippet) => (
              <Row key={snippet.name} project={project.key} snippet={snippet} />
            ))}
          </ul>
          {found.length === 0 && <p className="text-quiet">No snippet says that.</p>}
        </div>
      )}
      {isCreating && <NewSnippetDialog project={project.key} snippets={all} onClose={() => setCreating(false)} />}
    </Page>
  );
}

function Row({
  project,
  snippet: { name, text, version, updatedAt },
}: {
  readonly project: string;
  readonly snippet: SnippetView;
}) {
  return (
    <li className="border-b border-line hover:bg-surface">
      <Link
        to="/projects/$project/snippets/$snippet"
        params={{ project, snippet: name }}
        className="flex flex-wrap items-center gap-x-4 gap-y-1 px-1 py-3"
      >
        <span className="min-w-0 flex-1 basis-64">
          <span className="block truncate font-mono font-semibold">{name}</span>
          <span className="block truncate text-small text-quiet">{beginningOf(text)}</span>
        </span>
        <span className="figures shrink-0 text-small text-quiet">
          Version {version}, <Time at={updatedAt} />
        </span>
      </Link>
    </li>
  );
}
