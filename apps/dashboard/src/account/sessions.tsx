/** Where one is signed in, and the way to end it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Problem, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { sessionsQuery } from "./account-queries.ts";

export function Sessions() {
  const queries = useQueryClient();
  const sessions = useQuery(sessionsQuery);
  const end = useMutation({
    mutationFn: (id: string) => callServer("DELETE", `/api/v1/sessions/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
  });
  if (sessions.isError) return <Problem error={sessions.error} onRetry={() => void sessions.refetch()} />;
  if (sessions.data === undefined) return <Waiting rows={2} />;
  return (
    <ul>
      {sessions.data.map(({ id, agent, seenAt, current }) => (
        <li key={id} className="flex min-h-12 items-center gap-4 border-b border-line py-1">
          <span className="min-w-0 flex-1">
            <span className="block truncate">{agent ?? "Something that does not say what it is"}</span>
            <span className="text-small text-quiet">
              Last seen <Time at={seenAt} />
            </span>
          </span>
          {current ? (
            <Tag>This one</Tag>
          ) : (
            <Button isBusy={end.isPending && end.variables === id} onClick={() => end.mutate(id)}>
              Sign out there
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
