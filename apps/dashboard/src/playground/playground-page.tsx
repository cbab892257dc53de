/** The playground: one prompt on several variants of a flag, side by side. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { flagQuery, summariesQuery } from "../flags/flag-queries.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { ButtonLink } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { Bench } from "./bench.tsx";

const route = getRouteApi("/inside/projects/$project/playground");

export function PlaygroundPage() {
  const { project, environment } = useEnvironmentPlace();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const summaries = useQuery(summariesQuery(project.key, environment.key));
  const flags = (summaries.data ?? []).filter(({ type, archived }) => type === "object" && !archived).map(({ key }) => key);
  const chosen = search.flag ?? flags[0];
  const flag = useQuery({ ...flagQuery(project.key, chosen ?? ""), enabled: chosen !== undefined });
  return (
    <Page title="Playground" lead={`One prompt on several variants, side by side. Nobody in ${environment.name} gets any of it.`}>
      {summaries.isError && <Problem error={summaries.error} onRetry={() => void summaries.refetch()} />}
      {summaries.isPending && <Waiting rows={3} />}
      {summaries.isSuccess && chosen === undefined && (
        <Empty
          title="No flag holds a prompt yet"
          act={
            <ButtonLink to="/projects/$project/flags" params={{ project: project.key }}>
              See the flags
            </ButtonLink>
          }
        >
          A flag whose variants are AI configs, a model with its prompt, can be tried here: what each variant answers, how long it
          takes and what it costs.
        </Empty>
      )}
      {chosen !== undefined && summaries.isSuccess && (
        <>
          <div className="max-w-md">
            <SelectField
              label="Flag"
              value={chosen}
              choices={[...new Set([chosen, ...flags])].sort().map((key) => ({ value: key, label: key }))}
              hint={flag.data?.definition.description}
              onChange={(event) => void navigate({ search: { flag: event.target.value } })}
            />
          </div>
          {flag.isError && <Problem error={flag.error} onRetry={() => void flag.refetch()} />}
          {flag.isPending && <Waiting rows={4} />}
          {flag.isSuccess && <Bench key={`${environment.key} ${chosen}`} flag={flag.data} />}
        </>
      )}
    </Page>
  );
}
