/** A role of one's own: what it allows, who has it, and its end. */

import { useMutation, useQueries, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { listOf } from "@dimmer/evaluation";
import type { KeyView, RoleView } from "@dimmer/protocol";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { keysQuery } from "../environments/environment-queries.ts";
import { useRightsEverywhere } from "../session/session.ts";
import { projectsQuery } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { say } from "../ui/toast.tsx";
import { undoBy } from "../ui/undo.ts";
import { useNow } from "../ui/use-now.ts";
import { installationKeysQuery, invitationsQuery, personsQuery, sayRole } from "./people-queries.ts";
import { holdersOf } from "./role-holders.ts";
import { Rights } from "./rights.tsx";

export interface OwnRoleProps {
  readonly role: RoleView;
  readonly mayEdit: boolean;
  readonly onEdit: () => void;
}

export function OwnRole({ role, mayEdit, onEdit }: OwnRoleProps) {
  const holders = useHolders(role.name);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line py-3">
      <div className="min-w-0 flex-1 basis-72">
        <h3 className="font-semibold break-words">{role.name}</h3>
        <p className="break-words text-quiet">{sayRole(role)}</p>
        <p className="text-small break-words text-quiet">{sayHolders(holders)}</p>
        <Rights role={role} />
      </div>
      {mayEdit && (
        <div className="flex gap-1">
          <Button look="bare" icon={<Pencil size={15} />} aria-label={`Edit ${role.name}`} onClick={onEdit}>
            Edit
          </Button>
          <DeleteRole role={role} holders={holders ?? []} />
        </div>
      )}
    </li>
  );
}

/** Holders that are named; of more only how many. */
const NAMED = 5;

function sayHolders(holders: readonly string[] | undefined): string {
  if (holders === undefined) return "Who has it is seen by whoever looks after people and keys.";
  if (holders.length === 0) return "Nobody has it.";
  const more = holders.length - NAMED;
  return `Given to ${listOf([...holders.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])], "and")}.`;
}

/** Undefined where one may not see it. */
function useHolders(role: string): readonly string[] | undefined {
  const rights = useRightsEverywhere();
  const maySee = rights.has("people.edit") && rights.has("key.edit");
  const now = useNow();
  const { data: projects } = useSuspenseQuery(projectsQuery);
  const { data: people } = useQuery({ ...personsQuery, enabled: maySee });
  const { data: invitations } = useQuery({ ...invitationsQuery, enabled: maySee });
  const { data: ownKeys } = useQuery({ ...installationKeysQuery, enabled: maySee });
  const keys = useQueries({
    queries: projects.map(({ key }) => ({ ...keysQuery(key), enabled: maySee })),
    combine: (results) => results.map(({ data }) => data),
  });
  if (people === undefined || invitations === undefined || ownKeys === undefined) return undefined;
  if (!keys.every((some): some is KeyView[] => some !== undefined)) return undefined;
  return holdersOf(role, { people, invitations, keys: [ownKeys, ...keys].flat() }, now);
}

/** One press, with the way back; refused in words while somebody has it. */
function DeleteRole({ role, holders }: { readonly role: RoleView; readonly holders: readonly string[] }) {
  const queries = useQueryClient();
  const [isRefused, setRefused] = useState(false);
  const { name, description, rights } = role;
  const readAnew = () => queries.invalidateQueries({ queryKey: ["people"] });
  const undo = async () => {
    await undoBy(() => callServer("POST", "/api/v1/roles", { name, description, rights }));
    await readAnew();
  };
  const remove = useMutation({
    mutationFn: () => callServer("DELETE", `/api/v1/roles/${encodeURIComponent(name)}`),
    onSuccess: async () => {
      say({ title: `The role ${name} is deleted`, act: { label: "Undo", run: () => void undo() } });
      await readAnew();
    },
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
  });
  return (
    <>
      <Button
        look="bare"
        icon={<Trash2 size={15} />}
        aria-label={`Delete ${name}`}
        isBusy={remove.isPending}
        onClick={() => (holders.length > 0 ? setRefused(true) : remove.mutate())}
      >
        Delete
      </Button>
      <Dialog
        title={`${name} is still given`}
        about="Take it from them first; then it can go. Nothing was changed."
        isOpen={isRefused}
        onClose={() => setRefused(false)}
      >
        <ul className="flex flex-col gap-1">
          {holders.map((holder) => (
            <li key={holder} className="break-words">
              {holder.charAt(0).toUpperCase() + holder.slice(1)}
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  );
}
