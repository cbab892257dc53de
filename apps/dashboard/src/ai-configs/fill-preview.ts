/** A prompt filled with sample values, text by text, by the code that fills it in an app. */

import {
  fillSnippets,
  openTemplates,
  openVariableFinder,
  renderValue,
  snippetsIn,
  type SnippetTexts,
  type VariablePath,
} from "@dimmer/ai/parts";
import type { JsonObject } from "../ui/json-object.ts";
import { promptTexts } from "./config-shape.ts";
import { type Samples, sampleVariables, type Variable, variablesOf } from "./sample-values.ts";

export interface FilledText {
  readonly pointer: string;
  readonly label: string;
  readonly isAddress: boolean;
  /** Filled, or as it stands where it cannot be. */
  readonly text: string;
  readonly problem: string | undefined;
}

export interface FilledPreview {
  readonly variables: readonly Variable[];
  readonly texts: readonly FilledText[];
  /** What an app says of the whole; undefined where it would make the call. */
  readonly refused: string | undefined;
}

const fill = openTemplates();
const find = openVariableFinder();

/** Shape: `snippets` are as they are now, undefined while they are not known; a save puts them in. Errors: none thrown. */
export function fillPreview(value: JsonObject, samples: Samples, snippets?: SnippetTexts): FilledPreview {
  const written = promptTexts(value).map((text) => ({ ...text, ...putSnippets(text.text, snippets) }));
  const texts = written.map(({ text, ...rest }) => ({ ...rest, text }));
  const variables = variablesOf(texts.flatMap(({ text }) => pathsIn(text)));
  const given = sampleVariables(variables, samples);
  const filled = texts.map(({ pointer, label, text, problem, isAddress = false }) => ({
    pointer,
    label,
    isAddress,
    ...(problem === undefined ? fillText(text, given, pointer) : { text, problem }),
  }));
  const whole = renderValue(value, given, (text, variables, place) => fill(putSnippets(text, snippets).text, variables, place));
  const isTold = filled.some(({ problem }) => problem !== undefined);
  return { variables, texts: filled, refused: whole.value === undefined && !isTold ? whole.message : undefined };
}

/** The text as a save leaves it; or as it stands, and why. */
function putSnippets(text: string, snippets: SnippetTexts | undefined): Pick<FilledText, "text" | "problem"> {
  const uses = snippetsIn({ reply: text });
  if (uses.length === 0) return { text, problem: undefined };
  if (snippets === undefined)
    return { text, problem: "Its snippets are put in when it is saved; they could not be read here yet." };
  const unknown = uses.find(({ name = "" }) => !snippets.has(name));
  if (unknown !== undefined) return { text, problem: sayUnknown(unknown.name) };
  try {
    return { text: fillSnippets({ reply: text }, snippets).reply, problem: undefined };
  } catch {
    return { text, problem: "With its snippets it is too long." };
  }
}

const sayUnknown = (name: string | undefined): string =>
  name === undefined
    ? "A tag snippet names none: put the name of one in quotes behind it."
    : `There is no snippet ${name}: it would not be saved.`;

function pathsIn(text: string): readonly VariablePath[] {
  try {
    return find(text);
  } catch {
    // What is no template is said where it is filled.
    return [];
  }
}

function fillText(text: string, given: Readonly<Record<string, unknown>>, pointer: string): Pick<FilledText, "text" | "problem"> {
  try {
    return { text: fill(text, given, pointer), problem: undefined };
  } catch (cause) {
    return { text, problem: sayProblem(cause instanceof Error ? cause.message : String(cause)) };
  }
}

/** "undefined variable: user.name, line:1, col:4" */
function sayProblem(message: string): string {
  const [first = ""] = message.split("\n", 1);
  const [, missing] = /^undefined variable: (.+?), line:\d/u.exec(first) ?? [];
  if (missing !== undefined)
    return `${missing} is missing: an app that does not give it passes this variant over and takes the fallback.`;
  const [, what = first, line] = /^(.*?), line:(\d+)/u.exec(first) ?? [];
  return `This is no template yet${line === undefined ? "" : `, in line ${line}`}: ${what}.`;
}
