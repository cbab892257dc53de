/** Plans what a flag does in one environment for another: the configuration travels, what people have switched there stays. */

import { isDeepStrictEqual } from "node:util";
import type { FlagEnvironment, Serve } from "@dimmer/evaluation";
import type { FlagView, Operation } from "@dimmer/protocol";
import { adoptBlock } from "./adopt-block.ts";

/**
 * Shape:  rules, default, fallback, requirements, pin policy and the published versions come over; kill, stops, pin epochs and named
 *         people of the target stay its own. Percentages are an edit of the splits that are there, so the fewest people move.
 * Errors: none; no operations where nothing differs, or where the flag is not configured in `from`.
 */
export function promoteFlag({ key: flag, environments }: FlagView, from: string, to: string): Operation[] {
  const source = environments[from]?.config;
  if (source === undefined) return [];
  const present = environments[to]?.config;
  const config = adoptBlock(present, travelling(source, present));
  const configure: Operation[] = isDeepStrictEqual(present, config)
    ? []
    : [{ kind: "configure-environment", flag, environment: to, config }];
  return [...configure, ...promoteValues(flag, source, present, to)];
}

function travelling(source: FlagEnvironment, present: FlagEnvironment | undefined): FlagEnvironment {
  const { targets: _targets, pinEpochs: _epochs, published: _published, rules, ...rest } = source;
  return {
    ...rest,
    ...(rules === undefined ? {} : { rules: rules.map((rule) => ({ ...rule, serve: withoutStored(rule.serve) })) }),
    default: withoutStored(source.default),
    ...(present?.targets === undefined ? {} : { targets: present.targets }),
  };
}

function withoutStored(serve: Serve): Serve {
  if (!("split" in serve)) return serve;
  const { stored: _stored, ...authored } = serve;
  return authored;
}

function promoteValues(flag: string, source: FlagEnvironment, present: FlagEnvironment | undefined, to: string): Operation[] {
  return Object.entries(source.published ?? {}).flatMap(([variant, version]): Operation[] =>
    present?.published?.[variant] === version ? [] : [{ kind: "publish", flag, variant, environments: [to], version }],
  );
}
