/** Makes a role out of rights, or edits one: whoever has it may do from then on what it says then. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Right, RoleView } from "@dimmer/protocol";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { useRightsEverywhere } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { CompactSelect, TextField } from "../ui/field.tsx";
import { say } from "../ui/toast.tsx";
import { undoBy } from "../ui/undo.ts";
import { RIGHT_GROUPS, RIGHT_WORDS } from "./say-right.ts";

export interface RoleDialogProps {
  /** Undefined for one that is to come. */
  readonly role: RoleView | undefined;
  /** To begin with the rights of one. */
  readonly roles: readonly RoleView[];
  readonly onClose: () => void;
}

interface RoleDraft {
  readonly name: string;
  readonly description: string;
  readonly rights: readonly Right[];
}

export function RoleDialog({ role, roles, onClose }: RoleDialogProps) {
  const [draft, setDraft] = useState<RoleDraft>(role ?? { name: "", description: "", rights: ["read"] });
  const held = useRightsEverywhere();
  const save = useSave(role, onClose);
  const set = (part: Partial<RoleDraft>) => setDraft({ ...draft, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(draft);
  };
  return (
    <Dialog
      title={role === undefined ? "New role" : `Edit ${role.name}`}
      about={role === undefined ? undefined : "Whoever has it may do from then on what it says then."}
      isOpen
      onClose={onClose}
      isWide
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
          {role === undefined && (
            <TextField
              label="Name"
              value={draft.name}
              required
              autoFocus
              maxLength={64}
              pattern="[a-z][a-z0-9\-]*"
              spellCheck={false}
              autoComplete="off"
              placeholder="night-shift"
              className="font-mono"
              hint="Small letters, digits and hyphens. It stays as it is."
              onChange={({ target }) => set({ name: target.value })}
            />
          )}
          <TextField
            label="Whom it is for"
            value={draft.description}
            autoFocus={role !== undefined}
            maxLength={500}
            placeholder="Whoever is on call at night"
            onChange={({ target }) => set({ description: target.value })}
          />
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <h3 className="mr-auto font-semibold">May</h3>
          <CompactSelect
            label="Begin with the rights of"
            value=""
            onChange={({ target }) => {
              const model = roles.find(({ name }) => name === target.value);
              if (model !== undefined) set({ rights: model.rights.filter((right) => held.has(right)) });
            }}
            choices={[
              { value: "", label: "Begin with the rights of" },
              ...roles.map(({ name }) => ({ value: name, label: name })),
            ]}
          />
        </div>
        <RightChoices rights={draft.rights} held={held} onChange={(rights) => set({ rights })} />
        <div className="sticky -bottom-6 -mx-6 -mb-6 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-raised px-6 py-4">
          <p role="status" className="w-full text-danger empty:hidden">
            {save.isError
              ? messageOf(save.error).about
              : draft.rights.length === 0
                ? "A role has at least one right."
                : draft.rights.includes("read")
                  ? ""
                  : "Without seeing anything, nobody finds what they may do."}
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={save.isPending} disabled={draft.rights.length === 0}>
            {role === undefined ? "Create role" : "Save"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface RightChoicesProps {
  readonly rights: readonly Right[];
  /** Only those can be given or taken away. */
  readonly held: ReadonlySet<string>;
  readonly onChange: (rights: readonly Right[]) => void;
}

function RightChoices({ rights, held, onChange }: RightChoicesProps) {
  const turn = (right: Right, isGiven: boolean) =>
    onChange(isGiven ? [...rights, right] : rights.filter((other) => other !== right));
  return (
    <div className="gap-x-8 sm:columns-2">
      {RIGHT_GROUPS.map((group) => (
        <fieldset key={group.title} className="mb-5 min-w-0 break-inside-avoid">
          <legend className="mb-1 text-small font-semibold">{group.title}</legend>
          {group.rights.map((right) => (
            <label
              key={right}
              title={held.has(right) ? undefined : "You do not hold this right everywhere yourself."}
              className="flex items-start gap-2.5 py-1 has-disabled:opacity-60"
            >
              <input
                type="checkbox"
                checked={rights.includes(right)}
                disabled={!held.has(right)}
                onChange={({ target }) => turn(right, target.checked)}
                className="mt-1 size-4 shrink-0 accent-[var(--light)]"
              />
              {RIGHT_WORDS[right]}
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}

/** Shape: an edit can be undone from the message that says so. */
function useSave(role: RoleView | undefined, onClose: () => void) {
  const queries = useQueryClient();
  const readAnew = () => queries.invalidateQueries({ queryKey: ["people"] });
  const edit = (name: string, { description, rights }: Omit<RoleDraft, "name">) =>
    callServer("PATCH", `/api/v1/roles/${encodeURIComponent(name)}`, { description: description.trim(), rights });
  const undo = async (before: RoleView) => {
    await undoBy(() => edit(before.name, before));
    await readAnew();
  };
  return useMutation({
    mutationFn: (draft: RoleDraft) =>
      role === undefined
        ? callServer("POST", "/api/v1/roles", { ...draft, description: draft.description.trim() })
        : edit(role.name, draft),
    onSuccess: async (_answer, { name }) => {
      await readAnew();
      onClose();
      say(
        role === undefined
          ? { title: `The role ${name} is there`, about: "Give it to somebody under People." }
          : { title: `${role.name} says something else now`, act: { label: "Undo", run: () => void undo(role) } },
      );
    },
  });
}
