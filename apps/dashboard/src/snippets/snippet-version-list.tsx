/** The versions of a snippet, newest first: what each changed, and the way back to it. */

import { lazy, Suspense } from "react";
import type { SnippetDetails } from "@dimmer/protocol";
import { Button } from "../ui/button.tsx";
import { Section } from "../ui/page.tsx";
import { Time } from "../ui/time.tsx";

// It comes with the editor, which is large.
const WordDiff = lazy(async () => ({ default: (await import("../ai-configs/word-diff.tsx")).WordDiff }));

export interface SnippetVersionListProps {
  readonly snippet: SnippetDetails;
  readonly open: number | undefined;
  readonly onOpen: (version: number | undefined) => void;
  /** Puts an earlier text into the editor above. */
  readonly onTake: ((text: string) => void) | undefined;
}

export function SnippetVersionList({ snippet: { versions, version: newest }, open, onOpen, onTake }: SnippetVersionListProps) {
  return (
    <Section title="Versions">
      <ul className="flex flex-col">
        {versions.map(({ version, text, createdAt }, at) => {
          const isOpen = open === version;
          const before = versions[at + 1];
          return (
            <li key={version} className="flex flex-col gap-2 border-b border-line py-2">
              <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
                <span className="figures font-semibold">{version}</span>
                <span className="flex-1 text-quiet">
                  <Time at={createdAt} />
                </span>
                {onTake !== undefined && version !== newest && isOpen && (
                  <Button look="bare" onClick={() => onTake(text)}>
                    Take this text again
                  </Button>
                )}
                <Button look="bare" aria-expanded={isOpen} onClick={() => onOpen(isOpen ? undefined : version)}>
                  {isOpen ? "Close" : before === undefined ? "Show" : "What changed"}
                </Button>
              </div>
              {isOpen && (
                <div role="group" aria-label={`What version ${version} says`} className="border-l-2 border-line pl-3">
                  <Suspense fallback={<p className="break-words whitespace-pre-wrap">{text}</p>}>
                    <WordDiff before={before?.text ?? text} after={text} />
                  </Suspense>
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
