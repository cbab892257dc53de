/** `dimmer environments update ENV`: another name, whether mistakes there reach customers, or which evals it requires. */

import { EvalRequirements } from "@dimmer/protocol";
import { parseSource, readText } from "../../document/read-document.ts";
import { EXIT } from "../../exit-codes.ts";
import { Failure, wrongUsage } from "../../failure.ts";
import { plural } from "../../output/issues.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const updateEnvironment: Verb = {
  usage: "update <environment>",
  summary: "rename an environment, say whether it is production, or which evals it requires; its key stays",
  options: [
    ["--name <name>", "its name for people"],
    ["--production", "mark it as one where mistakes reach customers"],
    ["--not-production", "take that mark away"],
    ["--require-evals <file>", "a YAML or JSON list of what a value must have passed before it is served there"],
    ["--require-no-evals", "require none"],
  ],
  examples: [
    "environments update production --require-evals evals.yaml",
    "environments update eu --production",
    "environments update staging --name 'Staging, Frankfurt'",
  ],
  run: update,
};

async function update(call: Call): Promise<void> {
  const [environment = ""] = call.args;
  const name = call.option("name");
  const [isMarked, isUnmarked] = [call.has("production"), call.has("not-production")];
  if (isMarked && isUnmarked) throw wrongUsage("It is production or it is not: say one of them.");
  const requireEvals = await readRequirements(call);
  if (name === undefined && !isMarked && !isUnmarked && requireEvals === undefined)
    throw wrongUsage(
      `What is to change about ${environment}? Say --name, --production, --not-production, --require-evals or --require-no-evals.`,
    );
  const edit = {
    ...(name === undefined ? {} : { name }),
    ...(isMarked || isUnmarked ? { production: isMarked } : {}),
    ...(requireEvals === undefined ? {} : { requireEvals }),
  };
  const { client, project } = await openServer(call);
  const after = await client.updateEnvironment(project, environment, edit);
  const { length } = after.requireEvals;
  const evals = length === 0 ? "" : `, and requires ${plural(length, "eval")} before it serves a value`;
  await call.output.result(
    after,
    () => `${after.key} is called ${after.name} and is ${after.production ? "" : "not "}production${evals}.`,
  );
}

async function readRequirements(call: Call): Promise<EvalRequirements | undefined> {
  const file = call.option("require-evals");
  const isNone = call.has("require-no-evals");
  if (isNone && file !== undefined) throw wrongUsage("It requires evals or none: say one of them.");
  if (file === undefined) return isNone ? [] : undefined;
  const read = EvalRequirements.safeParse(parseSource(file, await readText(call.io.cwd, file)).data);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Failure(EXIT.failed, `${file} is no list of requirements: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`, {
    mend: "Each is { flag or tag, suite, scorer, atLeast, maxAgeHours }; see docs/guide/evals.md.",
  });
}
