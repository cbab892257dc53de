/** What contexts are like: which attributes the project declares, and how those that apps send fit. */

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { ContextDeclaration } from "@dimmer/evaluation";
import { useChange } from "../flags/use-change.ts";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { CheckField } from "../ui/field.tsx";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { AttributeDialog } from "./attribute-dialog.tsx";
import { attributesQuery, contextQuery } from "./context-queries.ts";
import { type ContextRow, rowsOf, sayDeclaration, sayFit, saySeen } from "./say-attribute.ts";

export function ContextPage() {
  const { project, environment } = useEnvironmentPlace();
  const context = useQuery(contextQuery(project.key));
  const seen = useQuery(attributesQuery(project.key, environment.key));
  const [edited, setEdited] = useState<{ readonly path?: string }>();
  const mayEdit = useMay("context.edit", project.key, null);
  const rows = rowsOf(context.data?.declaration ?? null, seen.data ?? []);
  // Both, so that no row moves when the other comes.
  const isWaiting = context.isPending || seen.isPending;
  const add = mayEdit && context.isSuccess && (
    <Button look="primary" icon={<Plus size={17} />} onClick={() => setEdited({})}>
      Declare an attribute
    </Button>
  );
  return (
    <Page title="Context" lead={`What your code says of who asks, and how it fits in ${environment.name}.`} acts={add}>
      {context.isError && <Problem error={context.error} onRetry={() => void context.refetch()} />}
      {seen.isError && <Problem error={seen.error} onRetry={() => void seen.refetch()} />}
      {isWaiting && <Waiting rows={6} />}
      {context.isSuccess && seen.isSuccess && rows.length === 0 && (
        <Empty title="No attribute was seen or declared yet" act={add}>
          Rules ask for attributes of the context: a plan, a region, a version. Declare them, and a rule with a typing error is
          refused before anybody feels it, and apps that send something else show here.
        </Empty>
      )}
      {!isWaiting && rows.length > 0 && (
        <ul className="border-t border-line">
          {rows.map((row) => (
            <Row key={row.path} row={row} mayEdit={mayEdit} onEdit={() => setEdited({ path: row.path })} />
          ))}
        </ul>
      )}
      {context.isSuccess && context.data.declaration !== null && (
        <Strict project={project.key} declaration={context.data.declaration} revision={context.data.revision} mayEdit={mayEdit} />
      )}
      {edited !== undefined && context.data !== undefined && (
        <AttributeDialog
          project={project.key}
          view={context.data}
          path={edited.path}
          seenAs={rows.find(({ path }) => path === edited.path)?.seen?.types}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Page>
  );
}

interface RowProps {
  readonly row: ContextRow;
  readonly mayEdit: boolean;
  readonly onEdit: () => void;
}

const LIGHTS = { fits: "healthy", differs: "warning", unknown: "unknown" } as const;

function Row({ row: { path, declaration, seen }, mayEdit, onEdit }: RowProps) {
  const fit = sayFit(seen?.declared);
  return (
    <li className="flex items-start gap-3 border-b border-line py-3">
      <span className="mt-1.5">
        <StatusLight status={declaration === undefined ? "unknown" : LIGHTS[fit.state]} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="break-all">
          <code className="font-mono">{path}</code>
        </p>
        {declaration === undefined ? (
          <p className="text-small text-quiet">Not declared. {seen !== undefined && saySeen(seen)}</p>
        ) : (
          <>
            {declaration.description !== undefined && <p>{declaration.description}</p>}
            <p className="text-small text-quiet">{sayDeclaration(declaration)}</p>
            <p className="figures text-small text-quiet">{fit.text}</p>
          </>
        )}
      </div>
      {mayEdit && (
        <Button look="bare" onClick={onEdit}>
          {declaration === undefined ? "Declare" : "Edit"}
        </Button>
      )}
    </li>
  );
}

interface StrictProps {
  readonly project: string;
  readonly declaration: ContextDeclaration;
  readonly revision: number;
  readonly mayEdit: boolean;
}

function Strict({ project, declaration, revision, mayEdit }: StrictProps) {
  const change = useChange(project);
  return (
    <CheckField
      label="Only declared attributes in rules"
      hint="A rule that asks for another one is refused; otherwise it is only a warning."
      checked={declaration.strict ?? false}
      disabled={!mayEdit || change.isPending}
      onChange={({ target }) =>
        change.mutate({
          operations: [{ kind: "declare-context", context: { ...declaration, strict: target.checked } }],
          expected: { context: revision },
          done: target.checked ? "Rules may ask for declared attributes only" : "Rules may ask for any attribute",
        })
      }
    />
  );
}
