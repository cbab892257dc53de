/** What somebody wrote of a prompt, with the tags of its snippets, beside what is served of it, text by text. */

import type { ReactNode } from "react";
import type { JsonValue } from "@dimmer/evaluation";
import { isObject } from "../ui/json-object.ts";
import { pairTexts } from "./pair-texts.ts";

export interface WrittenBesideProps {
  readonly written: JsonValue;
  /** With the texts of the snippets. */
  readonly value: JsonValue;
  /** Over the right one. */
  readonly servedAs: string;
}

export function WrittenBeside({ written, value, servedAs }: WrittenBesideProps) {
  if (!isObject(written) || !isObject(value)) return null;
  return (
    <div role="group" aria-label="Written and served" className="flex flex-col gap-4">
      {pairTexts(written, value).map(({ pointer, label, parts, text }) => (
        <div key={pointer} className="flex flex-col gap-2">
          <p className="text-small font-semibold">{label}</p>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-x-8 gap-y-3 md:grid-cols-2">
            <Side title="Written">
              {parts.map((part, at) =>
                part.isTag ? (
                  // The parts of a text have no names.
                  // oxlint-disable-next-line react/no-array-index-key
                  <code key={at} className="rounded-[3px] bg-light/15 font-mono text-small text-light-ink">
                    {part.text}
                  </code>
                ) : (
                  part.text
                ),
              )}
            </Side>
            <Side title={servedAs}>{text}</Side>
          </div>
        </div>
      ))}
    </div>
  );
}

function Side({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1 border-l-2 border-line pl-3">
      <p className="text-small text-quiet">{title}</p>
      <p className="break-words whitespace-pre-wrap">{children}</p>
    </div>
  );
}
