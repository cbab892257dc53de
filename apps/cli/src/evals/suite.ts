/** Reads a suite from a file. */

import { EvalSuite } from "@dimmer/protocol";
import { parseSource, readText } from "../document/read-document.ts";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";

/** Errors: a failure that shows the place in the file. */
export async function readSuite(cwd: string, file: string): Promise<EvalSuite> {
  const source = parseSource(file, await readText(cwd, file));
  if (source.data === undefined)
    throw new Failure(EXIT.failed, `${file} is neither YAML nor JSON.`, { issues: source.issues, source });
  const read = EvalSuite.safeParse(source.data);
  if (read.success) return read.data;
  const issues = read.error.issues.map(({ path, message }) => ({
    path: path.map((part) => `/${String(part)}`).join(""),
    code: "invalid-suite",
    message,
    mend: "See docs/guide/evals.md.",
    severity: "error" as const,
  }));
  throw new Failure(EXIT.failed, `${file} is no suite.`, { issues, source });
}
