/** What is to be drafted again once a snippet has a newer text. */

import type { FlagView } from "./management.ts";
import type { Operation } from "./operations.ts";
import type { SnippetView, WrittenValue } from "./snippets.ts";

export interface DraftAnew {
  /** Of the values as somebody wrote them, with their tags. */
  readonly operations: readonly Extract<Operation, { kind: "draft-value" }>[];
  readonly expected: Readonly<Record<string, number>>;
  /** Of these, `flag:variant`, the draft does without the snippet that is served: it is somebody's own, and stays. */
  readonly left: readonly string[];
}

/** Shape: a draft is what people go on with, where there is one. Errors: none. */
export function draftAnew(flags: readonly FlagView[], snippet: Pick<SnippetView, "name" | "version">): DraftAnew {
  const variants = flags.flatMap(({ key, versions }) =>
    Object.entries(versions).map(([variant, version]) => ({ flag: key, variant, ...version })),
  );
  const operations = variants.flatMap(({ flag, variant, hasDraft, written, draftWritten }) => {
    const current = hasDraft ? draftWritten : written;
    if (current === undefined || !isOlder(current, snippet)) return [];
    return [{ kind: "draft-value" as const, flag, variant, value: current.value }];
  });
  const left = variants.filter(
    ({ hasDraft, written, draftWritten }) =>
      hasDraft && written !== undefined && !uses(draftWritten, snippet.name) && isOlder(written, snippet),
  );
  const drafted = flags.filter(({ key }) => operations.some(({ flag }) => flag === key));
  return {
    operations,
    expected: Object.fromEntries(drafted.map(({ key, revision }) => [`flags/${key}`, revision])),
    left: left.map(({ flag, variant }) => `${flag}:${variant}`),
  };
}

const uses = (written: WrittenValue | undefined, name: string): boolean =>
  written !== undefined && Object.hasOwn(written.snippets, name);

const isOlder = (written: WrittenValue, { name, version }: Pick<SnippetView, "name" | "version">): boolean =>
  uses(written, name) && (written.snippets[name] ?? version) < version;
