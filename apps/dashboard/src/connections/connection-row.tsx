/** One connection: where it leads, what it cost today, and what can be done with it. */

import { EllipsisVertical, Send } from "lucide-react";
import { useState } from "react";
import type { ConnectionView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { RemoveDialog } from "../ui/remove-dialog.tsx";
import { Tag } from "../ui/tag.tsx";
import { say } from "../ui/toast.tsx";
import { isSpent, sayToday, sayWhere } from "./say-connection.ts";
import { type ConnectionPlace, useConnectionAct } from "./use-connection-act.ts";

export interface ConnectionRowProps {
  readonly place: ConnectionPlace;
  readonly connection: ConnectionView;
  readonly mayEdit: boolean;
  readonly onEdit: () => void;
  readonly onTest: () => void;
}

export function ConnectionRow({ place, connection, mayEdit, onEdit, onTest }: ConnectionRowProps) {
  const [isRemoving, setRemoving] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2">
          <span className="min-w-0 truncate font-semibold">{connection.name}</span>
          {isSpent(connection) && <Tag look="danger">Today’s budget is spent</Tag>}
        </p>
        <p className="text-small break-words text-quiet">{sayWhere(connection)}</p>
        <p className="figures text-small text-quiet">{sayToday(connection)}</p>
      </div>
      {mayEdit && (
        <div className="flex items-center gap-2">
          <Button icon={<Send size={16} />} onClick={onTest}>
            Test
          </Button>
          <Menu
            trigger={
              <IconButton label={`More to do with ${connection.name}`}>
                <EllipsisVertical size={17} />
              </IconButton>
            }
            entries={[
              { label: "Edit", onSelect: onEdit },
              { label: "Remove", isDanger: true, onSelect: () => setRemoving(true) },
            ]}
          />
        </div>
      )}
      {isRemoving && <Remove place={place} connection={connection} onClose={() => setRemoving(false)} />}
    </li>
  );
}

interface RemoveProps {
  readonly place: ConnectionPlace;
  readonly connection: ConnectionView;
  readonly onClose: () => void;
}

/** It asks, as nobody can undo it: the credential is gone. */
function Remove({ place: { project, environment }, connection: { id, name }, onClose }: RemoveProps) {
  const remove = useConnectionAct(
    { project, environment },
    () => management.removeConnection(project, environment, id),
    () => {
      onClose();
      say({ title: `${name} is removed`, about: "Its credential is gone. Nothing is called through it any more." });
    },
  );
  return (
    <RemoveDialog
      name={name}
      about="Its credential goes with it. To call models through it again, somebody has to give the credential again."
      removal={remove}
      onRemove={() => remove.mutate(undefined)}
      onClose={onClose}
    />
  );
}
