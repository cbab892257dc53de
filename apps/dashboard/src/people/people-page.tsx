/** Who is in, what each may do, and who was invited. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { invitationsQuery, personsQuery, type PersonView, rolesQuery, sayGrant, sayRole } from "./people-queries.ts";
import { PersonDialog } from "./person-dialog.tsx";

export function PeoplePage() {
  const people = useQuery(personsQuery);
  const [isInviting, setInviting] = useState(false);
  const [edited, setEdited] = useState<PersonView>();
  return (
    <Page
      title="People"
      lead="Who turns flags here, and how far."
      acts={
        <Button look="primary" icon={<UserPlus size={17} />} onClick={() => setInviting(true)}>
          Invite
        </Button>
      }
    >
      {people.isError && <Problem error={people.error} onRetry={() => void people.refetch()} />}
      {people.isPending && <Waiting />}
      {people.data !== undefined && (
        <ul className="border-t border-line">
          {people.data.map((person) => (
            <li key={person.id} className="flex min-h-16 flex-wrap items-center gap-x-4 border-b border-line py-2">
              <span className="min-w-0 flex-1">
                <span className="flex items-center gap-2 font-semibold">
                  <span className="truncate">{person.name}</span>
                  {person.disabled && <Tag look="danger">Shut out</Tag>}
                  {person.twoFactor && <Tag>Second factor</Tag>}
                </span>
                <span className="block truncate text-small text-quiet">{person.email}</span>
              </span>
              <span className="min-w-0 flex-1 text-small text-quiet">{person.grants.map(sayGrant).join("; ")}</span>
              <Button onClick={() => setEdited(person)} aria-label={`Change ${person.name}`}>
                Change
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Invitations />
      <Roles />
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      {edited !== undefined && <PersonDialog person={edited} onClose={() => setEdited(undefined)} />}
    </Page>
  );
}

function Invitations() {
  const queries = useQueryClient();
  const { data: invitations = [] } = useQuery(invitationsQuery);
  const withdraw = useMutation({
    mutationFn: (id: string) => callServer("DELETE", `/api/v1/invitations/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
  });
  if (invitations.length === 0) return null;
  return (
    <Section title="Invited">
      <ul>
        {invitations.map(({ id, email, grants, expiresAt }) => (
          <li key={id} className="flex min-h-12 items-center gap-4 border-b border-line py-1">
            <span className="min-w-0 flex-1">
              <span className="block truncate">{email}</span>
              <span className="text-small text-quiet">
                {grants.map(sayGrant).join("; ")}, the link ends <Time at={expiresAt} />
              </span>
            </span>
            <Button isBusy={withdraw.isPending && withdraw.variables === id} onClick={() => withdraw.mutate(id)}>
              Withdraw
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Roles() {
  const { data: roles = [] } = useQuery(rolesQuery);
  return (
    <Section
      title="Roles"
      about="What each one allows, and roles of your own."
      acts={
        <ButtonLink to="/people/roles" look="bare">
          All roles
        </ButtonLink>
      }
    >
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[10rem_1fr]">
        {roles.map((role) => (
          <div key={role.name} className="contents">
            <dt className="font-semibold">{role.name}</dt>
            <dd className="text-quiet">{sayRole(role)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
