/** `dimmer eval-runs start SUITE`: has the server run a suite that it keeps, and waits for what comes of it. */

import { setTimeout as sleep } from "node:timers/promises";
import type { EvalRunRequest, EvalRunView } from "@dimmer/protocol";
import { readValueFile } from "../../document/read-value-file.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { wrongUsage } from "../../failure.ts";
import { sayRun } from "../../output/describe-evals.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";
import { readCount } from "../read-limit.ts";

/** Milliseconds between looks. */
const LOOK_MS = 1_000;

export const startEvalRun: Verb = {
  usage: "start <suite>",
  summary:
    "have the server run a suite that it keeps, through the environment's connections; the exit code is 1 without a report",
  options: [
    ["--flag <flag>", "the flag"],
    ["--variant <variant>", "the variant; what the environment serves of it unless one of the next three says otherwise"],
    ["--draft", "its draft"],
    ["--version <n>", "a version of its value"],
    ["--value-file <file>", "a value that is no draft yet, in a JSON or YAML file"],
    ["--number <n>", "which version of the suite; the newest unless given"],
    ["--connection <id>", "the connection to call the model through; by provider and region unless given"],
    ["--no-wait", "do not wait for its end"],
  ],
  examples: ["eval-runs start faq --flag summarizer --variant opus --draft --environment production"],
  run: start,
};

async function start(call: Call): Promise<ExitCode> {
  const order = await readOrder(call);
  const { client, project, environment } = await openEnvironment(call);
  let run = await client.startEvalRun(project, environment, order);
  while (call.has("wait") && run.endedAt === null) {
    call.output.say(`${run.done} of ${run.total}`);
    await sleep(LOOK_MS);
    run = await client.getEvalRun(project, run.id);
  }
  await call.output.result(run, () => sayRun(run));
  return isFine(run) ? EXIT.ok : EXIT.failed;
}

const isFine = ({ state }: EvalRunView): boolean => state === "finished" || state === "queued" || state === "running";

async function readOrder(call: Call): Promise<EvalRunRequest> {
  const [suite = ""] = call.args;
  const [flag, variant] = [call.option("flag"), call.option("variant")];
  if (flag === undefined || variant === undefined) throw wrongUsage("What is to be run? Say --flag and --variant.");
  const [number, version, file, connection] = ["number", "version", "value-file", "connection"].map((name) => call.option(name));
  return {
    suite,
    flag,
    variant,
    ...(number === undefined ? {} : { suiteNumber: readCount(number, "--number") }),
    ...(call.has("draft") ? { draft: true } : {}),
    ...(version === undefined ? {} : { version: readCount(version, "--version") }),
    ...(file === undefined ? {} : { value: await readValueFile(call.io.cwd, file) }),
    ...(connection === undefined ? {} : { connection }),
  };
}
