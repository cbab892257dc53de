/** The text of a snippet, and its next version while somebody writes it. */

import type { FormEvent } from "react";
import { SNIPPET_LIMITS, type SnippetDetails } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import type { Draft } from "../flags/use-draft.ts";
import { Button } from "../ui/button.tsx";
import { Section } from "../ui/page.tsx";
import { say } from "../ui/toast.tsx";
import { useSnippetAct } from "./use-snippet-act.ts";

export interface SnippetTextProps {
  readonly project: string;
  readonly snippet: SnippetDetails;
  readonly draft: Draft<string>;
  readonly mayEdit: boolean;
}

export function SnippetText({ project, snippet: { name, version }, draft, mayEdit }: SnippetTextProps) {
  const save = useSnippetAct(
    project,
    (text: string) => management.setSnippet(project, name, text),
    (saved) => {
      draft.reset();
      say({ title: `${name} is at version ${saved.version}`, about: "No prompt changes by it before it is drafted anew." });
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(draft.value);
  };
  const isEmpty = draft.value.trim() === "";
  return (
    <Section
      title={`Version ${version}`}
      about={
        mayEdit ? "Edit it here: it becomes the next version." : "Your role does not let you edit prompts in the whole project."
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        <textarea
          aria-label={`Text of ${name}`}
          value={draft.value}
          readOnly={!mayEdit}
          maxLength={SNIPPET_LIMITS.textChars}
          onChange={({ target }) => draft.set(target.value)}
          className="field-sizing-content max-h-[32rem] min-h-24 w-full resize-y rounded-control border border-line bg-surface px-3 py-2.5 hover:border-line-strong"
        />
        {draft.isTouched && (
          <div className="flex flex-wrap items-center gap-2">
            <p role="status" className="min-w-0 flex-1 basis-64 break-words">
              {draft.isStale ? (
                "Somebody wrote another version meanwhile. Yours is not saved; take a fresh look first."
              ) : isEmpty ? (
                <span className="text-danger">A snippet says something.</span>
              ) : save.isError ? (
                <span className="text-danger">{messageOf(save.error).about}</span>
              ) : (
                "No prompt changes by it: each takes it with its next draft."
              )}
            </p>
            <Button
              onClick={() => {
                save.reset();
                draft.reset();
              }}
            >
              {draft.isStale ? "Take a fresh look" : "Put back"}
            </Button>
            <Button look="primary" type="submit" isBusy={save.isPending} disabled={(draft.isStale && !save.isPending) || isEmpty}>
              Save version {version + 1}
            </Button>
          </div>
        )}
      </form>
    </Section>
  );
}
