/** Two environments of one project side by side: which flags and segments are configured otherwise, place by place. */

import type { FlagEnvironment, JsonValue, SegmentEnvironment, Serve } from "@dimmer/evaluation";
import { diffJson } from "@dimmer/planning";
import type { Effect, FlagView, SegmentView } from "@dimmer/protocol";

/**
 * Shape:  written as effects: `before` is how it is in `from`, `after` how it is in `to`.
 *         Pin epochs and revisions are history and no difference; the same shares laid out over other people are one.
 * Errors: none.
 */
export function compareEnvironments(
  flags: readonly FlagView[],
  segments: readonly SegmentView[],
  from: string,
  to: string,
): Effect[] {
  const flagEffects = flags.flatMap(({ key, environments }) =>
    diffJson(`flags/${key}`, viewBlock(environments[from]?.config), viewBlock(environments[to]?.config)),
  );
  const segmentEffects = segments.flatMap(({ key, definition: { environments = {} } }) =>
    diffJson(`segments/${key}`, viewSegment(environments[from]), viewSegment(environments[to])),
  );
  return [...flagEffects, ...segmentEffects];
}

/** Rules by id, with their order beside, so that one that has moved is not two that have changed. */
function viewBlock(config: FlagEnvironment | undefined): JsonValue | undefined {
  if (config === undefined) return undefined;
  const { rules = [], default: standard, stopped = [], pinEpochs: _epochs, ...rest } = config;
  const view = {
    ...rest,
    stopped: [...stopped].sort(),
    rules: Object.fromEntries(rules.map(({ id, serve, ...rule }) => [id, { ...rule, serve: viewServe(serve) }])),
    ruleOrder: rules.map(({ id }) => id),
    default: viewServe(standard),
  };
  return view as unknown as JsonValue;
}

function viewServe(serve: Serve): object {
  if (!("split" in serve) || serve.stored === undefined) return serve;
  const { previous: _previous, ...stored } = serve.stored;
  return { ...serve, stored };
}

const viewSegment = (config: SegmentEnvironment | undefined): JsonValue | undefined => config as unknown as JsonValue | undefined;
