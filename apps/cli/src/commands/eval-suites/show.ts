/** `dimmer eval-suites show SUITE`: a suite as it is kept, as YAML that can be pushed again. */

import { stringify } from "yaml";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readCount } from "../read-limit.ts";

export const showEvalSuite: Verb = {
  usage: "show <suite>",
  summary: "a suite as it is kept, as YAML that can be run or pushed again",
  options: [["--number <n>", "which version; the newest unless given"]],
  examples: ["eval-suites show faq > faq.yaml", "eval-suites show faq --number 2"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const number = call.option("number");
  const { client, project } = await openServer(call);
  const found = await client.getEvalSuite(project, name, number === undefined ? undefined : readCount(number, "--number"));
  await call.output.result(found, () => stringify(found.suite).trimEnd());
}
