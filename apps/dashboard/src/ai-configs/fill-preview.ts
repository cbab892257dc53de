/** A prompt filled with sample values, text by text, by the code that fills it in an app. */

import { openTemplates, openVariableFinder, renderValue, type VariablePath } from "@dimmer/ai/parts";
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

/** Errors: none thrown. */
export function fillPreview(value: JsonObject, samples: Samples): FilledPreview {
  const texts = promptTexts(value);
  const variables = variablesOf(texts.flatMap(({ text }) => pathsIn(text)));
  const given = sampleVariables(variables, samples);
  const filled = texts.map(({ pointer, label, text, isAddress = false }) => ({
    pointer,
    label,
    isAddress,
    ...fillText(text, given, pointer),
  }));
  const whole = renderValue(value, given, fill);
  const isTold = filled.some(({ problem }) => problem !== undefined);
  return { variables, texts: filled, refused: whole.value === undefined && !isTold ? whole.message : undefined };
}

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
