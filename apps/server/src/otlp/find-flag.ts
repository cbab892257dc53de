/** Finds the flag that a call of a model belongs to: the one its span names, else the nearest above it, else one of its trace. */

import { textOf } from "./attributes.ts";
import { OTLP_LIMITS } from "./limits.ts";
import { type FlagsHere, namedBy, type NamedFlag, type NamedInTrace } from "./named-flags.ts";
import type { OtlpSpan } from "./read-records.ts";

/** `none` names no flag of this environment; `several` could be any of them, and a guess would be evidence for the wrong one. */
export type Finding = NamedFlag | "none" | "several";

/** Of one trace, the spans that were sent, each with the one above it; null for the first of all. */
export type Parents = ReadonlyMap<string, string | null>;

/**
 * Shape:  what the span itself names is believed. What is named above it is believed where the models agree, as not every call below a
 *         flag is made by it; of several flags the one counts whose variant names the model. Only where the way up leaves what was sent
 *         does what was evaluated elsewhere in the trace count.
 * Errors: none.
 * Source: ADR-0055.
 */
export function findFlag(span: OtlpSpan, parents: Parents, trace: NamedInTrace, here: FlagsHere): Finding {
  const own = namedBy(span.attributes, here);
  if (own !== undefined) return own;
  const model = textOf(span.attributes, "requestModel") ?? textOf(span.attributes, "responseModel");
  let at: string | null | undefined = span.spanId;
  for (let level = 0; level < OTLP_LIMITS.ancestors && typeof at === "string"; level++) {
    const found = choose(trace.by(at), model, here);
    if (found !== "none") return found;
    at = parents.get(at);
  }
  return at === null ? "none" : choose(trace.evaluated(), model, here);
}

/** Of several the one that names the model; else, where no config was passed over for another model, the only one. */
export function choose(named: readonly NamedFlag[], model: string | undefined, here: FlagsHere): Finding {
  const fits = { named: [] as NamedFlag[], config: [] as NamedFlag[], open: [] as NamedFlag[], other: [] as NamedFlag[] };
  // The last word on each flag.
  for (const one of new Map(named.map((each) => [each.served.flag, each])).values()) fits[fitOf(one, model, here)].push(one);
  for (const those of [fits.named, fits.config])
    if (those.length > 0) return those.length === 1 ? (those[0] ?? "none") : "several";
  const [only] = fits.open;
  if (only === undefined) return "none";
  return fits.open.length === 1 && fits.other.length === 0 ? only : "several";
}

/** `named` is of that very model, `config` of some where the call does not say which, `other` of another; `open` may be of any. */
function fitOf({ served }: NamedFlag, model: string | undefined, here: FlagsHere): "named" | "config" | "open" | "other" {
  const { config, text } = here.modelOf(served);
  const name = config ?? text;
  if (name !== undefined && model !== undefined && isSameModel(name, model)) return "named";
  if (config === undefined) return "open";
  return model === undefined ? "config" : "other";
}

/** Gateways put the provider before a name, and providers a date behind it. */
function isSameModel(name: string, called: string): boolean {
  const [plain, other] = [name.slice(name.lastIndexOf("/") + 1), called.slice(called.lastIndexOf("/") + 1)];
  return other === plain || (other.startsWith(plain) && /^[-@]\d{4}/u.test(other.slice(plain.length)));
}
