/** Answers a stream of contexts: a line in, a line out, in order, as fast as the reader takes them. */

import type { Writable } from "node:stream";
import { writeAll } from "../../io.ts";
import type { Answers } from "./answers.ts";
import { type Line, readLineBlocks } from "./lines.ts";

/** UTF-16 code units gathered before they are written. */
const WRITE_UNITS = 256 * 1024;

export interface StreamResult {
  readonly lines: number;
  /** Lines that held no context. */
  readonly bad: number;
}

/**
 * Shape:  line n of the output answers line n of the input; blank lines count only when something follows them.
 * Errors: rejects when a stream does; a bad line is an error object in its place.
 */
export async function answerStream(
  answers: Answers,
  answer: (context: unknown) => string,
  input: AsyncIterable<Uint8Array | string>,
  output: Writable,
): Promise<StreamResult> {
  let number = 0;
  let bad = 0;
  let blanks = 0;
  let gathered = "";
  const refuse = (problem: string) => {
    bad++;
    gathered += `${answers.refuse(number, problem)}\n`;
  };
  const take = (line: Line) => {
    if ("text" in line && isBlank(line.text)) {
      blanks++;
      return;
    }
    for (; blanks > 0; blanks--) {
      number++;
      refuse("it is empty");
    }
    number++;
    const context = readContext(line);
    if (typeof context === "string") refuse(context);
    else gathered += `${answer(context)}\n`;
  };
  for await (const block of readLineBlocks(input)) {
    for (const line of block) {
      take(line);
      if (gathered.length < WRITE_UNITS) continue;
      await writeAll(output, gathered);
      gathered = "";
    }
  }
  if (gathered !== "") await writeAll(output, gathered);
  return { lines: number, bad };
}

const isBlank = (text: string): boolean => text === "" || text === "\r" || text.trim() === "";

/** The context, or the sentence that says why it is none. */
function readContext(line: Line): object | string {
  if ("problem" in line) return line.problem;
  try {
    const context: unknown = JSON.parse(line.text);
    return isContext(context) ? context : "it is not a JSON object";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const isContext = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
