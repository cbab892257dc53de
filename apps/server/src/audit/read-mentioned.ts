/** The stored text behind a mention, and the names of a project that a person's text must not be taken for. */

import type { FlagEnvironment, JsonValue } from "@dimmer/evaluation";
import type { MentionRecord } from "../storage/mention-record.ts";
import type { FlagRecord, StoreReader } from "../storage/store.ts";
import { textsOfAlert, textsOfNotice } from "./erase-alert.ts";

/** Shape: the part of the record in which the text was found; null where it is gone. */
export async function readMentioned(store: StoreReader, project: string, mention: MentionRecord): Promise<JsonValue> {
  return ((await READERS[mention.kind](store, project, mention)) ?? null) as JsonValue;
}

type Reader = (store: StoreReader, project: string, mention: MentionRecord) => Promise<unknown>;

const READERS: Readonly<Record<MentionRecord["kind"], Reader>> = {
  async flag(store, project, { key, environment }) {
    const flag = await store.getFlag(project, key);
    return environment === "" ? flag?.definition : flag?.environments[environment]?.config;
  },
  variant: async (store, project, { key, variant }) => (await store.getFlag(project, key))?.variants[variant],
  async value(store, project, { key, variant, number }) {
    const version = await store.getValueVersion(project, key, variant, number);
    return version && [version.value, version.written?.value ?? null];
  },
  async segment(store, project, { key, environment }) {
    const segment = await store.getSegment(project, key);
    return environment === "" ? segment?.definition : segment?.environments[environment]?.config;
  },
  context: async (store, project) => (await store.getContext(project))?.declaration,
  async change(store, project, { key }) {
    const change = await store.getChange(project, key);
    return change && [change.actor, change.reason, change.operations, change.inverse, change.effects, change.summary];
  },
  async "change-request"(store, project, { key }) {
    const found = await store.getChangeRequest(project, key);
    if (found === null) return null;
    const { actor, editor, reason, operations, summary, effects, approvals, comments } = found;
    return [actor, editor, reason, operations, summary, effects, approvals, comments];
  },
  "flag-revision": async (store, project, { key, environment, number }) =>
    (await store.getRevision(project, environment, "flag", key, number))?.config,
  "segment-revision": async (store, project, { key, environment, number }) =>
    (await store.getRevision(project, environment, "segment", key, number))?.config,
  key: async (store, project, { key }) => (await store.listKeys(project)).find((candidate) => candidate.id === key)?.name,
  snippet: async (store, project, { key, number }) => (await store.getSnippetVersion(project, key, number))?.text,
  async alert(store, project, { key }) {
    const alert = await store.getAlert(project, key);
    return alert && textsOfAlert(alert);
  },
  async notice(store, project, { number }) {
    const notice = await store.getNotice(project, number);
    return notice && textsOfNotice(notice);
  },
  link: async (store, project, { key }) => (await store.getLink(project, key))?.name,
  async schedule(store, project, { key }) {
    const schedule = await store.getSchedule(project, key);
    return schedule && [schedule.actor, schedule.reason, schedule.operations];
  },
};

/** Shape: name → what it is the name of. */
export async function projectNames(store: StoreReader, project: string): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const { name } of await store.listSnippets(project)) names.set(name, "snippet");
  for (const { key } of await store.listEnvironments(project)) names.set(key, "environment");
  for (const { key } of await store.listSegments(project)) names.set(key, "segment");
  for (const flag of await store.listFlags(project)) addFlagNames(names, flag);
  return names;
}

function addFlagNames(names: Map<string, string>, flag: FlagRecord): void {
  names.set(flag.key, "flag");
  for (const variant of Object.keys(flag.variants)) names.set(variant, "variant");
  for (const { config } of Object.values(flag.environments)) {
    for (const id of ruleIds(config)) names.set(id, "rule");
  }
}

function ruleIds(config: FlagEnvironment): readonly string[] {
  return (config.rules ?? []).map((rule) => rule.id);
}
