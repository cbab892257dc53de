/** Samples on their way to the judges that want them: nothing of any other run leaves. */

import { slotOf } from "@dimmer/evaluation";
import { JUDGE_LIMITS, SAMPLES_PATH as PROTOCOL_PATH, SamplesBody, type WantedSamples } from "@dimmer/protocol";
import { expect, test } from "vitest";
import { jsonResponse } from "../../test/fake-host.ts";
import { ADDRESS, openWorld, type World } from "../../test/world.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { remoteSamples, SAMPLES_PATH, type GivenSample } from "./samples.ts";

const JUDGE: WantedSamples = { judge: "judge_a", flag: "summarizer", perMille: 500 };
let items: readonly unknown[] = [JUDGE];

async function open(answer: (method: string) => Response | Error = () => jsonResponse({ items })): Promise<World> {
  const world = openWorld(
    ({ path, method }) => {
      if (path !== SAMPLES_PATH) return undefined;
      return method === "GET" ? answer(method) : jsonResponse({ taken: 1, notWanted: 0, dropped: 0 });
    },
    { engine: { samples: remoteSamples(ADDRESS) } },
  );
  await world.host.settle();
  return world;
}
const isWanted = (run: string): boolean => slotOf("judge_a", run) < 50_000;
const RUNS = Array.from({ length: 40 }, (_, at) => `run-${at}`);
const sample = (run: string, more: Partial<GivenSample> = {}): GivenSample => ({
  run,
  served: { flag: "summarizer", variant: "opus" },
  input: "asked",
  output: "answered",
  ...more,
});
const requestsOf = ({ host }: World, method: string) =>
  host.requests.filter((request) => request.path === SAMPLES_PATH && request.method === method);
const sentBy = (world: World) => requestsOf(world, "POST").flatMap(({ body }) => SamplesBody.parse(body).samples);

test("the path and the bounds are the protocol's", () => {
  expect(SAMPLES_PATH).toBe(PROTOCOL_PATH);
  expect(TELEMETRY_LIMITS.samplesAtOnce).toBeLessThanOrEqual(JUDGE_LIMITS.samples);
  expect(TELEMETRY_LIMITS.sampleChars).toBe(JUDGE_LIMITS.textChars);
  expect(TELEMETRY_LIMITS.samplesAtOnce * 2 * 3 * TELEMETRY_LIMITS.sampleChars).toBeLessThan(JUDGE_LIMITS.bytes);
});

test("[online-judges] only what a judge wants leaves, and what it wants is asked for once a minute", async () => {
  items = [JUDGE];
  const world = await open();
  for (const run of RUNS) world.engine.samples?.give(sample(run, { targetingKey: "ann", task: "t" }));
  world.engine.samples?.give(sample("run-0", { served: { flag: "other", variant: "x" } }));
  await world.engine.samples?.flush();
  const wanted = RUNS.filter(isWanted);
  expect(wanted.length).toBeGreaterThan(5);
  expect(wanted.length).toBeLessThan(RUNS.length);
  expect(sentBy(world).map(({ run }) => run)).toEqual(wanted);
  expect(sentBy(world)[0]).toEqual({ ...sample(wanted[0] ?? ""), targetingKey: "ann", task: "t" });
  items = [];
  world.engine.samples?.give(sample(wanted[0] ?? ""));
  await world.engine.samples?.flush();
  expect([requestsOf(world, "GET").length, sentBy(world).length]).toEqual([1, wanted.length + 1]);
  await world.host.advance(TELEMETRY_LIMITS.wantedMs);
  world.engine.samples?.give(sample(wanted[0] ?? ""));
  await world.engine.samples?.flush();
  expect([requestsOf(world, "GET").length, sentBy(world).length]).toEqual([2, wanted.length + 1]);
});

test("nothing leaves for a server that is away, that knows no judges, or that answers something else", async () => {
  items = [null, { judge: 1 }];
  for (const answer of [
    () => new Error("away"),
    () => new Response("", { status: 404 }),
    () => jsonResponse({ items }),
    () => jsonResponse(1),
  ]) {
    const world = await open(answer);
    world.engine.samples?.give(sample(RUNS.find(isWanted) ?? ""));
    await world.engine.samples?.close();
    expect(sentBy(world)).toEqual([]);
  }
});

test("what is no sample or too long is left out or cut, and beyond the bound nothing waits", async () => {
  items = [{ ...JUDGE, perMille: 1_000 }];
  const world = await open();
  for (const odd of [{ output: "" }, { output: 1 }, { input: {} }] as object[]) world.engine.samples?.give(sample("odd", odd));
  world.engine.samples?.give({
    run: "long",
    served: { flag: "summarizer", variant: "opus" },
    output: "x".repeat(TELEMETRY_LIMITS.sampleChars + 1),
  });
  for (let at = 0; at < TELEMETRY_LIMITS.samplesWaiting; at++) world.engine.samples?.give(sample(`many-${at}`));
  await world.engine.samples?.close();
  const sent = sentBy(world);
  expect(sent).toHaveLength(TELEMETRY_LIMITS.samplesWaiting);
  expect(sent[0]).toMatchObject({ run: "long", input: "", output: "x".repeat(TELEMETRY_LIMITS.sampleChars) });
  world.engine.samples?.give(sample("late"));
  await world.engine.samples?.flush();
  expect(sentBy(world)).toHaveLength(TELEMETRY_LIMITS.samplesWaiting);
});
