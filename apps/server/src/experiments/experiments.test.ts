/** Experiments on the real store, with the real engine deciding for people, events in a real DuckDB, and a clock that the test moves. */

import { compileSnapshot, evaluate, type FlagDefinition } from "@dimmer/evaluation";
import { ExperimentRequest, type Operation, ShipRequest } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { applyChange, type ChangePorts } from "../flags/apply-change.ts";
import { buildSnapshot } from "../flags/build-snapshot.ts";
import { ANYONE, create, openTestProject, PROJECT, type TestProject } from "../flags/sample-project.contract.ts";
import type { ExperimentRecord } from "../storage/experiment-record.ts";
import { openDuckDbStore } from "../storage/telemetry/duckdb-store.ts";
import type { KeptEvent } from "../telemetry/event-store.ts";
import { packEvents } from "../telemetry/packed-events.ts";
import type { TelemetryStore } from "../telemetry/telemetry-store.ts";
import { DAY_MS, HOUR_MS } from "../telemetry/times.ts";
import { createGroup, createHoldout } from "./exclusion-groups.ts";
import { createExperiment } from "./experiments.ts";
import { foreseeExperiment } from "./outlook.ts";
import { readResults } from "./read-results.ts";
import { shipExperiment } from "./ship-experiment.ts";
import { startExperiment } from "./start-experiment.ts";
import { lookAfterExperiment, openExperimentWatch } from "./watching.ts";

const START = Date.parse("2026-11-02T12:00:00Z");
const environment = "production";
const place = { project: PROJECT, environment };
const MODEL: FlagDefinition = {
  type: "string",
  purpose: "experiment",
  owner: "search-team",
  permanent: true,
  variants: { opus: { value: "o" }, sonnet: { value: "s" }, haiku: { value: "h" } },
  environments: { production: { enabled: true, fallback: "opus", default: { variant: "opus" } } },
};

let project: TestProject;
let telemetry: TelemetryStore;
let ports: ChangePorts & { readonly telemetry: TelemetryStore };
let now: number;
let told: number;

beforeEach(async () => {
  project = await openTestProject();
  telemetry = await openDuckDbStore(":memory:", 60_000);
  now = START;
  told = 0;
  ports = { ...project.ports, clock: () => now, telemetry };
  await apply([create("model", MODEL)]);
});
afterEach(async () => {
  await telemetry.close();
  await project.ports.store.close();
});

const order = (more: Partial<ExperimentRequest> = {}) =>
  ExperimentRequest.parse({
    name: "New model",
    hypothesis: "It is accepted more often.",
    flag: "model",
    environment,
    arms: { opus: 50, sonnet: 50 },
    baseline: "opus",
    primary: "acceptance_rate",
    ...more,
  });

async function begin(
  more: Partial<ExperimentRequest> = {},
  sizes = { people: null as number | null, days: null as number | null },
) {
  const { id } = await createExperiment(ports, ANYONE, PROJECT, order(more));
  const { record } = await startExperiment(ports, ANYONE, { project: PROJECT, experiment: id }, {}, sizes);
  return record;
}
const apply = (operations: readonly Operation[]) =>
  applyChange(ports, ANYONE, { project: PROJECT, operations, reason: null, source: "api" });
const again = async ({ id }: Pick<ExperimentRecord, "id">) => (await ports.store.getExperiment(PROJECT, id)) as ExperimentRecord;
const refused = (more: Partial<ExperimentRequest>, why: RegExp) => expect(begin(more)).rejects.toThrow(why);

async function served(keys: readonly string[], flag = "model") {
  const snapshot = compileSnapshot(await buildSnapshot(ports.store, PROJECT, environment));
  return keys.map((targetingKey) => {
    const { variant, flagMetadata } = evaluate(snapshot, flag, { targetingKey });
    return { targetingKey, variant: String(variant), path: flagMetadata["path"], rule: flagMetadata["ruleId"] };
  });
}
const people = (count: number, prefix = "p") => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

/** They ask, and do what `accepts` says of their arm; what each tells is as an SDK would. */
async function live(keys: readonly string[], accepts: Readonly<Record<string, number>>): Promise<void> {
  const events = (await served(keys)).flatMap(({ targetingKey, variant, path, rule }, at): KeptEvent[] => {
    const isAccepted = ((at * 7_919) % 1_000) / 1_000 < (accepts[variant] ?? 0);
    const base = { at: now, targetingKey, served: { flag: "model", variant, path, rule } } as Pick<
      KeptEvent,
      "at" | "targetingKey" | "served"
    >;
    const id = () => `event-of-experiments-${told++}`;
    const run = `run-${told}`;
    return [
      { ...base, id: id(), kind: "exposure" } as KeptEvent,
      { ...base, id: id(), kind: "run", run, outcome: "model", attempts: 1, durationMs: 900 } as KeptEvent,
      ...(isAccepted ? [{ ...base, id: id(), kind: "feedback", run, name: "accepted", value: 1 } as KeptEvent] : []),
    ];
  });
  await telemetry.appendEvents([packEvents({ ...place, source: "server", receivedAt: now, events })]);
}

describe("a start", () => {
  test("puts the split as planned, once; what cannot be compared is refused with what to do", async () => {
    await refused({ arms: undefined }, /serves one variant to everybody there.*Say the arms/u);
    const { body, state } = await begin();
    expect([state, body.started?.address, body.started?.arms]).toEqual(["running", "default", { opus: 50, sonnet: 50 }]);
    expect((await project.config("model")).default).toMatchObject({ split: { opus: 50, sonnet: 50 } });
    await refused({}, /runs on the same people/u);
    await apply([{ kind: "stop", flag: "model", environment, variant: "haiku" }]);
    await refused({ rule: "default", arms: { opus: 50, haiku: 50 }, share: 10 }, /runs on the same people|is stopped/u);
    await apply([{ kind: "kill", flag: "model", environment }]);
    const paid: Operation = { kind: "set-rule", flag: "model", environment, rule: { id: "paid", serve: { variant: "opus" } } };
    await apply([paid]);
    await refused({ rule: "paid" }, /is killed in production/u);
  });

  test("[experiment-apart] nobody is in two experiments of a group, or of a holdout in any; whoever is not in it is told of elsewhere", async () => {
    const holdout = await createHoldout(ports, ANYONE, PROJECT, { name: "Nobody", environment, percent: 10 });
    const { id: group } = await createGroup(ports, ANYONE, PROJECT, { name: "Model", environment });
    const one = await begin({ group, share: 40 });
    const other = await begin({ group, share: 50, arms: { opus: 50, haiku: 50 } });
    const keys = people(4_000);
    const seen = await served(keys);
    const of = (rule: string | undefined) => seen.filter((answer) => answer.rule === rule);
    const held = seen.filter(({ rule }) => String(rule).startsWith("holdout-"));
    const [first, second] = [of(one.body.started?.address), of(other.body.started?.address)];
    expect(held.length / 4_000).toBeCloseTo(0.1, 1);
    expect(new Set(held.map(({ variant }) => variant))).toEqual(new Set(["opus"]));
    expect(first.length / 4_000).toBeCloseTo(0.36, 1);
    expect(second.length / 4_000).toBeCloseTo(0.45, 1);
    expect(new Set(second.map(({ variant }) => variant))).toEqual(new Set(["opus", "haiku"]));
    expect(first.length + second.length + held.length + seen.filter(({ path }) => path === "default").length).toBe(4_000);
    await refused({ group, share: 20 }, /has 10 % in one piece/u);
    // The same people are held out of another flag's experiment.
    await apply([create("writer", MODEL)]);
    await begin({ flag: "writer" });
    const there = await served(keys, "writer");
    expect(there.filter(({ rule }) => String(rule).startsWith("holdout-")).map(({ targetingKey }) => targetingKey)).toEqual(
      held.map(({ targetingKey }) => targetingKey),
    );
    expect(holdout.slots).toBe(10_000);
    await live(keys.slice(0, 600), { opus: 0.2, sonnet: 0.2 });
    now += HOUR_MS;
    const { current } = await readResults(ports, await again(one), now);
    expect(current?.people.reduce((sum, arm) => sum + arm.people, 0)).toBe(
      seen.slice(0, 600).filter(({ rule }) => rule === one.body.started?.address).length,
    );
  });

  test("the planner goes by what the last week told", async () => {
    await live(people(1_400), { opus: 0.3 });
    now += DAY_MS;
    const outlook = await foreseeExperiment(ports, PROJECT, order());
    expect(outlook).toMatchObject({ traffic: { peoplePerDay: 200 }, arms: { opus: 50, sonnet: 50 }, share: 1 });
    expect(outlook.baseline?.value).toBeCloseTo(0.3, 2);
    // (1.96…+0.84)² · 2 · 2 · 0.21 / 0.03² with α 0.04.
    expect(outlook.people).toBeGreaterThan(7_500);
    expect(outlook.people).toBeLessThan(9_000);
    expect(outlook.peopleSequential).toBeGreaterThan(outlook.people ?? 0);
    expect(outlook.days).toBe(Math.ceil((outlook.people ?? 0) / 1_400) * 7);
    const effects = outlook.findable.map(({ effect }) => effect);
    expect(effects).toEqual([...effects].sort((one, other) => other - one));
    expect(outlook.issues).toMatchObject([{ code: "too-small", severity: "warning" }]);
    expect(outlook.say).toMatch(/^To find 10 % of acceptance takes [\d,]+ people, 6 weeks at this week's traffic\.$/u);
  });
});

describe("the watch", () => {
  const alerts = async () =>
    (await ports.store.listAlerts(PROJECT, { limit: 10 })).map(({ kind, state, cause }) => ({ kind, state, cause }));

  test("[experiment-plan] keeps the planned read once, says that there is a result, and ends it when its time is over; shipping settles it", async () => {
    const record = await begin({ plan: { maxDays: 14 } }, { people: 1_500, days: 7 });
    await live(people(1_600), { opus: 0.2, sonnet: 0.45 });
    now += 7 * DAY_MS - 1;
    await lookAfterExperiment(ports, record);
    expect(await ports.store.listExperimentResults(record.id)).toEqual([]);
    now += 1;
    await lookAfterExperiment(ports, record);
    const [planned] = await ports.store.listExperimentResults(record.id);
    expect(planned?.result).toMatchObject({ kept: "planned", verdict: "winner", ship: "sonnet" });
    expect((await again(record)).body.latest).toMatchObject({ verdict: "winner" });
    expect(await alerts()).toMatchObject([
      { kind: "experiment-ready", state: "open", cause: expect.stringMatching(/; ship it\.$/u) },
    ]);
    await live(people(200, "late"), { opus: 0.9, sonnet: 0.1 });
    now += 7 * DAY_MS;
    await lookAfterExperiment(ports, await again(record));
    const ended = await again(record);
    expect([ended.state, ended.body.ended?.why]).toEqual(["ended", "time"]);
    const { kept, current } = await readResults(ports, ended, now);
    expect(kept.map(({ isSame, result }) => [isSame, result.kept])).toEqual([
      [true, "planned"],
      [true, "end"],
    ]);
    expect(current?.effects[0]?.fixed).toEqual(planned?.result.effects[0]?.fixed);
    const at = { project: PROJECT, experiment: record.id };
    const ship = { ...ShipRequest.parse({ variant: "sonnet" }), material: null, result: current };
    const shipped = await shipExperiment(ports, ANYONE, at, ship);
    expect([shipped.record.state, shipped.instead?.percent]).toEqual(["shipped", 50]);
    expect((await project.config("model")).default).toEqual({ variant: "sonnet" });
    const [change] = await ports.store.listChanges(PROJECT, { limit: 1 });
    expect([change?.reason, change?.source]).toEqual([current?.say, "experiment"]);
    expect((await alerts()).map(({ state }) => state)).toEqual(["resolved"]);
  });

  test("[experiment-trust] alerts while people are not split as planned; a person's edits are remarks, and shares that they turned count from then on", async () => {
    const record = await begin();
    await live(people(1_500), { opus: 0.2, sonnet: 0.2 });
    await lookAfterExperiment(ports, record);
    now += HOUR_MS;
    await apply([{ kind: "set-split", flag: "model", environment, rule: "default", split: { opus: 20, sonnet: 80 } }]);
    const { current } = await readResults(ports, await again(record), now + 1);
    expect(current?.remarks[0]?.say).toMatch(/^deploy key: Set the default of model in production from/u);
    expect(current?.sampleRatio.isFlagged).toBe(false);
    // They say that they had opus, whatever they got.
    await telemetry.appendEvents([
      packEvents({
        ...place,
        source: "server",
        receivedAt: now,
        events: people(900, "lost").map((targetingKey) => ({
          id: `event-of-lost-people-${told++}`,
          at: now + 1,
          targetingKey,
          kind: "exposure",
          served: { flag: "model", variant: "opus", path: "default" },
        })),
      }),
    ]);
    now += HOUR_MS;
    await lookAfterExperiment(ports, await again(record));
    expect(await alerts()).toMatchObject([{ kind: "experiment-sample-ratio", state: "open" }]);
    expect((await again(record)).body.latest?.say).toMatch(/^Do not trust this/u);
  });

  test("[experiment-bandit] a bandit moves shares to what does best, above its floor, and stops where a person edited the split", async () => {
    const record = await begin({ bandit: { floor: 0.1 } });
    await live(people(90), { opus: 0.2, sonnet: 0.6 });
    now += HOUR_MS;
    await lookAfterExperiment(ports, record);
    expect(await ports.store.listBanditPeriods(record.id)).toHaveLength(1);
    await live(people(600, "more"), { opus: 0.2, sonnet: 0.6 });
    now += HOUR_MS;
    await lookAfterExperiment(ports, record);
    const [, given] = await ports.store.listBanditPeriods(record.id);
    expect(given?.percent["sonnet"]).toBeCloseTo(90, 0);
    expect(given?.percent["opus"]).toBeGreaterThanOrEqual(10);
    expect((await project.config("model")).default).toMatchObject({ split: given?.percent });
    const [change] = await ports.store.listChanges(PROJECT, { limit: 1 });
    expect(change?.actor).toEqual({ kind: "system", id: "experiments", name: "Experiments" });
    await lookAfterExperiment(ports, record);
    expect(await ports.store.listBanditPeriods(record.id)).toHaveLength(2);
    const { current } = await readResults(ports, await again(record), now);
    expect([current?.verdict, current?.effects, current?.weights.length]).toEqual(["bandit", [], 2]);
    expect(current?.say).toMatch(/^sonnet is best with a chance of 100 %; \d+ % of 690 people have had it\.$/u);
    await apply([{ kind: "set-split", flag: "model", environment, rule: "default", split: { opus: 50, sonnet: 50 } }]);
    now += HOUR_MS;
    await lookAfterExperiment(ports, await again(record));
    expect((await again(record)).body.paused).toMatch(/^Somebody edited the split/u);
    expect((await project.config("model")).default).toMatchObject({ split: { opus: 50, sonnet: 50 } });
  });

  test("looks at each that runs, tells of what cannot be asked, and ends with the flag", async () => {
    const record = await begin();
    const failures: string[] = [];
    let fire = () => {};
    const away = { ...telemetry, experiment: () => Promise.reject(new Error("away")) };
    let asked: Pick<TelemetryStore, "experiment"> = away;
    const watch = openExperimentWatch({
      ...ports,
      telemetry: { experiment: (...question) => asked.experiment(...question) },
      setTimer: (_ms, next) => {
        fire = next;
        return () => {};
      },
      onFailure: (_error, what) => void failures.push(what),
    });
    watch.wake();
    await expect.poll(() => failures).toEqual([`experiment ${record.id}`]);
    asked = telemetry;
    await apply([{ kind: "archive-flag", flag: "model" }]);
    fire();
    await expect.poll(async () => (await again(record)).body.ended?.why).toBe("flag-gone");
    await watch.close();
  });
});
