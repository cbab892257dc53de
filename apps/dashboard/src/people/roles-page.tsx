/** Roles: those of one's own, made out of rights, and those that every installation has. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ArrowLeft, Plus } from "lucide-react";
import { useRightsEverywhere } from "../session/session.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { Empty, Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { rolesQuery, sayRole } from "./people-queries.ts";
import { OwnRole } from "./own-role.tsx";
import { Rights } from "./rights.tsx";
import { RoleDialog } from "./role-dialog.tsx";

const route = getRouteApi("/inside/apart/people/roles");

/** In the address: the role that is to come. No role is called so. */
const NEW = "+";

export function RolesPage() {
  const roles = useQuery(rolesQuery);
  const { edit } = route.useSearch();
  const navigate = route.useNavigate();
  const mayEdit = useRightsEverywhere().has("role.edit");
  const open = (role: string | undefined) =>
    void navigate({ search: role === undefined ? {} : { edit: role }, replace: true, resetScroll: false });
  const all = roles.data ?? [];
  const own = all.filter(({ isBuiltIn }) => !isBuiltIn);
  const edited = own.find(({ name }) => name === edit);
  const create = (
    <Button
      look="primary"
      icon={<Plus size={17} />}
      disabled={!mayEdit}
      title={mayEdit ? undefined : "Your role does not let you make roles."}
      onClick={() => open(NEW)}
    >
      New role
    </Button>
  );
  return (
    <Page
      title="Roles"
      lead="A role is a set of rights; it is given to somebody in a place."
      acts={
        <>
          <ButtonLink to="/people" icon={<ArrowLeft size={16} />}>
            People
          </ButtonLink>
          {own.length > 0 && create}
        </>
      }
    >
      {roles.isError && <Problem error={roles.error} onRetry={() => void roles.refetch()} />}
      {roles.isPending && <Waiting rows={6} />}
      {roles.isSuccess && (
        <>
          <Section title="Your own">
            {own.length === 0 ? (
              <Empty title="None yet" act={create}>
                The six below are enough for most. Make one where somebody needs a little of two of them: turns things off at
                night and reads the audit log, but edits nothing.
              </Empty>
            ) : (
              <ul>
                {own.map((role) => (
                  <OwnRole key={role.name} role={role} mayEdit={mayEdit} onEdit={() => open(role.name)} />
                ))}
              </ul>
            )}
          </Section>
          <Section title="Built in" about="Every installation has them, and nobody edits them.">
            <ul>
              {all
                .filter(({ isBuiltIn }) => isBuiltIn)
                .map((role) => (
                  <li key={role.name} className="border-b border-line py-3">
                    <h3 className="font-semibold">{role.name}</h3>
                    <p className="text-quiet">{sayRole(role)}</p>
                    <Rights role={role} />
                  </li>
                ))}
            </ul>
          </Section>
        </>
      )}
      {mayEdit && roles.isSuccess && (edit === NEW || edited !== undefined) && (
        <RoleDialog role={edited} roles={all} onClose={() => open(undefined)} />
      )}
    </Page>
  );
}
