/** Kill links: addresses that turn the flag or one variant off, for whoever holds them. */

import { Link2 } from "lucide-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { LinkView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Problem, Section, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { useNow } from "../ui/use-now.ts";
import { useFlagPlace } from "./flag-place.ts";
import { linksQuery } from "./flag-queries.ts";
import { LinkDialog } from "./link-dialog.tsx";

export function LinksSection() {
  const { project, environment, flag, block } = useFlagPlace();
  const links = useQuery(linksQuery(project.key));
  const [isMaking, setMaking] = useState(false);
  const may = useMay("link.edit", project.key, environment.key);
  const now = useNow();
  const own = (links.data ?? []).filter((link) => link.flag === flag.key);
  const isLive = ({ revokedAt, expiresAt }: LinkView) =>
    revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now);
  const live = own.filter(isLive);
  const past = own.filter((link) => !isLive(link));
  const obstacle =
    block === undefined
      ? `The flag is not set up in ${environment.name}.`
      : may
        ? undefined
        : "Your role does not let you make links here.";
  const add = (
    <Button icon={<Link2 size={16} />} disabled={obstacle !== undefined} title={obstacle} onClick={() => setMaking(true)}>
      Make a link
    </Button>
  );
  return (
    <Section
      title="Kill links"
      about="Whoever opens one and presses the button turns this off; nobody can turn it on with it."
      acts={live.length > 0 && add}
    >
      {links.isError ? (
        <Problem error={links.error} onRetry={() => void links.refetch()} />
      ) : links.data === undefined ? (
        <Waiting />
      ) : (
        <>
          {live.length === 0 && (
            <Empty title="No links" act={add}>
              Put one into an alert or a runbook: whoever is on call turns this off from their phone, without an account.
            </Empty>
          )}
          <LinkList links={live} mayRevoke={may} />
          {past.length > 0 && (
            <details>
              <summary className="w-fit text-small text-quiet hover:text-ink">Those that do nothing any more</summary>
              <LinkList links={past} mayRevoke={false} />
            </details>
          )}
        </>
      )}
      {isMaking && <LinkDialog onClose={() => setMaking(false)} />}
    </Section>
  );
}

function LinkList({ links, mayRevoke }: { readonly links: readonly LinkView[]; readonly mayRevoke: boolean }) {
  return (
    <ul className="flex flex-col">
      {links.map((link) => (
        <LinkRow key={link.id} link={link} mayRevoke={mayRevoke} />
      ))}
    </ul>
  );
}

function LinkRow({ link, mayRevoke }: { readonly link: LinkView; readonly mayRevoke: boolean }) {
  const { project } = useFlagPlace();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => management.revokeLink(project.key, link.id),
    onSuccess: () => say({ title: `The link “${link.name}” does nothing any more` }),
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["project", project.key] }),
  });
  const place = project.environments.find(({ key }) => key === link.environment)?.name ?? link.environment;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 border-b border-line py-3">
      <div className="flex min-w-0 flex-1 basis-60 flex-col">
        <p className="break-words">
          <span className="font-semibold">{link.name}</span>{" "}
          <span className="text-quiet">
            {link.variant === null ? "kills the flag" : `stops ${link.variant}`} in {place}
          </span>
        </p>
        <p className="text-small text-quiet">
          <span className="font-mono">{link.prefix}…</span> made <Time at={link.createdAt} />
          {link.expiresAt !== null && (
            <>
              , ends <Time at={link.expiresAt} />
            </>
          )}
        </p>
      </div>
      {link.usedAt !== null && (
        <Tag look="danger">
          Used <Time at={link.usedAt} />
        </Tag>
      )}
      {link.revokedAt !== null && <Tag>Revoked</Tag>}
      {mayRevoke && (
        <Button look="bare" isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
          Revoke
        </Button>
      )}
    </li>
  );
}
