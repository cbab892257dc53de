/** Where a model is used, what people get when it is off, and the press that takes it off. */

import { Power } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ModelQuery, ModelUse } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useChangeBy } from "../flags/use-change.ts";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { classNames } from "../ui/class-names.ts";
import { isLive, sayUse } from "./group-uses.ts";
import { foreseenKillQuery } from "./model-queries.ts";

export interface ModelPanelProps {
  readonly title: string;
  readonly uses: readonly ModelUse[];
  readonly query: ModelQuery;
}

export function ModelPanel({ title, uses, query }: ModelPanelProps) {
  const { project, environment } = useEnvironmentPlace();
  const mayEverywhere = useMay("flag.kill", project.key, null);
  const [chosen, setChosen] = useState<string>();
  const scope = chosen ?? (mayEverywhere ? "" : environment.key);
  const mayHere = useMay("flag.kill", project.key, scope === "" ? null : scope);
  const scoped = scope === "" ? query : { ...query, environment: scope };
  const reached = uses.filter((use) => scope === "" || use.environment === scope);
  const isUsed = reached.some(isLive);
  const foreseen = useQuery({ ...foreseenKillQuery(project.key, scoped), enabled: isUsed });
  const kill = useChangeBy(project.key, ({ order }: { readonly order: ModelQuery; readonly done: string }) =>
    management.killModel(project.key, order),
  );
  return (
    <div className="flex flex-col gap-5 pt-1 pb-6 sm:pl-8">
      <div className="flex flex-wrap items-center gap-2">
        <CompactSelect
          label="Where it is taken off"
          value={scope}
          onChange={({ target }) => setChosen(target.value)}
          choices={[
            { value: "", label: "In every environment" },
            ...project.environments.map(({ key, name }) => ({ value: key, label: `In ${name}` })),
          ]}
        />
        <Button
          look="danger"
          icon={<Power size={17} />}
          isBusy={kill.isPending}
          disabled={!mayHere || !isUsed}
          title={mayHere ? (isUsed ? undefined : "Nobody gets it there.") : "Your role does not let you kill it there."}
          onClick={() => kill.mutate({ order: scoped, done: `Off: ${title}` })}
        >
          Kill {title}
        </Button>
      </div>
      <ul aria-label={`Where ${title} is used`} className="flex flex-col">
        {reached.map((use) => (
          <UseRow key={`${use.environment}/${use.flag}/${use.variant}/${use.model}/${use.pinnedOnly}`} use={use} />
        ))}
        {reached.length === 0 && <li className="text-quiet">No flag uses it there.</li>}
      </ul>
      {isUsed && !foreseen.isPending && (
        <div className="flex flex-col gap-1">
          <h3 className="text-small font-semibold">When it is off</h3>
          {foreseen.isError && <p className="text-danger">{messageOf(foreseen.error).about}</p>}
          <ul>
            {foreseen.data?.serving.map((sentence) => (
              <li key={sentence} className="break-words">
                {sentence}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function UseRow({ use }: { readonly use: ModelUse }) {
  const { project } = useEnvironmentPlace();
  const place = project.environments.find(({ key }) => key === use.environment)?.name ?? use.environment;
  return (
    <li className={classNames("flex flex-wrap gap-x-4 gap-y-0.5 border-t border-line py-2", !isLive(use) && "text-quiet")}>
      <Link
        to="/projects/$project/flags/$flag"
        params={{ project: project.key, flag: use.flag }}
        search={{ env: use.environment }}
        className="min-w-0 basis-56 font-semibold break-all underline-offset-4 hover:underline"
      >
        {use.flag}
      </Link>
      <span className="min-w-0 basis-40 font-mono text-small leading-6 break-all">{use.variant}</span>
      <span className="basis-32">{place}</span>
      <span className="figures min-w-0 flex-1 basis-56 break-words">{sayUse(use)}</span>
    </li>
  );
}
