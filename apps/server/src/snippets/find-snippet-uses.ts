/** Where a snippet is used: in drafts, in the newest versions of values, and in what is served. */

import type { SnippetUseView } from "@dimmer/protocol";
import type { SnippetUseRecord } from "../storage/snippet-record.ts";
import type { FlagRecord } from "../storage/store.ts";

/**
 * Shape:  by flag and variant, a draft last; versions that nobody is served and that are not the newest are history and left out.
 * Errors: none.
 */
export function findSnippetUses(
  snippet: string,
  flags: readonly FlagRecord[],
  uses: readonly SnippetUseRecord[],
): readonly SnippetUseView[] {
  return flags.flatMap((record) =>
    Object.entries(record.variants).flatMap(([variant, { latest, draft }]) => {
      const found = uses
        .filter((use) => use.flag === record.key && use.variant === variant && Object.hasOwn(use.snippets, snippet))
        .map((use) => viewUse(record, use, use.snippets[snippet] ?? 0))
        .filter(({ valueVersion, environments }) => valueVersion === latest || environments.length > 0)
        .sort((one, other) => (one.valueVersion ?? 0) - (other.valueVersion ?? 0));
      const drafted = draft?.written?.snippets ?? {};
      if (!Object.hasOwn(drafted, snippet)) return found;
      const snippetVersion = drafted[snippet] ?? 0;
      return [...found, { flag: record.key, variant, valueVersion: null, snippetVersion, environments: [] }];
    }),
  );
}

function viewUse(record: FlagRecord, { variant, number }: SnippetUseRecord, snippetVersion: number): SnippetUseView {
  const environments = Object.entries(record.environments)
    .filter(([, { config }]) => config.published?.[variant] === number)
    .map(([environment]) => environment);
  return { flag: record.key, variant, valueVersion: number, snippetVersion, environments };
}
