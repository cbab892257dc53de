/** Every model and provider in use, where it is used, and the press that takes one off everywhere. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Empty, Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { groupUses, type ProviderUses } from "./group-uses.ts";
import { modelUsesQuery } from "./model-queries.ts";
import { ModelRow } from "./model-row.tsx";

const route = getRouteApi("/inside/projects/$project/models");

export function ModelsPage() {
  const { project } = useEnvironmentPlace();
  const uses = useQuery(modelUsesQuery(project.key));
  return (
    <Page
      title="Models"
      lead="Which models people get, through which flags. One that misbehaves is taken off here, everywhere at once."
    >
      {uses.isError ? (
        <Problem error={uses.error} onRetry={() => void uses.refetch()} />
      ) : uses.data === undefined ? (
        <Waiting rows={6} />
      ) : uses.data.length === 0 ? (
        <Empty title="No flag names a model yet">
          A variant whose value has a <code className="font-mono text-small">model</code> and a{" "}
          <code className="font-mono text-small">provider</code> shows up here, with everyone who gets it.
        </Empty>
      ) : (
        groupUses(uses.data).map((group) => <Provider key={group.provider ?? ""} group={group} />)
      )}
    </Page>
  );
}

function Provider({ group: { provider, models } }: { readonly group: ProviderUses }) {
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const toggle = (name: string) =>
    void navigate({ search: name === open ? {} : { open: name }, replace: true, resetScroll: false });
  const nameOf = (model: string | null) => `${provider ?? ""}/${model ?? ""}`;
  return (
    <Section title={provider ?? "No provider named"}>
      <ul className="flex flex-col">
        {models.map(({ model, uses, query }) => (
          <ModelRow
            key={model ?? ""}
            title={model ?? "No model named"}
            uses={uses}
            query={query}
            isOpen={open === nameOf(model)}
            onToggle={() => toggle(nameOf(model))}
          />
        ))}
        {provider !== null && models.length > 1 && (
          <ModelRow
            title={`all of ${provider}`}
            isAll
            uses={models.flatMap((one) => one.uses)}
            query={{ provider }}
            isOpen={open === provider}
            onToggle={() => toggle(provider)}
          />
        )}
      </ul>
    </Section>
  );
}
