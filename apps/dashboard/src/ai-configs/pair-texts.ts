/** The texts of a prompt as they were written and as they are served, in pairs. */

import type { JsonObject } from "../ui/json-object.ts";
import { promptTexts } from "./config-shape.ts";

export interface TextPart {
  readonly text: string;
  readonly isTag: boolean;
}

export interface TextPair {
  readonly pointer: string;
  readonly label: string;
  /** What was written: its tags of snippets, and all else. */
  readonly parts: readonly TextPart[];
  /** What is served. */
  readonly text: string;
}

const TAG = /(\{%-?\s*snippet\s[^%]*-?%\})/u;

/** Shape: only texts that differ; a tag that stands as it is in both is marked all the same. Errors: none. */
export function pairTexts(written: JsonObject, value: JsonObject): readonly TextPair[] {
  const served = new Map(promptTexts(value).map(({ pointer, text }) => [pointer, text]));
  return promptTexts(written).flatMap(({ pointer, label, text: before }) => {
    const text = served.get(pointer);
    if (text === undefined || text === before) return [];
    const parts = before.split(TAG).flatMap((part, at) => (part === "" ? [] : [{ text: part, isTag: at % 2 === 1 }]));
    return [{ pointer, label, parts, text }];
  });
}
