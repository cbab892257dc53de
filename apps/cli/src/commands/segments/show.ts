/** `dimmer segments show SEGMENT`: who is in it, in each environment. */

import { type SegmentEnvironment, sayCondition } from "@dimmer/evaluation";
import { plural } from "../../output/issues.ts";
import { findSegment, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const showSegment: Verb = { usage: "show <segment>", summary: "who is in a segment, in each environment", run: show };

async function show(call: Call): Promise<void> {
  const server = await openServer(call);
  const segment = await findSegment(server, call.args[0] ?? "");
  const { description, environments = {} } = segment.definition;
  await call.output.result(segment, () => {
    const blocks = Object.entries(environments).map(
      ([name, block]) => `  ${call.output.paint("bold", name)}  ${describeSegment(block)}`,
    );
    const owner = segment.file === null ? [] : [sayOwner(segment.key, segment.file.name)];
    const head = [call.output.paint("bold", segment.key), ...(description === undefined ? [] : [description])];
    return [...head, ...owner, ...blocks].join("\n");
  });
}

const sayOwner = (key: string, file: string): string =>
  `Owned by ${file}: edit it there and apply it, or \`dimmer segments release ${key}\`.`;

function describeSegment({ include = [], exclude = [], when }: SegmentEnvironment): string {
  const parts = [
    ...(include.length > 0 ? [plural(include.length, "named person", "named people")] : []),
    ...(when === undefined ? [] : [`those whose ${sayCondition(when)}`]),
  ];
  const inside = parts.length === 0 ? "nobody" : parts.join(", and ");
  return exclude.length === 0 ? inside : `${inside}, but not ${plural(exclude.length, "named person", "named people")}`;
}
