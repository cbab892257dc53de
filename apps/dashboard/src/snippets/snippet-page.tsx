/** One snippet: its text, where it is used and with which version, and how it came to be. */

import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { ProjectView, SnippetDetails } from "@dimmer/protocol";
import { useDraft } from "../flags/use-draft.ts";
import { useMay } from "../session/session.ts";
import { usePlace } from "../shell/projects-query.ts";
import { Copyable } from "../ui/copyable.tsx";
import { Page, Problem, Waiting } from "../ui/page.tsx";
import { RemoveSnippet } from "./remove-snippet.tsx";
import { tagOf } from "./say-snippet.ts";
import { snippetQuery } from "./snippet-queries.ts";
import { SnippetText } from "./snippet-text.tsx";
import { SnippetUses } from "./snippet-uses.tsx";
import { SnippetVersionList } from "./snippet-version-list.tsx";

export function SnippetPage() {
  const { project } = usePlace();
  const { snippet: name } = useParams({ from: "/inside/projects/$project/snippets/$snippet" });
  const snippet = useQuery(snippetQuery(project.key, name));
  if (snippet.data === undefined || snippet.isError) {
    return (
      <Page title={name}>
        {snippet.isError ? <Problem error={snippet.error} onRetry={() => void snippet.refetch()} /> : <Waiting rows={6} />}
      </Page>
    );
  }
  return <Loaded key={name} project={project} snippet={snippet.data} />;
}

function Loaded({ project, snippet }: { readonly project: ProjectView; readonly snippet: SnippetDetails }) {
  const mayEdit = useMay("prompt.edit", project.key, null);
  const draft = useDraft(snippet.text);
  const [open, setOpen] = useState<number>();
  return (
    <Page
      title={snippet.name}
      lead="A text that prompts share."
      acts={mayEdit && <RemoveSnippet project={project.key} snippet={snippet} />}
    >
      <div className="max-w-xl">
        <Copyable text={tagOf(snippet.name)} what="the tag that a prompt takes it by" />
      </div>
      <SnippetText project={project.key} snippet={snippet} draft={draft} mayEdit={mayEdit} />
      <SnippetUses project={project} snippet={snippet} mayEdit={mayEdit} />
      <SnippetVersionList
        snippet={snippet}
        open={open}
        onOpen={setOpen}
        onTake={mayEdit ? (text) => draft.set(text) : undefined}
      />
    </Page>
  );
}
