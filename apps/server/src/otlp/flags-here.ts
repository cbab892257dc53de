/** What a snapshot says of the flags that spans may name: whether there is one, and which model a variant stands for. */

import type { Snapshot } from "@dimmer/evaluation";
import { fieldOf } from "./attributes.ts";
import type { FlagsHere } from "./named-flags.ts";

/** For one request: each value is read once, and only if two flags have to be told apart or one is named from above. */
export function flagsHere({ project, environment, flags, values }: Snapshot): FlagsHere {
  const models = new Map<string, ReturnType<FlagsHere["modelOf"]>>();
  return {
    project,
    environment,
    has: (flag) => Object.hasOwn(flags, flag),
    modelOf({ flag, variant }) {
      const { variants } = (Object.hasOwn(flags, flag) ? flags[flag] : undefined) ?? {};
      const { digest } = (variants !== undefined && Object.hasOwn(variants, variant) ? variants[variant] : undefined) ?? {};
      if (digest === undefined) return {};
      const model = models.get(digest) ?? modelIn(values[digest]);
      models.set(digest, model);
      return model;
    },
  };
}

/** The longest text that is taken for the name of a model. */
const MODEL_CHARS = 256;

function modelIn(text: string | undefined): ReturnType<FlagsHere["modelOf"]> {
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  const config = fieldOf(value, "model");
  if (typeof config === "string") return { config };
  return typeof value === "string" && value.length <= MODEL_CHARS ? { text: value } : {};
}
