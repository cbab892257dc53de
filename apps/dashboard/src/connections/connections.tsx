/** The connections of an environment: what models can be called through, and what that cost today. */

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { ConnectionView, EnvironmentView } from "@dimmer/protocol";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Problem, Section, Waiting } from "../ui/page.tsx";
import { ConnectionDialog } from "./connection-dialog.tsx";
import { connectionsQuery } from "./connection-queries.ts";
import { ConnectionRow } from "./connection-row.tsx";
import { TestDialog } from "./test-dialog.tsx";

export interface ConnectionsProps {
  readonly project: string;
  readonly environment: EnvironmentView;
}

export function Connections({ project, environment }: ConnectionsProps) {
  const connections = useQuery(connectionsQuery(project, environment.key));
  const mayEdit = useMay("connection.edit", project, environment.key);
  const [isCreating, setCreating] = useState(false);
  const [edited, setEdited] = useState<ConnectionView>();
  const [tested, setTested] = useState<ConnectionView>();
  const place = { project, environment: environment.key };
  const create = mayEdit ? (
    <Button icon={<Plus size={17} />} onClick={() => setCreating(true)}>
      New connection
    </Button>
  ) : undefined;
  const all = connections.data ?? [];
  return (
    <Section
      id="connections"
      title="Connections"
      about="What Dimmer calls models through, for the playground. Nobody sees a credential again."
      acts={all.length > 0 ? create : undefined}
    >
      {connections.isError && <Problem error={connections.error} onRetry={() => void connections.refetch()} />}
      {connections.isPending && <Waiting rows={2} />}
      {connections.isSuccess && all.length === 0 && (
        <Empty title="No connection yet" act={create}>
          Give Dimmer a credential of a model provider, and you can try prompts here before anybody gets them. It has a budget for
          each day, and every use is in the audit log.
        </Empty>
      )}
      {all.length > 0 && (
        <ul className="-mt-4">
          {all.map((connection) => (
            <ConnectionRow
              key={connection.id}
              place={place}
              connection={connection}
              mayEdit={mayEdit}
              onEdit={() => setEdited(connection)}
              onTest={() => setTested(connection)}
            />
          ))}
        </ul>
      )}
      {isCreating && <ConnectionDialog place={place} onClose={() => setCreating(false)} />}
      {edited !== undefined && <ConnectionDialog place={place} connection={edited} onClose={() => setEdited(undefined)} />}
      {tested !== undefined && <TestDialog place={place} connection={tested} onClose={() => setTested(undefined)} />}
    </Section>
  );
}
