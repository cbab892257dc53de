/** What people get when nothing else can be given: the flag is killed, the variant stopped or not theirs. */

import { Plus, X } from "lucide-react";
import { type FlagEnvironment, sayFallback } from "@dimmer/evaluation";
import { ConditionEditor } from "../conditions/condition-editor.tsx";
import { type ConditionDraft, conditionOf, draftOf } from "../conditions/condition-tests.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { BlockSection } from "./block-section.tsx";
import { type FlagBlock, useFlagPlace } from "./flag-place.ts";

/** Entries that hold for some, and what all others get; null is the default in the code. */
interface FallbackDraft {
  readonly some: readonly { readonly when: ConditionDraft; readonly variant: string }[];
  readonly others: string | null;
}

export function FallbackSection({ block }: { readonly block: FlagBlock }) {
  const { project, environment, flag, variants } = useFlagPlace();
  const names = variants.map((name) => ({ value: name, label: name }));
  return (
    <BlockSection<FallbackDraft>
      title="Fallback"
      about="What people get while the flag is killed, or where their variant is stopped or not for them."
      block={block}
      saved={readFallback(block.config.fallback)}
      words={<p className="break-words">{sayFallback({ fallback: block.config.fallback })}</p>}
      editOf={(draft) => {
        const written = writeFallback(draft);
        const fallback = "problem" in written ? [] : written.fallback;
        return {
          operation: {
            kind: "set-fallback",
            flag: flag.key,
            environment: environment.key,
            fallback: typeof fallback === "string" ? fallback : [...fallback],
          },
          suggested: `Fallback: ${sayFallback({ fallback })}`,
          problem: "problem" in written ? written.problem : undefined,
        };
      }}
    >
      {(draft, set) => (
        <>
          {draft.some.map((entry, at) => {
            const put = (next: FallbackDraft["some"][number]) =>
              set({ ...draft, some: draft.some.map((one, place) => (place === at ? next : one)) });
            return (
              <div key={at} className="flex flex-col gap-2 border-b border-line pb-4">
                <div className="flex items-center gap-2">
                  <CompactSelect
                    label={`Fallback ${at + 1}`}
                    value={entry.variant}
                    choices={names}
                    onChange={({ target }) => put({ ...entry, variant: target.value })}
                    className="font-mono"
                  />
                  <span className="flex-1 text-quiet">for those</span>
                  <IconButton
                    label={`Remove fallback ${at + 1}`}
                    onClick={() => set({ ...draft, some: draft.some.filter((_one, place) => place !== at) })}
                  >
                    <X size={16} />
                  </IconButton>
                </div>
                <ConditionEditor
                  place={{ project: project.key, environment: environment.key }}
                  draft={entry.when}
                  without="Everyone: add a condition."
                  onChange={(when) => put({ ...entry, when })}
                />
              </div>
            );
          })}
          <div className="flex flex-wrap items-center gap-2">
            <CompactSelect
              label="What all others get"
              value={draft.others ?? ""}
              choices={[...names, { value: "", label: "the default in the code" }]}
              onChange={({ target }) => set({ ...draft, others: target.value === "" ? null : target.value })}
            />
            <span className="text-quiet">for {draft.some.length === 0 ? "everyone" : "all others"}</span>
            <Button
              look="bare"
              icon={<Plus size={16} />}
              onClick={() => set({ ...draft, some: [...draft.some, { when: draftOf(undefined), variant: variants[0] ?? "" }] })}
            >
              Another for some
            </Button>
          </div>
        </>
      )}
    </BlockSection>
  );
}

function readFallback(fallback: FlagEnvironment["fallback"]): FallbackDraft {
  if (typeof fallback === "string") return { some: [], others: fallback };
  const end = fallback.findIndex(({ when }) => when === undefined);
  const before = end === -1 ? fallback : fallback.slice(0, end);
  return {
    some: before.map(({ when, variant }) => ({ when: draftOf(when), variant })),
    others: fallback[end]?.variant ?? null,
  };
}

function writeFallback({
  some,
  others,
}: FallbackDraft): { readonly fallback: FlagEnvironment["fallback"] } | { readonly problem: string } {
  if (some.length === 0) return others === null ? { problem: "A fallback needs a variant for somebody." } : { fallback: others };
  const entries = some.map(({ when, variant }) => ({ read: conditionOf(when), variant }));
  for (const { read } of entries) {
    if ("problem" in read) return read;
    if (read.condition === undefined) return { problem: "Say for whom, or take the entry away." };
  }
  const conditional = entries.map(({ read, variant }) => {
    const when = "condition" in read ? read.condition : undefined;
    return when === undefined ? { variant } : { when, variant };
  });
  return { fallback: [...conditional, ...(others === null ? [] : [{ variant: others }])] };
}
