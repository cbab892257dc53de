/** What people get now, and the dimmer for each split. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FlagEnvironment, sayCondition, sayServing } from "@dimmer/evaluation";
import { RolloutsHere } from "../rollouts/rollouts-here.tsx";
import { useMay } from "../session/session.ts";
import { Section } from "../ui/page.tsx";
import { DimmerControl } from "./dimmer-control.tsx";
import { type FlagBlock, useFlagPlace } from "./flag-place.ts";
import { peopleQuery } from "./flag-queries.ts";
import { History } from "./history.tsx";
import { Arrival } from "./kill-switch.tsx";
import { NotSetUp } from "./not-set-up.tsx";
import { peopleAt } from "./people-at.ts";

/** Changes that are shown beneath. */
const LATEST = 5;

export function NowTab() {
  const { project, environment, flag, block } = useFlagPlace();
  if (flag.archived)
    return <p className="text-quiet">Archived: it is in no snapshot, and whoever asks gets the default in their code.</p>;
  return (
    <>
      <RolloutsHere />
      <Section title={`Now in ${environment.name}`}>{block === undefined ? <NotSetUp /> : <Now config={block.config} />}</Section>
      {block !== undefined && (
        <Section title="Dimmer" about="Turn a share; nothing happens until you save.">
          <Dimmers block={block} />
        </Section>
      )}
      <Section
        title="Last changes"
        acts={
          <Link
            to="/projects/$project/flags/$flag/history"
            params={{ project: project.key, flag: flag.key }}
            className="text-quiet underline-offset-4 hover:text-ink hover:underline"
          >
            All changes
          </Link>
        }
      >
        <History project={project.key} flag={flag.key} limit={LATEST} />
      </Section>
    </>
  );
}

function Now({ config }: { readonly config: FlagEnvironment }) {
  const { project, environment } = useFlagPlace();
  return (
    <div className="flex flex-col gap-1">
      <ul>
        {sayServing(config).map((sentence, at) => (
          <li key={at} className="break-words">
            {sentence}
          </li>
        ))}
      </ul>
      <Arrival project={project.key} environment={environment.key} />
    </div>
  );
}

function Dimmers({ block }: { readonly block: FlagBlock }) {
  const { project, environment, flag, variants } = useFlagPlace();
  const people = useQuery(peopleQuery(project.key, environment.key));
  const mayEdit = useMay("split.edit", project.key, environment.key);
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
          key={`${environment.key}/${rule}`}
          project={project.key}
          address={{ flag: flag.key, environment: environment.key, rule }}
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
