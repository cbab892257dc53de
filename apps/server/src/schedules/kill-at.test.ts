/** The kill of a model at a time: planned when it is due, over whatever uses the model by then. */

import type { FlagDefinition } from "@dimmer/evaluation";
import type { ScheduleRequest } from "@dimmer/protocol";
import { beforeEach, expect, test } from "vitest";
import {
  ANYONE,
  create,
  inEnvironment,
  openTestProject,
  PROJECT,
  SUMMARIZER,
  type TestProject,
} from "../flags/sample-project.contract.ts";
import { sightOf } from "../access/authorise.ts";
import type { Author } from "../flags/apply-change.ts";
import { undoChange } from "../flags/undo.ts";
import { cancelSchedule } from "./cancel-schedule.ts";
import { createSchedule } from "./create-schedule.ts";
import { runSchedule } from "./run-schedule.ts";
import { viewSchedule } from "./schedule.ts";

const OPUS = "claude-opus-4-6";
const TIER: FlagDefinition = {
  type: "string",
  purpose: "entitlement",
  owner: "billing",
  permanent: true,
  variants: { best: { value: OPUS }, other: { value: "claude-haiku-4-5" } },
  environments: { staging: { enabled: true, fallback: "other", default: { split: { best: 50, other: 50 } } } },
};

let project: TestProject;
beforeEach(async () => {
  project = await openTestProject();
  await project.apply([create("summarizer", SUMMARIZER)]);
  await project.ports.store.transaction(async (tx) => {
    for (const environment of [null, "staging"]) {
      const key = {
        id: environment ?? KEY.actor.id,
        kind: "admin",
        name: "deploy key",
        prefix: "dm",
        hash: `${environment}`,
      } as const;
      await tx.putKey({ ...key, role: "owner", project: null, environment, createdAt: 0, expiresAt: null, revokedAt: null });
    }
  });
});

const KEY: Author = { ...ANYONE, actor: { kind: "key", id: "deploy", name: "deploy key" } };
const ofStaging: Author = { ...inEnvironment("staging"), actor: { ...KEY.actor, id: "staging" } };
const AT = "1970-01-02T00:00:00Z";
const schedule = async (request: Omit<ScheduleRequest, "at">, author = KEY) =>
  (await createSchedule(project.ports, author, PROJECT, { at: AT, ...request })).record;

/** Runs it and gives what became of it, with its change. */
async function run(place: { readonly id: string }) {
  const failures: unknown[] = [];
  await runSchedule({ ...project.ports, onFailure: (error) => failures.push(error) }, { project: PROJECT, id: place.id });
  expect(failures).toEqual([]);
  const settled = await project.ports.store.getSchedule(PROJECT, place.id);
  return { settled, change: await project.ports.store.getChange(PROJECT, settled?.change ?? "") };
}

test("[kill-model] at a time it is one change over what uses the model then, and one undo lifts it", async () => {
  const record = await schedule({ kills: { model: OPUS } });
  expect(record).toMatchObject({ kills: { model: OPUS }, reason: `Kill of model ${OPUS}` });
  expect(record.operations.map(({ kind }) => kind)).toEqual(["stop", "kill"]);
  await project.apply([
    create("tier", TIER),
    { kind: "serve-all", flag: "summarizer", environment: "staging", variant: "sonnet" },
  ]);
  const { settled, change } = await run(record);
  expect(settled).toMatchObject({ state: "done", problem: null });
  expect(change?.operations).toEqual([
    { kind: "stop", flag: "summarizer", environment: "production", variant: "opus" },
    { kind: "stop", flag: "summarizer", environment: "staging", variant: "opus" },
    { kind: "stop", flag: "tier", environment: "staging", variant: "best" },
  ]);
  expect(change).toMatchObject({ actor: KEY.actor, source: "schedule" });
  await undoChange(project.ports, ANYONE, { project: PROJECT, change: change?.id ?? "" });
  expect((await project.config("tier", "staging")).stopped ?? []).toEqual([]);
});

test("a model that nothing uses by then is off already", async () => {
  const record = await schedule({ kills: { model: OPUS } });
  await project.apply([{ kind: "archive-flag", flag: "summarizer" }]);
  const rows = await project.auditRows();
  expect(await run(record)).toMatchObject({ settled: { state: "done", change: null, problem: null }, change: null });
  expect(await project.auditRows()).toBe(rows + 1);
});

test("a token of one environment means that one, and cannot call off what is meant for all", async () => {
  const own = await schedule({ kills: { model: OPUS } }, ofStaging);
  expect(own.kills).toEqual({ model: OPUS, environment: "staging" });
  await expect(schedule({ kills: { model: OPUS, environment: "production" } }, ofStaging)).rejects.toMatchObject({
    code: "forbidden",
  });
  await project.apply([{ kind: "remove-environment", flag: "summarizer", environment: "production" }]);
  const everywhere = await schedule({ kills: { model: OPUS } });
  // It sees it, as it may reach its environment, and its operations are of that one alone.
  expect(viewSchedule(sightOf(ofStaging, PROJECT), everywhere)).toMatchObject({ kills: { model: OPUS } });
  const cancel = (id: string) => cancelSchedule(project.ports, ofStaging, { project: PROJECT, id });
  await expect(cancel(everywhere.id)).rejects.toMatchObject({ code: "forbidden" });
  expect(await cancel(own.id)).toMatchObject({ state: "cancelled" });
  expect((await run(everywhere)).change?.operations).toMatchObject([{ kind: "kill", environment: "staging" }]);
});

test("what is made in a right that was narrowed since reaches no further than that", async () => {
  const record = await schedule({ kills: { model: OPUS } });
  const key = await project.ports.store.getKey(KEY.actor.id);
  await project.ports.store.transaction(async (tx) => {
    if (key !== null) await tx.putKey({ ...key, environment: "staging" });
  });
  expect((await run(record)).change?.operations).toMatchObject([{ kind: "kill", environment: "staging" }]);
  expect((await project.config("summarizer")).stopped ?? []).toEqual([]);
});

test.each<[string, Omit<ScheduleRequest, "at">, string]>([
  ["a model that nothing uses", { kills: { model: "gpt-0" } }, "not-found"],
  ["no model", { kills: {} }, "invalid-request"],
  [
    "an operation beside it",
    { kills: { model: OPUS }, operations: [{ kind: "archive-flag", flag: "summarizer" }] },
    "invalid-request",
  ],
  ["an undo beside it", { kills: { model: OPUS }, undoes: "change_1" }, "invalid-request"],
])("%s is refused when it is made", async (_what, request, code) => {
  await expect(schedule(request)).rejects.toMatchObject({ code });
  expect(await project.ports.store.countPendingSchedules(PROJECT)).toBe(0);
});
