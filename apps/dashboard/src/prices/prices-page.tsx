/** What models cost the project: calls without a price, prices of its own, and its limit. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ModelPrice } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { usePlace } from "../shell/projects-query.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Empty, Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { say } from "../ui/toast.tsx";
import { undoBy } from "../ui/undo.ts";
import { PriceDialog } from "./price-dialog.tsx";
import { PriceLimit } from "./price-limit.tsx";
import { pricesQuery } from "./price-queries.ts";
import { sayPrice } from "./say-price.ts";
import { UnpricedSection } from "./unpriced-section.tsx";
import { usePriceAct } from "./use-price-act.ts";

const route = getRouteApi("/inside/projects/$project/prices");

export function PricesPage() {
  const { project } = usePlace();
  const { provider, model } = route.useSearch();
  const navigate = route.useNavigate();
  const prices = useQuery(pricesQuery(project.key));
  const mayEdit = useMay("project.edit", project.key, null);
  const [edited, setEdited] = useState<ModelPrice>();
  // Whose price is to be given stands in the address: other pages lead here with it.
  const show = (asked: { readonly provider?: string | undefined; readonly model?: string }) =>
    void navigate({ search: asked, replace: true, resetScroll: false });
  const isAdding = model !== undefined && mayEdit;
  const add = mayEdit && (
    <Button icon={<Plus size={17} />} onClick={() => show({ model: "" })}>
      Add a price
    </Button>
  );
  return (
    <Page title="Prices" lead="What models cost. Each call is priced when it arrives, and stays as it was priced.">
      <UnpricedSection
        project={project}
        mayEdit={mayEdit}
        onPrice={(asked, name) => show({ model: name, ...(asked === undefined ? {} : { provider: asked }) })}
      />
      <Section
        title="Prices of your own"
        about="They come before the table that ships with Dimmer. Dollars for a million tokens."
        acts={(prices.data?.items.length ?? 0) > 0 && add}
      >
        {prices.isError && <Problem error={prices.error} onRetry={() => void prices.refetch()} />}
        {prices.isPending && <Waiting rows={3} />}
        {prices.data?.items.length === 0 && (
          <Empty title="None yet" act={add}>
            The table knows the list prices of some 1,700 models. Say here what you pay instead: a discount, a model of your own
            house, one that is newer than the table.
          </Empty>
        )}
        <ul className="flex flex-col empty:hidden">
          {prices.data?.items.map((price) => (
            <PriceRow
              key={JSON.stringify([price.provider, price.model, price.from])}
              project={project.key}
              price={price}
              mayEdit={mayEdit}
              onEdit={() => setEdited(price)}
            />
          ))}
        </ul>
      </Section>
      {prices.data !== undefined && <PriceLimit project={project.key} limitUsd={prices.data.outputLimitUsd} mayEdit={mayEdit} />}
      {isAdding && (
        <PriceDialog
          project={project.key}
          provider={provider}
          model={model === "" ? undefined : model}
          onClose={() => show({})}
        />
      )}
      {edited !== undefined && <PriceDialog project={project.key} price={edited} onClose={() => setEdited(undefined)} />}
    </Page>
  );
}

interface PriceRowProps {
  readonly project: string;
  readonly price: ModelPrice;
  readonly mayEdit: boolean;
  readonly onEdit: () => void;
}

function PriceRow({ project, price, mayEdit, onEdit }: PriceRowProps) {
  const { provider, model, from } = price;
  const again = usePriceAct(
    project,
    (_order: void) => undoBy(() => management.setPrice(project, price)),
    () => undefined,
  );
  const remove = usePriceAct(
    project,
    (_order: void) => management.removePrice(project, { provider, model, from }),
    () =>
      say({
        title: `The price of ${model} is removed`,
        about: "The table’s price counts again, if it has one.",
        act: { label: "Undo", run: () => again.mutate() },
      }),
  );
  const refused = () => say({ ...messageOf(remove.error), isProblem: true });
  return (
    <li className="flex items-center gap-2 border-b border-line py-2">
      <div className="min-w-0 flex-1">
        <p className="break-all">
          <span className="font-mono font-semibold">{model}</span> <span className="text-quiet">of {provider}</span>
        </p>
        <p className="figures text-small text-quiet">
          {sayPrice(price)}; from {from} on
        </p>
      </div>
      {mayEdit && (
        <>
          <IconButton label={`Edit the price of ${model}`} onClick={onEdit}>
            <Pencil size={16} />
          </IconButton>
          <IconButton
            label={`Remove the price of ${model}`}
            disabled={remove.isPending}
            onClick={() => remove.mutate(undefined, { onError: refused })}
          >
            <Trash2 size={16} />
          </IconButton>
        </>
      )}
    </li>
  );
}
