/** A model that answers and has no price, as an alert. */

import type { UnpricedModel } from "../../telemetry/alarm-unpriced.ts";
import type { Sighting } from "./sighting.ts";

/** Shape: of a project one for each model, wherever it was seen first that day. */
export function unpricedSighting({ project, environment, provider, model, flag, variant }: UnpricedModel): Sighting {
  const name = provider === undefined ? model : `${provider} ${model}`;
  return {
    counts: {},
    alert: () => ({
      project,
      key: `unpriced-model/${provider ?? ""}/${model}`,
      kind: "unpriced-model",
      severity: "warn",
      environment,
      ...(flag === undefined ? {} : { flag }),
      ...(variant === undefined ? {} : { variant }),
      title: `${name} answers and has no price`,
      cause: `${name} answered in ${environment}, and no price of it is known. Its calls are in no sum of cost, and no budget counts them.`,
      evidence: { provider: provider ?? null, model },
      action: { kind: "page", label: "Say what it costs", path: `/projects/${encodeURIComponent(project)}/prices` },
    }),
  };
}
