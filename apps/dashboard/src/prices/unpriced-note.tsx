/** Says where calls have no known price, so that nobody takes a sum for the whole; and leads to giving them one. */

import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import type { UnpricedModel } from "@dimmer/protocol";
import { ButtonLink } from "../ui/button.tsx";
import { unpricedQuery } from "./price-queries.ts";
import { nameOf, sayUnpriced } from "./say-price.ts";

export interface UnpricedNoteProps {
  readonly project: string;
  /** Which of them matter here. */
  readonly isOurs: (model: UnpricedModel) => boolean;
}

/** Shape: nothing where every model has a price by now, or nobody knows. */
export function UnpricedNote({ project, isOurs }: UnpricedNoteProps) {
  const { data = [] } = useQuery(unpricedQuery(project));
  const open = data.filter((model) => !model.hasPrice && isOurs(model));
  const said = sayUnpriced(open);
  const [first] = open;
  if (said === undefined || first === undefined) return null;
  const model = nameOf(first);
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-control border border-light px-4 py-2">
      <TriangleAlert size={17} aria-hidden className="shrink-0 text-light-ink" />
      <p className="figures min-w-0 flex-1 basis-60 break-words">{said}</p>
      <ButtonLink
        look="bare"
        to="/projects/$project/prices"
        params={{ project }}
        search={{
          ...(first.provider === null ? {} : { provider: first.provider }),
          ...(model === null ? {} : { model }),
        }}
      >
        Give it a price
      </ButtonLink>
    </div>
  );
}
