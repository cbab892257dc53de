/** Which model is meant, and where: every environment that the token reaches, unless one is named. */

import type { ModelQuery } from "@dimmer/protocol";
import { wrongUsage } from "../failure.ts";
import type { Call } from "../verb.ts";

export function modelQueryOf(call: Call, model: string | undefined): ModelQuery {
  const provider = call.option("provider");
  const { environment } = call.settings;
  if (model === undefined && provider === undefined)
    throw wrongUsage("Name a model or a provider.", "Write dimmer where claude-opus-4-6, or dimmer where --provider anthropic.");
  return {
    ...(model === undefined ? {} : { model }),
    ...(provider === undefined ? {} : { provider }),
    ...(environment === undefined ? {} : { environment }),
  };
}
