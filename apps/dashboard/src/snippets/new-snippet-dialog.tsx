/** Writes the first version of a snippet. */

import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { SNIPPET_LIMITS, type SnippetView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextArea, TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { checkName } from "./say-snippet.ts";
import { useSnippetAct } from "./use-snippet-act.ts";

export interface NewSnippetDialogProps {
  readonly project: string;
  readonly snippets: readonly SnippetView[];
  readonly onClose: () => void;
}

export function NewSnippetDialog({ project, snippets, onClose }: NewSnippetDialogProps) {
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string>();
  const create = useSnippetAct(
    project,
    ({ name, text }: { name: string; text: string }) => management.setSnippet(project, name, text),
    ({ name }) =>
      void navigate({ to: "/projects/$project/snippets/$snippet", params: { project, snippet: name }, resetScroll: true }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { name = "", text = "" } = fieldsOf(event.currentTarget);
    // Writing one that is there would be its next version.
    const taken = snippets.some((one) => one.name === name) ? "There is a snippet with that name already." : undefined;
    const wrong = checkName(name) ?? taken;
    setProblem(wrong);
    if (wrong === undefined) create.mutate({ name, text });
  };
  return (
    <Dialog title="New snippet" about="A text that prompts share. They use it by its name." isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-2">
        <TextField
          label="Name"
          name="name"
          required
          autoFocus
          spellCheck={false}
          autoComplete="off"
          placeholder="tone"
          className="font-mono"
          hint="As prompts name it; it stays as it is."
          problem={problem}
        />
        <TextArea
          label="Text"
          name="text"
          required
          rows={6}
          maxLength={SNIPPET_LIMITS.textChars}
          className="max-h-80 [field-sizing:content]"
          placeholder="Be brief and kind. Never promise a refund."
          hint="It may ask for the variables of the prompts that use it: {{ text }}."
        />
        {create.isError && (
          <p role="alert" className="break-words text-danger">
            {messageOf(create.error).about}
          </p>
        )}
        <Button look="primary" type="submit" isBusy={create.isPending}>
          Create snippet
        </Button>
      </form>
    </Dialog>
  );
}
