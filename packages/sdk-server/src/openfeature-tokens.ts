/** Tokens that an OpenFeature context carries: taken out, verified, and applied to one look-up. */

import type { EvaluationDetails } from "@dimmer/evaluation";
import type { EvaluationContext } from "@openfeature/server-sdk";
import type { Dimmer } from "./client.ts";
import type { Scope } from "./scope.ts";

// Literal, because the SDK does not load the protocol; a test holds them together.
export const CONTEXT_TOKEN = "dimmerContext";
export const OVERRIDES_TOKEN = "dimmerOverrides";
export const PIN_TOKEN = "dimmerPin";

export type AskScope<T> = (scope: Scope) => EvaluationDetails<T>;

export const carriesTokens = (context: EvaluationContext): boolean =>
  context[CONTEXT_TOKEN] !== undefined || context[OVERRIDES_TOKEN] !== undefined || context[PIN_TOKEN] !== undefined;

/**
 * Asks with the tokens of a context.
 *
 * Shape:  what was signed lies over what was claimed; overrides and pins count in this look-up alone. A token that does not count changes
 *         nothing, and the metadata says why under the name of its attribute, as OFREP's does.
 * Errors: none.
 * Source: ADR-0031, ADR-0046.
 */
export async function resolveWithTokens<T>(
  client: Dimmer,
  { [CONTEXT_TOKEN]: contextToken, [OVERRIDES_TOKEN]: overridesToken, [PIN_TOKEN]: pinToken, ...claims }: EvaluationContext,
  ask: AskScope<T>,
): Promise<EvaluationDetails<T>> {
  // Anything may stand in an attribute; what is no text is a token that does not count.
  const [signed, wanted] = await Promise.all([
    client.readContext(contextToken as string | undefined),
    client.readOverrides(overridesToken as string | undefined),
  ]);
  const context = { ...claims, ...signed.context };
  const pinned = await client.readPins(pinToken as string | undefined, context);
  const scope = client.scope(context, { overrides: wanted.overrides, pins: pinned.pins });
  const details = ask(scope);
  scope.close();
  const problems = {
    ...(signed.problem === undefined ? {} : { [CONTEXT_TOKEN]: signed.problem }),
    ...(wanted.problem === undefined ? {} : { [OVERRIDES_TOKEN]: wanted.problem }),
    ...(pinned.problem === undefined ? {} : { [PIN_TOKEN]: pinned.problem }),
  };
  return Object.keys(problems).length === 0 ? details : { ...details, flagMetadata: { ...details.flagMetadata, ...problems } };
}
