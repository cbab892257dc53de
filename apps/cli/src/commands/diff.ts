/** `dimmer diff ENV ENV`: what two environments of a project do differently. */

import { compareEnvironments } from "../document/compare-environments.ts";
import { chooseEnvironment } from "../environment-choice.ts";
import { EXIT } from "../exit-codes.ts";
import { describeEffects } from "../output/describe-effects.ts";
import { environmentsIn, openServer } from "../server.ts";
import type { Call, Verb } from "../verb.ts";

export const diff: Verb = {
  usage: "diff <from> <to>",
  summary: "what two environments do differently; exit code 1 where they do",
  examples: ["diff staging production"],
  run: compare,
};

async function compare(call: Call): Promise<typeof EXIT.ok | typeof EXIT.failed> {
  const server = await openServer(call);
  const known = await environmentsIn(server);
  const [from = "", to = ""] = call.args.map((name) => chooseEnvironment(name, known, `Project ${server.project}`));
  const { client, project } = server;
  const effects = compareEnvironments(await client.listFlags(project), await client.listSegments(project), from, to);
  await call.output.result(effects, () => {
    if (effects.length === 0) return `${from} and ${to} do the same.`;
    const lines = describeEffects(effects).flatMap(({ sign, title, lines: places }) => [
      sign === "~" ? title : `${title}: only in ${sign === "+" ? to : from}`,
      ...places.map((line) => `    ${line}`),
    ]);
    return [`${from} → ${to}:`, ...lines.map((line) => `  ${line}`)].join("\n");
  });
  return effects.length === 0 ? EXIT.ok : EXIT.failed;
}
