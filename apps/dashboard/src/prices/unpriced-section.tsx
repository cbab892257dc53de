/** Models that answered and whose calls have no price: how many, where, and the way to a price. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { listOf } from "@dimmer/evaluation";
import type { ProjectView } from "@dimmer/protocol";
import { modelUsesQuery } from "../models/model-queries.ts";
import { Button } from "../ui/button.tsx";
import { Problem, Section, Waiting } from "../ui/page.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { Time } from "../ui/time.tsx";
import { unpricedQuery } from "./price-queries.ts";
import { groupUnpriced, type UnpricedGroup } from "./say-price.ts";

export interface UnpricedSectionProps {
  readonly project: ProjectView;
  readonly mayEdit: boolean;
  readonly onPrice: (provider: string | undefined, model: string) => void;
}

export function UnpricedSection({ project, mayEdit, onPrice }: UnpricedSectionProps) {
  const unpriced = useQuery(unpricedQuery(project.key));
  const { data: uses = [] } = useQuery(modelUsesQuery(project.key));
  const groups = groupUnpriced(unpriced.data ?? [], uses);
  return (
    <Section
      title="Calls without a price"
      about="Of the last 24 hours. They are in no sum of cost, and no mean takes them for nothing."
    >
      {unpriced.isError && <Problem error={unpriced.error} onRetry={() => void unpriced.refetch()} />}
      {unpriced.isPending && <Waiting rows={2} />}
      {unpriced.isSuccess && groups.length === 0 && <p className="text-quiet">Every call has a price.</p>}
      <ul className="flex flex-col empty:hidden">
        {groups.map((group) => (
          <Row
            key={JSON.stringify([group.provider, group.model])}
            project={project}
            group={group}
            mayEdit={mayEdit}
            onPrice={onPrice}
          />
        ))}
      </ul>
    </Section>
  );
}

function Row({ project, group, mayEdit, onPrice }: UnpricedSectionProps & { readonly group: UnpricedGroup }) {
  const { provider, model, calls, environments, lastAt, hasPrice, flags } = group;
  const nameOf = (key: string) => project.environments.find((one) => one.key === key)?.name ?? key;
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b border-line py-3">
      <span className="mt-1.5">
        <StatusLight status={hasPrice ? "unknown" : "warning"} />
      </span>
      <div className="min-w-0 flex-1 basis-60">
        <p className="break-all">
          <span className="font-mono font-semibold">{model ?? "A model without a name"}</span>{" "}
          <span className="text-quiet">of {provider ?? "nobody knows whom"}</span>
        </p>
        <p className="figures text-small text-quiet">
          {calls.toLocaleString("en")} {calls === 1 ? "call" : "calls"} in {listOf(environments.map(nameOf), "and")}, the last{" "}
          <Time at={lastAt} />. {hasPrice && "It has a price: these came before it, or told no count of tokens."}
        </p>
        {flags.length > 0 && (
          <p className="text-small text-quiet">
            Named by{" "}
            {flags.map((flag, at) => (
              <span key={flag}>
                {at > 0 && ", "}
                <Link
                  to="/projects/$project/flags/$flag/variants"
                  params={{ project: project.key, flag }}
                  className="text-ink underline-offset-4 hover:underline"
                >
                  {flag}
                </Link>
              </span>
            ))}
            .
          </p>
        )}
      </div>
      {!hasPrice && model !== null && (
        <Button
          disabled={!mayEdit}
          title={mayEdit ? undefined : "Your role does not let you edit the project."}
          onClick={() => onPrice(provider ?? undefined, model)}
        >
          Give it a price
        </Button>
      )}
    </li>
  );
}
