/** A new flag in half a minute: its kind, its name, whose it is, and until when. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { checkFlagKey } from "@dimmer/evaluation";
import { ProblemError, type ProjectView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { say } from "../ui/toast.tsx";
import { useToday } from "../ui/use-now.ts";
import { monthsAfter } from "./flag-facts.ts";
import { FLAG_KINDS, newFlag } from "./new-flag.ts";

export interface NewFlagDialogProps {
  readonly project: ProjectView;
  readonly onClose: () => void;
}

export function NewFlagDialog({ project, onClose }: NewFlagDialogProps) {
  const [kind, setKind] = useState<string>(FLAG_KINDS[0].id);
  const [keyProblem, setKeyProblem] = useState<string>();
  const [isPermanent, setPermanent] = useState(false);
  const today = useToday();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: (fields: Readonly<Record<string, string | undefined>>) => {
      const { key, definition } = newFlag(kind, fields, project.environments, isPermanent);
      return management.submitChange(project.key, { operations: [{ kind: "create-flag", flag: key, definition }] });
    },
    onSuccess: async ({ status }, { key = "" }) => {
      onClose();
      if (status === "pending") {
        say({ title: `${key} waits for review`, about: "Somebody else has to approve it, under Reviews." });
        await queries.invalidateQueries({ queryKey: ["project", project.key] });
        return;
      }
      say({
        title: `${key} is there`,
        about: "Everybody still gets what they got. Put it into your code, then turn it up.",
        act: {
          label: "Connect your code",
          run: () => void navigate({ to: "/projects/$project/connect", params: { project: project.key }, search: { flag: key } }),
        },
      });
      await queries.invalidateQueries({ queryKey: ["project", project.key] });
      await navigate({ to: "/projects/$project/flags/$flag", params: { project: project.key, flag: key } });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = fieldsOf(event.currentTarget);
    const issue = checkFlagKey(fields["key"] ?? "");
    setKeyProblem(issue === undefined ? undefined : `${issue.message} ${issue.mend ?? ""}`);
    if (issue === undefined) create.mutate(fields);
  };
  const isTaken = create.error instanceof ProblemError && create.error.code === "already-exists";
  return (
    <Dialog
      title="New flag"
      about="It starts dark: nobody gets what is new until you turn it up."
      isOpen
      onClose={onClose}
      isWide
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <fieldset className="grid gap-2 sm:grid-cols-3">
          <legend className="mb-1 text-small font-semibold">What does it decide?</legend>
          {FLAG_KINDS.map(({ id, label, about }) => (
            <label
              key={id}
              className={classNames(
                "flex cursor-pointer flex-col rounded-control border p-3 transition-colors duration-150",
                kind === id ? "border-light bg-light-soft" : "border-line hover:border-line-strong",
              )}
            >
              <span className="flex items-center gap-2 font-semibold">
                <input
                  type="radio"
                  name="kind"
                  value={id}
                  checked={kind === id}
                  onChange={() => setKind(id)}
                  className="accent-[var(--light)]"
                />
                {label}
              </span>
              <span className="text-small text-quiet">{about}</span>
            </label>
          ))}
        </fieldset>
        <div className="grid gap-x-4 sm:grid-cols-2">
          <TextField
            label="Key"
            name="key"
            required
            autoFocus
            spellCheck={false}
            autoComplete="off"
            placeholder="summarizer"
            className="font-mono"
            hint="How your code asks for it; it stays as it is."
            problem={keyProblem ?? (isTaken ? "There is a flag with this key already." : undefined)}
          />
          <TextField label="Owner" name="owner" required placeholder="search-team" hint="The team that answers for it." />
        </div>
        <TextField label="What for" name="description" placeholder="Which model writes summaries" maxLength={2_000} />
        {kind !== "switch" && (
          <div className="grid gap-x-4 sm:grid-cols-2">
            <TextField
              label="The new one"
              name="first"
              required
              defaultValue={kind === "ai-config" ? "opus" : "new"}
              className="font-mono"
              hint="The variant that you turn up."
            />
            <TextField
              label="What people get today"
              name="second"
              required
              defaultValue={kind === "ai-config" ? "sonnet" : "current"}
              className="font-mono"
              hint="The variant that everybody keeps."
            />
          </div>
        )}
        <div className="grid gap-x-4 sm:grid-cols-2">
          <TextField
            label="To be removed by"
            name="removeBy"
            type="date"
            required={!isPermanent}
            disabled={isPermanent}
            defaultValue={monthsAfter(today, 3)}
            hint="Flags are scaffolding; you are told when it is due."
          />
          <label className="flex items-center gap-3 sm:mt-6 sm:h-9">
            <input
              type="checkbox"
              checked={isPermanent}
              onChange={({ target }) => setPermanent(target.checked)}
              className="size-4 accent-[var(--light)]"
            />
            It stays for good
          </label>
        </div>
        {create.error !== null && !isTaken && (
          <p role="alert" className="text-danger">
            {messageOf(create.error).about}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={create.isPending}>
            Create flag
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
