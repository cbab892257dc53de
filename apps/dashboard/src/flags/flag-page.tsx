/** One flag: how bright it is, the dimmer for each of its splits, the kill switch always in reach, and all that it is made of. */

import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { brightnessOf, sayCondition, sayServing, variantsOf } from "@dimmer/evaluation";
import type { FlagEnvironment } from "@dimmer/evaluation";
import type { FlagView, PeopleView } from "@dimmer/protocol";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Lamp } from "../ui/lamp.tsx";
import { Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { useToday } from "../ui/use-now.ts";
import { DimmerControl } from "./dimmer-control.tsx";
import { flagQuery, peopleQuery } from "./flag-queries.ts";
import { History } from "./history.tsx";
import { Arrival, KillSwitch } from "./kill-switch.tsx";
import { sayPurpose } from "./purposes.ts";

export function FlagPage() {
  const { project, environment } = useEnvironmentPlace();
  const { flag: key } = useParams({ from: "/inside/projects/$project/flags/$flag" });
  const flag = useQuery(flagQuery(project.key, key));
  if (flag.isError) {
    return (
      <Page title={key}>
        <Problem error={flag.error} onRetry={() => void flag.refetch()} />
      </Page>
    );
  }
  if (flag.data === undefined) {
    return (
      <Page title={key}>
        <Waiting rows={6} />
      </Page>
    );
  }
  return <Loaded project={project.key} environment={environment} flag={flag.data} />;
}

interface LoadedProps {
  readonly project: string;
  readonly environment: { readonly key: string; readonly name: string };
  readonly flag: FlagView;
}

function Loaded({ project, environment, flag }: LoadedProps) {
  const { key, definition, archived } = flag;
  const block = flag.environments[environment.key];
  const variants = Object.keys(variantsOf(definition));
  const state = block === undefined || archived ? "absent" : block.config.enabled ? "on" : "killed";
  const brightness = block === undefined ? 0 : brightnessOf(variants, block.config);
  const mayKill = useMay("flag.kill", project, environment.key);
  const mayRestore = useMay("flag.restore", project, environment.key);
  useLampIcon(state === "on" ? brightness : 0);
  return (
    <Page
      title={key}
      before={<Lamp brightness={brightness} state={state} size={48} />}
      lead={<Facts flag={flag} />}
      acts={
        block !== undefined &&
        !archived && (
          <KillSwitch
            project={project}
            flag={key}
            environment={environment}
            config={block.config}
            lit={variants[0] ?? ""}
            mayKill={mayKill}
            mayRestore={mayRestore}
          />
        )
      }
    >
      {definition.description !== undefined && <p className="-mt-4 max-w-prose">{definition.description}</p>}
      <Section title={`Now in ${environment.name}`}>
        {block === undefined ? (
          <p className="text-quiet">This flag is not set up here: whoever asks gets the default in their code.</p>
        ) : (
          <Now project={project} environment={environment.key} config={block.config} isArchived={archived} />
        )}
      </Section>
      {block !== undefined && !archived && (
        <Section title="Dimmer" about="Turn a share; nothing happens until you save.">
          <Dimmers project={project} environment={environment.key} flag={flag} variants={variants} />
        </Section>
      )}
      <Section title="History">
        <History project={project} flag={key} />
      </Section>
    </Page>
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
      {file !== null && <Tag>From {file.name}</Tag>}
      {audience === "browser" && <Tag>For browsers</Tag>}
      {tags.map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
    </span>
  );
}

function Now({
  project,
  environment,
  config,
  isArchived,
}: {
  readonly project: string;
  readonly environment: string;
  readonly config: FlagEnvironment;
  readonly isArchived: boolean;
}) {
  if (isArchived)
    return <p className="text-quiet">Archived: it is in no snapshot, and whoever asks gets the default in their code.</p>;
  return (
    <div className="flex flex-col gap-1">
      <ul>
        {sayServing(config).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <Arrival project={project} environment={environment} />
    </div>
  );
}

function Dimmers({
  project,
  environment,
  flag,
  variants,
}: {
  readonly project: string;
  readonly environment: string;
  readonly flag: FlagView;
  readonly variants: readonly string[];
}) {
  const people = useQuery(peopleQuery(project, environment));
  const mayEdit = useMay("split.edit", project, environment);
  const block = flag.environments[environment];
  if (block === undefined) return null;
  const { rules = [], default: everyone } = block.config;
  const addresses = [
    ...rules.map(({ id, name, when, serve }) => ({
      rule: id,
      who: name ?? (when === undefined ? "everyone" : `whom ${sayCondition(when)}`),
      serve,
    })),
    { rule: "default", who: rules.length === 0 ? "everyone" : "everyone else", serve: everyone },
  ];
  return (
    <div className="flex flex-col gap-4">
      {addresses.map(({ rule, who, serve }) => (
        <DimmerControl
          key={`${environment}/${rule}`}
          project={project}
          address={{ flag: flag.key, environment, rule }}
          who={who}
          serve={serve}
          variants={variants}
          revision={block.revision}
          people={peopleAt(people.data, flag.key, rule)}
          mayEdit={mayEdit}
        />
      ))}
    </div>
  );
}

/** Undefined where nobody was counted there: no number is better than none that is true. */
const peopleAt = (view: PeopleView | undefined, flag: string, rule: string): number | undefined =>
  view?.addresses.find((address) => address.flag === flag && address.rule === rule)?.people;

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
