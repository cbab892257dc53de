/** `dimmer validate FILE`: is this document valid, and if not, where and what to do. */

import { parseDocument, type Issue } from "@dimmer/evaluation";
import { expectationIssues } from "../document/expectation-issues.ts";
import { snippetIssues } from "../document/snippet-issues.ts";
import { readSource, type SourceText } from "../document/read-document.ts";
import { EXIT } from "../exit-codes.ts";
import { countIssues, plural, renderIssue } from "../output/issues.ts";
import type { Call, Verb } from "../verb.ts";

export const validate: Verb = {
  usage: "validate <file>",
  summary: "check a flag document and show what is wrong, where, and how to mend it",
  examples: ["validate dimmer.yaml", "validate dimmer.yaml --json"],
  run: validateFile,
};

async function validateFile(call: Call): Promise<typeof EXIT.ok | typeof EXIT.failed> {
  const source = await readSource(call.io.cwd, call.args[0] ?? "");
  const parsed = source.data === undefined ? { value: undefined, issues: [] } : parseDocument(source.data);
  const found = parsed.value === undefined ? [] : [...expectationIssues(parsed.value), ...snippetIssues(parsed.value)];
  const issues = [...source.issues, ...parsed.issues, ...found];
  const errors = countIssues(issues, "error");
  const ok = errors === 0 && parsed.value !== undefined;
  const flags = Object.keys(parsed.value?.flags ?? {}).length;
  const data = { file: source.file, ok, flags, issues: issues.map((issue) => ({ ...issue, ...source.place(issue.path) })) };
  await call.output.result(data, () => render(call, source, issues, ok, flags));
  return ok ? EXIT.ok : EXIT.failed;
}

function render(call: Call, source: SourceText, issues: readonly Issue[], ok: boolean, flags: number): string {
  const { paint } = call.output;
  const counts = `${plural(countIssues(issues, "error"), "error")}, ${plural(countIssues(issues, "warning"), "warning")}`;
  const verdict = ok
    ? paint("green", `${source.file} is valid: ${plural(flags, "flag")}, ${counts}.`)
    : paint("red", `${source.file} is not valid: ${counts}.`);
  return [...issues.map((issue) => `${renderIssue(issue, paint, source)}\n`), verdict].join("\n");
}
