/** The start of a guarded rollout: what is ramped for whom, and the plan. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { sayCondition, variantsOf } from "@dimmer/evaluation";
import type { FlagView } from "@dimmer/protocol";
import { flagQuery, summariesQuery } from "../flags/flag-queries.ts";
import { sharesOf } from "../flags/shares.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { CompactSelect } from "../ui/field.tsx";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { Planner } from "./planner.tsx";

const EVERYONE = "default";

export function NewRolloutPage() {
  const { project, environment } = useEnvironmentPlace();
  const { flag: key } = useSearch({ from: "/inside/projects/$project/rollouts/new" });
  const navigate = useNavigate({ from: "/projects/$project/rollouts/new" });
  const flags = useQuery(summariesQuery(project.key, environment.key));
  const offered = (flags.data ?? []).filter(({ archived, state }) => !archived && state !== "absent");
  const flag = useQuery({ ...flagQuery(project.key, key ?? ""), enabled: key !== undefined });
  return (
    <Page title="A new rollout" lead={`In ${environment.name}. Nothing starts before you say so.`}>
      {flags.isError && <Problem error={flags.error} onRetry={() => void flags.refetch()} />}
      {flags.data !== undefined && offered.length === 0 && (
        <Empty title="No flag to turn">Make a flag and set it up in {environment.name} first.</Empty>
      )}
      {offered.length > 0 && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-3">
          <span className="text-quiet">Turn</span>
          <CompactSelect
            label="Flag"
            value={key ?? ""}
            onChange={({ target }) => void navigate({ search: target.value === "" ? {} : { flag: target.value } })}
            choices={[
              { value: "", label: "choose a flag" },
              ...offered.map((one) => ({ value: one.key, label: one.key })),
              ...(key === undefined || offered.some((one) => one.key === key) ? [] : [{ value: key, label: key }]),
            ]}
          />
          {flag.data !== undefined && <Target flag={flag.data} environment={environment.key} />}
        </div>
      )}
      {key !== undefined && flag.isError && <Problem error={flag.error} onRetry={() => void flag.refetch()} />}
      {key !== undefined && flag.isPending && <Waiting rows={6} />}
      {flag.data !== undefined && <Chosen flag={flag.data} />}
    </Page>
  );
}

/** Rules and variants that could be ramped, and those that are. */
function useTarget(flag: FlagView, environment: string) {
  const { rule = EVERYONE, variant } = useSearch({ from: "/inside/projects/$project/rollouts/new" });
  return useMemo(() => {
    const config = flag.environments[environment]?.config;
    const variants = Object.keys(variantsOf(flag.definition));
    const { rules = [] } = config ?? {};
    const places = [
      ...rules.map(({ id, name, when, serve }) => ({
        rule: id,
        who: name ?? (when === undefined ? "everyone" : `whom ${sayCondition(when)}`),
        serve,
      })),
      ...(config === undefined
        ? []
        : [{ rule: EVERYONE, who: rules.length === 0 ? "everyone" : "everyone else", serve: config.default }]),
    ];
    const place = places.find((one) => one.rule === rule);
    const shares = place === undefined ? {} : sharesOf(place.serve, variants);
    const chosen = variant ?? variants.find((name) => (shares[name] ?? 0) < 100) ?? variants[0];
    return { places, place, variants, shares, chosen };
  }, [flag, environment, rule, variant]);
}

function Target({ flag, environment }: { readonly flag: FlagView; readonly environment: string }) {
  const navigate = useNavigate({ from: "/projects/$project/rollouts/new" });
  const { places, place, variants, shares, chosen } = useTarget(flag, environment);
  return (
    <>
      <span className="text-quiet">towards</span>
      <CompactSelect
        label="Variant"
        value={chosen ?? ""}
        onChange={({ target }) => void navigate({ search: (before) => ({ ...before, variant: target.value }) })}
        choices={variants.map((name) => ({ value: name, label: `${name}, now at ${shares[name] ?? 0} %` }))}
      />
      <span className="text-quiet">for</span>
      <CompactSelect
        label="For whom"
        value={place?.rule ?? EVERYONE}
        onChange={({ target }) =>
          void navigate({ search: (before) => ({ ...before, rule: target.value === EVERYONE ? undefined : target.value }) })
        }
        choices={places.map(({ rule, who }) => ({ value: rule, label: who }))}
      />
    </>
  );
}

function Chosen({ flag }: { readonly flag: FlagView }) {
  const { project, environment } = useEnvironmentPlace();
  const { place, chosen, shares } = useTarget(flag, environment.key);
  if (place === undefined || chosen === undefined)
    return <Empty title={`${flag.key} is not set up in ${environment.name}`}>Give it a default there first.</Empty>;
  return (
    <Planner
      key={`${flag.key} ${place.rule} ${chosen}`}
      project={project.key}
      environment={environment.key}
      flag={flag.key}
      rule={place.rule}
      variant={chosen}
      percent={shares[chosen] ?? 0}
    />
  );
}
