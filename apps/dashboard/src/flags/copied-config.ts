/** What of one environment is taken over into another. */

import type { FlagEnvironment, Serve } from "@dimmer/evaluation";
import { authored } from "./rule-sentences.ts";

/**
 * Shape:  rules, shares, named people, fallback, needs, sessions and what is published. Where the target is set up already, on and off and
 *         stops stay the target's; a new one is on, whatever was killed elsewhere. Shares come without their ranges, so that in the target the
 *         fewest people move.
 */
export function copiedConfig(from: FlagEnvironment, target: FlagEnvironment | undefined): FlagEnvironment {
  const { stopped: _stopped, pinEpochs: _pinEpochs, rules, ...rest } = from;
  return {
    ...rest,
    enabled: target?.enabled ?? true,
    ...(target?.stopped === undefined ? {} : { stopped: target.stopped }),
    default: authored(from.default),
    ...(rules === undefined ? {} : { rules: rules.map((rule): typeof rule => ({ ...rule, serve: serveOf(rule) })) }),
  };
}

const serveOf = ({ serve }: { readonly serve: Serve }): Serve => authored(serve);
