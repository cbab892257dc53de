/** One flag: how bright it is, the kill switch always in reach, and the way to all that it is made of. */

import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useParams } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { brightnessOf, variantsOf } from "@dimmer/evaluation";
import type { EnvironmentView, FlagView, ProjectView } from "@dimmer/protocol";
import { useTurning } from "../rollouts/use-turning.ts";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Lamp } from "../ui/lamp.tsx";
import { Page, Problem, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { useToday } from "../ui/use-now.ts";
import { type FlagPlace, FlagPlaceContext } from "./flag-place.ts";
import { flagQuery } from "./flag-queries.ts";
import { KillSwitch } from "./kill-switch.tsx";
import { sayPurpose } from "./purposes.ts";

export function FlagPage() {
  const { project, environment } = useEnvironmentPlace();
  const { flag: key } = useParams({ from: "/inside/projects/$project/flags/$flag" });
  const flag = useQuery(flagQuery(project.key, key));
  if (flag.data === undefined) {
    return (
      <Page title={key}>
        {flag.isError ? <Problem error={flag.error} onRetry={() => void flag.refetch()} /> : <Waiting rows={6} />}
      </Page>
    );
  }
  return <Loaded project={project} environment={environment} flag={flag.data} />;
}

interface LoadedProps {
  readonly project: ProjectView;
  readonly environment: EnvironmentView;
  readonly flag: FlagView;
}

function Loaded({ project, environment, flag }: LoadedProps) {
  const { key, definition, archived } = flag;
  const block = flag.environments[environment.key];
  const place = useMemo<FlagPlace>(
    () => ({
      project,
      environment,
      flag,
      variants: Object.keys(variantsOf(flag.definition)),
      block: flag.environments[environment.key],
    }),
    [project, environment, flag],
  );
  const state = block === undefined || archived ? "absent" : block.config.enabled ? "on" : "killed";
  const brightness = block === undefined ? 0 : brightnessOf(place.variants, block.config);
  const mayKill = useMay("flag.kill", project.key, environment.key);
  const mayRestore = useMay("flag.restore", project.key, environment.key);
  const isTurning = useTurning(project.key, environment.key).has(key);
  useLampIcon(state === "on" ? brightness : 0);
  return (
    <Page
      title={key}
      before={<Lamp brightness={brightness} state={state} size={48} isTurning={isTurning} />}
      lead={<Facts flag={flag} />}
      acts={
        block !== undefined &&
        !archived && (
          <KillSwitch
            project={project.key}
            flag={key}
            environment={environment}
            config={block.config}
            lit={place.variants[0] ?? ""}
            mayKill={mayKill}
            mayRestore={mayRestore}
          />
        )
      }
    >
      {definition.description !== undefined && <p className="-mt-4 max-w-prose break-words">{definition.description}</p>}
      {flag.file !== null && (
        <p className="-mt-2 rounded-control border border-line px-4 py-3 text-quiet">
          <span className="font-semibold break-all text-ink">{flag.file.name}</span> owns this flag’s definition and rules: change
          them in that file. Kill, stop, shares and what is published are changed here.
        </p>
      )}
      <Tabs project={project.key} flag={key} />
      <FlagPlaceContext.Provider value={place}>
        <Outlet />
      </FlagPlaceContext.Provider>
    </Page>
  );
}

const TABS = [
  { label: "Now", to: "/projects/$project/flags/$flag" },
  { label: "Variants", to: "/projects/$project/flags/$flag/variants" },
  { label: "Rules", to: "/projects/$project/flags/$flag/rules" },
  { label: "Rollouts", to: "/projects/$project/flags/$flag/rollouts" },
  { label: "Measured", to: "/projects/$project/flags/$flag/measured" },
  { label: "Drift", to: "/projects/$project/flags/$flag/drift" },
  { label: "Environments", to: "/projects/$project/flags/$flag/environments" },
  { label: "Later", to: "/projects/$project/flags/$flag/later" },
  { label: "History", to: "/projects/$project/flags/$flag/history" },
  { label: "Settings", to: "/projects/$project/flags/$flag/settings" },
] as const;

function Tabs({ project, flag }: { readonly project: string; readonly flag: string }) {
  const strip = useRef<HTMLElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  // Where the page is narrow, the tab that is open may lie outside.
  useEffect(() => {
    strip.current?.querySelector("[aria-current=page]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [path]);
  return (
    <nav ref={strip} aria-label="Parts of the flag" className="-mx-4 overflow-x-auto border-b border-line px-4 sm:mx-0 sm:px-0">
      <ul className="flex gap-6">
        {TABS.map(({ label, to }) => (
          <li key={to}>
            <Link
              to={to}
              params={{ project, flag }}
              activeOptions={{ exact: true, includeSearch: false }}
              className="-mb-px block border-b-2 border-transparent py-2 whitespace-nowrap text-quiet transition-colors duration-150 hover:text-ink aria-[current=page]:border-ink aria-[current=page]:font-semibold aria-[current=page]:text-ink"
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Facts({ flag: { definition, archived, file } }: { readonly flag: FlagView }) {
  const { purpose, owner, removeBy, tags = [], audience } = definition;
  const today = useToday();
  const isOverdue = removeBy !== undefined && removeBy < today;
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span>
        {sayPurpose(purpose)}, {owner}
      </span>
      {removeBy !== undefined && (
        <Tag look={isOverdue ? "danger" : "plain"}>
          {isOverdue ? "Due since" : "Until"} {removeBy}
        </Tag>
      )}
      {archived && <Tag>Archived</Tag>}
      {file !== null && <Tag>From a file</Tag>}
      {audience === "browser" && <Tag>For browsers</Tag>}
      {tags.map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
    </span>
  );
}

/** The tab of a flag shows its lamp. */
function useLampIcon(brightness: number): void {
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (link === null) return undefined;
    const before = link.href;
    const lamp =
      brightness === 0
        ? '<circle cx="16" cy="16" r="10" fill="none" stroke="#8f8778" stroke-width="3"/>'
        : `<circle cx="16" cy="16" r="14" fill="#f5b544" opacity="${0.3 * brightness}"/><circle cx="16" cy="16" r="9" fill="#f0a92e" opacity="${0.25 + 0.75 * brightness}"/>`;
    link.href = `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${lamp}</svg>`)}`;
    return () => {
      link.href = before;
    };
  }, [brightness]);
}
