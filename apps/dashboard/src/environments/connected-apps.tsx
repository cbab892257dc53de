/** The apps that are connected to an environment, and how current each one is. */

import { useQuery } from "@tanstack/react-query";
import type { EnvironmentView, SdkView } from "@dimmer/protocol";
import { Empty, Problem, Section, Waiting } from "../ui/page.tsx";
import { ButtonLink } from "../ui/button.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { Tag } from "../ui/tag.tsx";
import { sayTime } from "../ui/time.tsx";
import { useNow } from "../ui/use-now.ts";
import { keysQuery, sdksQuery } from "./environment-queries.ts";
import { sayHeld, sayLine, statusOfSdk } from "./say-key.ts";

/** Milliseconds between looks. */
const LOOK_MS = 5_000;
/** Apps shown; those that are not current come first. */
const SHOWN = 100;

export interface ConnectedAppsProps {
  readonly project: string;
  readonly environment: EnvironmentView;
}

export function ConnectedApps({ project, environment }: ConnectedAppsProps) {
  const sdks = useQuery({ ...sdksQuery(project, environment.key), refetchInterval: LOOK_MS });
  const { data: keys = [] } = useQuery(keysQuery(project));
  const all = [...(sdks.data ?? [])].sort((a, b) => Number(isCurrent(a)) - Number(isCurrent(b)));
  const current = all.filter(isCurrent).length;
  return (
    <Section
      title="Connected apps"
      about={
        sdks.isSuccess && all.length > 0
          ? `${sayCurrent(current, all.length)} An app that is not heard of for a while is forgotten.`
          : "Clients of our SDKs in your processes; what asks over OFREP comes and goes."
      }
    >
      {sdks.isError && <Problem error={sdks.error} onRetry={() => void sdks.refetch()} />}
      {sdks.isPending && <Waiting rows={2} />}
      {sdks.isSuccess && all.length === 0 && (
        <Empty
          title="No app is connected"
          act={
            <ButtonLink to="/projects/$project/connect" params={{ project }}>
              Connect one
            </ButtonLink>
          }
        >
          Here you see each app, the version of the flags that it holds, and whether it hears of your changes.
        </Empty>
      )}
      {all.length > 0 && (
        <ul className="-mt-4">
          {all.slice(0, SHOWN).map((sdk) => (
            <AppRow key={sdk.instance} sdk={sdk} newest={environment} keyName={keys.find(({ id }) => id === sdk.key)?.name} />
          ))}
        </ul>
      )}
      {all.length > SHOWN && <p className="text-small text-quiet">And {all.length - SHOWN} more.</p>}
    </Section>
  );
}

const sayCurrent = (current: number, all: number): string =>
  current < all ? `${current} of ${all} are current.` : all === 1 ? "It is current." : `All ${all} are current.`;

const isCurrent = (sdk: SdkView): boolean => statusOfSdk(sdk) === "healthy";

interface AppRowProps {
  readonly sdk: SdkView;
  readonly newest: { readonly version: number };
  readonly keyName: string | undefined;
}

function AppRow({ sdk, newest, keyName }: AppRowProps) {
  const now = useNow();
  return (
    <li className="flex items-start gap-3 border-b border-line py-2.5">
      <span className="mt-1.5">
        <StatusLight status={statusOfSdk(sdk)} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold">
            {sdk.name} {sdk.version}
          </span>
          {sdk.localKills.map((kill) => (
            <Tag key={kill} look="danger">
              {kill} is off in the app
            </Tag>
          ))}
        </p>
        <p className="figures text-small text-quiet">
          It {sayHeld(sdk, newest)}, {sayLine(sdk)}, last heard of {sayTime(now - sdk.lastSeenMsAgo, now)}.
        </p>
      </div>
      <p className="hidden shrink-0 text-right text-small text-faint sm:block">
        {keyName ?? "a key that is gone"}
        <code className="block font-mono">{sdk.instance.slice(0, 8)}</code>
      </p>
    </li>
  );
}
