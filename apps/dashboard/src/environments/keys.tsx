/** The keys of an environment, by what they may: made, shown once, revoked with one press. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { EnvironmentView, KeyView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Problem, Section, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { useNow } from "../ui/use-now.ts";
import { keysQuery } from "./environment-queries.ts";
import { NewKeyDialog } from "./new-key-dialog.tsx";
import { KEY_KINDS, stateOfKey } from "./say-key.ts";

export interface KeysProps {
  readonly project: string;
  readonly environment: EnvironmentView;
}

export function Keys({ project, environment }: KeysProps) {
  const keys = useQuery(keysQuery(project));
  const mayEdit = useMay("key.edit", project, environment.key);
  const [isMaking, setMaking] = useState(false);
  const [isAll, setAll] = useState(false);
  const now = useNow();
  const here = (keys.data ?? []).filter((key) => key.environment === environment.key || key.environment === null);
  const isLive = (key: KeyView) => ["in-use", "expiring"].includes(stateOfKey(key, now));
  const gone = here.filter((key) => !isLive(key)).length;
  const shown = isAll ? here : here.filter(isLive);
  return (
    <Section
      title={`Keys of ${environment.name}`}
      about="The server keeps only their digests: a secret is shown once, when it is made."
      acts={
        mayEdit && (
          <Button icon={<Plus size={17} />} onClick={() => setMaking(true)}>
            New key
          </Button>
        )
      }
    >
      {keys.isError && <Problem error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isPending && <Waiting rows={3} />}
      {keys.isSuccess &&
        KEY_KINDS.map(({ kind, label, about }) => {
          const ofKind = shown.filter((key) => key.kind === kind);
          return (
            <div key={kind}>
              <h3 className="font-semibold">{label}</h3>
              <p className="text-small text-quiet">{about}</p>
              {ofKind.length === 0 ? (
                <p className="mt-2 text-small text-faint">None.</p>
              ) : (
                <ul className="mt-2 border-t border-line">
                  {ofKind.map((key) => (
                    <KeyRow key={key.id} project={project} view={key} mayEdit={mayEdit} />
                  ))}
                </ul>
              )}
            </div>
          );
        })}
      {gone > 0 && (
        <div>
          <Button look="bare" aria-pressed={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? "Hide those that are gone" : `Show ${gone} revoked or expired`}
          </Button>
        </div>
      )}
      {isMaking && <NewKeyDialog project={project} environment={environment} onClose={() => setMaking(false)} />}
    </Section>
  );
}

function KeyRow({ project, view, mayEdit }: { readonly project: string; readonly view: KeyView; readonly mayEdit: boolean }) {
  const { id, name, prefix, environment, createdAt, expiresAt, revokedAt } = view;
  const queries = useQueryClient();
  const state = stateOfKey(view, useNow());
  const revoke = useMutation({
    mutationFn: () => management.revokeKey(project, id),
    onSuccess: async () => {
      say({
        title: `${name} is revoked`,
        about: "It is refused from now on, and its streams are closed. There is no way back: make a new one.",
      });
      await queries.invalidateQueries({ queryKey: ["project", project, "keys"] });
    },
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-2.5">
      <span className="min-w-0 flex-1 basis-56">
        <span className="flex items-center gap-2">
          <span className="truncate">{name}</span>
          {environment === null && <Tag>Every environment</Tag>}
          {state === "expiring" && <Tag look="light">Expires soon</Tag>}
          {state === "expired" && <Tag look="danger">Expired</Tag>}
          {state === "revoked" && <Tag>Revoked</Tag>}
        </span>
        <span className="block text-small text-quiet">
          <code className="font-mono">{prefix}…</code>, made <Time at={createdAt} />
          {expiresAt !== null && (
            <>
              , until <Time at={expiresAt} />
            </>
          )}
          {revokedAt !== null && (
            <>
              , revoked <Time at={revokedAt} />
            </>
          )}
        </span>
      </span>
      {mayEdit && state !== "revoked" && state !== "expired" && (
        <Button look="danger" isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
          Revoke
        </Button>
      )}
    </li>
  );
}
