/** A variant's value: draft it, discard the draft, publish it to named environments. */

import { type Issue, type JsonValue, liveShares, sayPercent } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { sayAddress, servesOf } from "../addresses.ts";
import { flagResource, originAt, requireBlock, requireLiveFlag, requireVariant, touchedBy, withFlag } from "../project-state.ts";
import type { ProjectState } from "../project-state.ts";
import { pointerSegment, refusal } from "../refusal.ts";
import type { FlagRecord, StoredValue, VariantRecord } from "../../storage/store.ts";
import type { Operate, OperationOf } from "./step.ts";
import { storeValue } from "./store-value.ts";
import { numberValue } from "./value-versions.ts";

export const draftValue: Operate<"draft-value"> = (state, operation, pointer) => {
  const { flag, variant, snippets } = operation;
  const record = requireLiveFlag(state, flag, pointer);
  const present = requireVariant(record, variant, `${pointer}/variant`);
  const order = { value: operation.value as JsonValue, snippets };
  const draft = storeValue(state, record.definition.schema, order, `${pointer}/value`);
  return {
    state: withVariant(state, record, variant, { ...present, draft }),
    inverse: [backToDraft(flag, variant, present)],
    summary: `Drafted a value for ${flag}:${variant}.`,
    origins: [originAt(flagResource(flag), `/variants${pointerSegment(variant)}/value`, `${pointer}/value`)],
  };
};

export const discardDraft: Operate<"discard-draft"> = (state, { flag, variant }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  const present = requireVariant(record, variant, `${pointer}/variant`);
  if (present.draft === undefined) throw refusal("conflict", pointer, `${flag}:${variant} has no draft.`, "Nothing to do.");
  return {
    state: withVariant(state, record, variant, withoutDraft(present)),
    inverse: [backToDraft(flag, variant, present)],
    summary: `Discarded the draft of ${flag}:${variant}.`,
    origins: [touchedBy(flagResource(flag), pointer)],
  };
};

/** Other environments go on serving what is published to them. */
export const publishValue: Operate<"publish"> = (state, operation, pointer) => {
  const { flag, variant, environments } = operation;
  const record = requireLiveFlag(state, flag, pointer);
  const present = requireVariant(record, variant, `${pointer}/variant`);
  environments.forEach((environment) => requireBlock(state, record, environment, pointer));
  const chosen = chooseVersion(state, operation, present, pointer);
  const published = withPublished(record, variant, environments, chosen.number);
  const isDraftUsed = operation.version === undefined;
  const kept = isDraftUsed ? withoutDraft(present) : present;
  const latest = Math.max(present.latest, chosen.number);
  return {
    state: withVariant(chosen.state, published, variant, { ...kept, latest }),
    inverse: [...backToPublished(record, operation), ...(isDraftUsed ? [backToDraft(flag, variant, present)] : [])],
    summary: `Published version ${chosen.number} of ${flag}:${variant} to ${environments.join(", ")}.`,
    origins: [touchedBy(flagResource(flag), pointer)],
    issues: [
      ...environments.flatMap((environment) => warnLive(record, environment, variant, chosen.number, pointer)),
      ...(isDraftUsed ? warnOlderSnippets(state, present, `${flag}:${variant}`, pointer) : []),
    ],
  };
};

function chooseVersion(state: ProjectState, operation: OperationOf<"publish">, present: VariantRecord, pointer: string) {
  const { flag, variant, version } = operation;
  if (version === undefined) {
    if (present.draft !== undefined) return numberValue(state, { flag, variant }, present.draft);
    const mend = `Draft one first, or name a version: it has 1 to ${present.latest}.`;
    throw refusal("conflict", pointer, `${flag}:${variant} has no draft to publish.`, mend);
  }
  if (version <= present.latest) return { state, number: version };
  throw refusal(
    "not-found",
    `${pointer}/version`,
    `${flag}:${variant} has no version ${version}.`,
    `It has 1 to ${present.latest}.`,
  );
}

function withPublished(record: FlagRecord, variant: string, environments: readonly string[], number: number): FlagRecord {
  const blocks = Object.entries(record.environments).map(([environment, block]) => {
    if (!environments.includes(environment)) return [environment, block] as const;
    const published = { ...block.config.published, [variant]: number };
    return [environment, { ...block, config: { ...block.config, published } }] as const;
  });
  return { ...record, environments: Object.fromEntries(blocks) };
}

function withVariant(state: ProjectState, record: FlagRecord, variant: string, next: VariantRecord): ProjectState {
  return withFlag(state, { ...record, variants: { ...record.variants, [variant]: next } });
}

function withoutDraft({ draft: _draft, ...rest }: VariantRecord): VariantRecord {
  return rest;
}

function backToDraft(flag: string, variant: string, { draft }: VariantRecord): Operation {
  return draft === undefined ? { kind: "discard-draft", flag, variant } : draftAgain(flag, variant, draft);
}

/** The draft as it was: of the same versions of its snippets. */
export function draftAgain(flag: string, variant: string, { value, written }: StoredValue): Operation {
  return { kind: "draft-value", flag, variant, ...(written ?? { value }) };
}

/** What is published is what was drafted and looked at, whatever became of its snippets since. */
function warnOlderSnippets(
  { snippets: { newest } }: ProjectState,
  { draft }: VariantRecord,
  of: string,
  pointer: string,
): Issue[] {
  return Object.entries(draft?.written?.snippets ?? {}).flatMap(([name, version]): Issue[] => {
    const latest = newest.get(name) ?? version;
    if (latest <= version) return [];
    const message = `The draft of ${of} was made with version ${version} of snippet ${name}; ${latest} is the newest.`;
    const mend = `To publish with the newest, draft it again: dimmer snippets update ${name}.`;
    return [{ path: pointer, code: "older-snippet", message, mend, severity: "warning" }];
  });
}

/** One publication for each version that was served, over the environments that served it. */
function backToPublished(record: FlagRecord, { flag, variant, environments }: OperationOf<"publish">): Operation[] {
  const before = new Map<number, string[]>();
  for (const environment of environments) {
    const version = record.environments[environment]?.config.published?.[variant];
    if (version !== undefined) before.set(version, [...(before.get(version) ?? []), environment]);
  }
  return [...before].map(([version, served]) => ({ kind: "publish", flag, variant, environments: served, version }));
}

/** A published value reaches at once everybody who is served the variant: say how many, and how it could go gently. */
function warnLive(record: FlagRecord, environment: string, variant: string, number: number, pointer: string): Issue[] {
  const block = record.environments[environment];
  if (block === undefined || !block.config.enabled || block.config.stopped?.includes(variant) === true) return [];
  if (block.config.published?.[variant] === number) return [];
  const shares = [...servesOf(block.config)].map(([address, serve]) => [address, liveShares(serve).get(variant)] as const);
  const live = shares.flatMap(([address, share]) =>
    share === undefined ? [] : [`${sayPercent(share)} of ${sayAddress(address)}`],
  );
  const people = block.config.targets?.[variant]?.length ?? 0;
  if (people > 0) live.push(`${people} named ${people === 1 ? "person" : "people"}`);
  if (live.length === 0) return [];
  const message = `${record.key}:${variant} is live in ${environment}: version ${number} goes at once to ${live.join(", ")}.`;
  const mend = "To go gently, add it as a new variant and ramp that.";
  return [{ path: pointer, code: "publish-live", message, mend, severity: "warning" }];
}
