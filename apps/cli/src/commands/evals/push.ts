/** `dimmer evals push FILE`: results of promptfoo or of anything else, as a report of one content. */

import { readText } from "../../document/read-document.ts";
import { CONTENT_OPTIONS, readContent } from "../../evals/content.ts";
import { pushResults } from "../../evals/push-results.ts";
import { readResults } from "../../evals/read-results.ts";
import { wrongUsage } from "../../failure.ts";
import { sayScores } from "../../output/describe-evals.ts";
import { plural } from "../../output/issues.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const pushEvals: Verb = {
  usage: "push <file>",
  summary: "push results: promptfoo's (-o results.json), or items with scores as JSON or JSON lines",
  options: [
    ...CONTENT_OPTIONS,
    ["--suite <name>", "the suite that was run"],
    ["--suite-version <version>", "its version; only reports of the same one are compared"],
    ["--prompt <name>", "which of promptfoo's prompts is this variant, where it ran several"],
    ["--model <model>", "the model that answered"],
    ["--judge <model>", "the model that judged, by its dated name; only reports of the same one are compared"],
  ],
  examples: [
    "evals push results.json --flag summarizer --variant opus --suite faq",
    "evals push scores.jsonl --flag summarizer --variant opus --version 3 --suite faq --judge judge-2026-05-01",
  ],
  run: push,
};

async function push(call: Call): Promise<void> {
  const [file = ""] = call.args;
  const suite = call.option("suite");
  if (suite === undefined) throw wrongUsage("Which suite was run? Say --suite.");
  const results = readResults(file, await readText(call.io.cwd, file), call.option("prompt"));
  const server = await openServer(call);
  const content = await readContent(call, server);
  const judge = call.option("judge");
  const about = {
    suite,
    suiteVersion: call.option("suite-version"),
    model: call.option("model"),
    judge: judge === undefined ? undefined : { name: results.source, model: judge },
  };
  const report = await pushResults(server, content, about, results);
  for (const remark of results.remarks) call.output.warn(remark);
  await call.output.result(
    report,
    () => `Pushed ${report.id}, ${plural(report.itemCount, "item")} of ${suite} for ${content.words}: ${sayScores(report)}.`,
  );
}
