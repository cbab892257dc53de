/** F17 in many seeded runs: the real engine behind a model of the server whose answers are spoiled in every way at once. */

import { openEngine, remoteSource, type Engine } from "@dimmer/sdk-core";
import { expect, test } from "vitest";
import {
  openFakeHost,
  openFakeStream,
  type FakeHost,
  type FakeRequest,
  type FakeStream,
} from "../../packages/sdk-core/test/fake-host.ts";
import { booleanFlag, patchFrom, snapshotWith } from "../../packages/sdk-core/test/snapshots.ts";
import type { Random } from "../runtimes/seeded-random.ts";
import { garble } from "./faults.ts";
import { isLong, seedOr, withSeed } from "./seed.ts";

const RUNS = isLong ? 10_000 : 150;
const STEPS = 12;
const HEARTBEAT_MS = 15_000;

/** What a run may do to a payload. A flipped bit can change a value and leave JSON behind: the wire has no checksum, TLS has. */
const SPOILERS = ["cut", "nonsense", "flip", "twice", "exchanged", "older", "huge", "page", "empty", "foreign"] as const;
type Spoiler = (typeof SPOILERS)[number];

interface Model {
  epoch: string;
  version: number;
}

/** The content of each version is known, so that whatever is held can be judged. */
const servesAt = (version: number): "on" | "off" => (version % 2 === 0 ? "on" : "off");
const snapshotAt = ({ epoch, version }: Model, more: object = {}) =>
  snapshotWith({ epoch, version, flags: { a: booleanFlag(servesAt(version)) }, ...more });
const patchTo = ({ epoch, version }: Model) => patchFrom(version - 1, { epoch, flags: { a: booleanFlag(servesAt(version)) } });
const eventOf = (name: string, data: Model): string =>
  `event: ${name}\nid: ${data.epoch}:${data.version}\ndata: ${JSON.stringify(data)}\n\n`;

function spoil(text: string, spoiler: Spoiler, random: Random): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Buffer.from(text));
  if (spoiler === "cut") return bytes.subarray(0, random.integer(bytes.length));
  if (spoiler === "flip") return new Uint8Array(garble(Buffer.from(bytes), 20 + random.integer(bytes.length), random));
  if (spoiler === "nonsense") bytes[random.integer(bytes.length)] = 0xff;
  return bytes;
}

/** One run: an engine, a model, and chance. */
function openRun(random: Random) {
  const model: Model = { epoch: "e1", version: 2 };
  const streams: FakeStream[] = [];
  let isSpoiling = false;
  let hasFlipped = false;
  const draw = (): Spoiler | undefined => {
    if (!isSpoiling || random.isOne(2)) return undefined;
    const spoiler = random.pick(SPOILERS);
    hasFlipped ||= spoiler === "flip";
    return spoiler === "huge" && !random.isOne(20) ? "cut" : spoiler;
  };

  const answerSnapshot = (request: FakeRequest): Response => {
    if (request.headers.get("if-none-match") === `"${model.epoch}:${model.version}"`) return new Response(null, { status: 304 });
    const spoiler = draw();
    const headers = { "content-type": "application/json", etag: `"${model.epoch}:${model.version}"` };
    if (spoiler === "page") return new Response("<!doctype html>", { headers: { "content-type": "text/html" } });
    if (spoiler === "empty") return new Response("{}", { headers });
    if (spoiler === "foreign") return Response.json(snapshotAt({ ...model, version: 9_999 }, { environment: "elsewhere" }));
    if (spoiler === "older") return Response.json(snapshotAt({ ...model, version: random.integer(model.version) }));
    const text = JSON.stringify(
      snapshotAt(model, spoiler === "huge" ? { values: { ...snapshotWith().values, x: "1".repeat(8e6) } } : {}),
    );
    return new Response(spoiler === undefined ? text : spoil(text, spoiler, random), { headers });
  };

  const openStream = (request: FakeRequest, signal: AbortSignal): Response => {
    const stream = openFakeStream(signal);
    streams.push(stream);
    const asked = new URL(request.url).searchParams;
    const version = Number(asked.get("version"));
    // As the real server does: whoever claims to be ahead of it is of another line, and all get a new one.
    if (asked.get("epoch") === model.epoch && version > model.version) model.epoch += "+";
    stream.write(`event: hello\ndata: ${JSON.stringify({ ...model, heartbeatMs: HEARTBEAT_MS })}\n\n`);
    if (asked.get("epoch") !== model.epoch) stream.write(eventOf("refetch", model));
    else
      for (let at = version + 1; at <= model.version; at += 1) stream.write(eventOf("patch", patchTo({ ...model, version: at })));
    return stream.response;
  };

  const host = openFakeHost(
    (request, signal) =>
      request.path.endsWith("/snapshot")
        ? answerSnapshot(request)
        : request.path.endsWith("/stream")
          ? openStream(request, signal)
          : new Response(null, { status: 204 }),
    () => random.integer(1_000) / 1_000,
  );
  const engine = openEngine({ source: remoteSource({ url: "https://flags.example", key: "k" }) }, host.ports);
  let waiting: string[] = [];

  return {
    engine,
    host,
    model,
    hasFlipped: () => hasFlipped,
    spoilFromNow: (on: boolean) => void (isSpoiling = on),
    /** The next change, sent as the run's chance wants it. */
    change() {
      model.version += 1;
      const stream = streams.at(-1);
      if (stream?.isOpen !== true) return;
      const spoiler = draw();
      const event = eventOf("patch", patchTo(model));
      if (spoiler === "exchanged") waiting.push(event);
      else if (spoiler === "older")
        write(stream, eventOf("patch", patchTo({ ...model, version: 1 + random.integer(model.version) })));
      else if (spoiler === "page") write(stream, "<!doctype html>\n\n");
      else if (spoiler === "empty") write(stream, "event: patch\ndata: {}\n\n");
      else if (spoiler === "huge") write(stream, `event: patch\ndata: ${"x".repeat(8e6)}\n\n`);
      else if (spoiler === "foreign") write(stream, eventOf("patch", { ...patchTo(model), epoch: "elsewhere" }));
      else if (spoiler === "twice") write(stream, event + event);
      else writeBytes(stream, spoiler === undefined ? Buffer.from(event) : spoil(event, spoiler, random));
      if (spoiler !== "exchanged") for (const late of waiting.splice(0)) write(stream, late);
      if (spoiler === "cut") stream.fail();
    },
    lose: () => streams.at(-1)?.fail(),
    beat: () => void (streams.at(-1)?.isOpen === true && streams.at(-1)?.write(": heartbeat\n\n")),
    openStreams: () => streams.filter(({ isOpen }) => isOpen).length,
    forgetWaiting: () => void (waiting = []),
  };
}

const write = (stream: FakeStream, text: string): void => (stream.isOpen ? stream.write(text) : undefined);
const writeBytes = (stream: FakeStream, bytes: Uint8Array): void => (stream.isOpen ? stream.writeBytes(bytes) : undefined);

/** Lets a spoiled line mend itself: two backoffs at their longest, with heartbeats. */
async function mend(run: ReturnType<typeof openRun>, host: FakeHost): Promise<void> {
  for (let passed = 0; passed < 90_000; passed += HEARTBEAT_MS) {
    await host.advance(HEARTBEAT_MS);
    run.beat();
  }
  await host.settle();
}

async function runOnce(random: Random): Promise<void> {
  const run = openRun(random);
  const { engine, host, model } = run;
  await host.settle();
  run.spoilFromNow(true);
  let held = heldBy(engine);
  for (let step = 0; step < STEPS; step += 1) {
    if (random.isOne(4)) run.lose();
    else run.change();
    run.beat();
    await host.advance(random.pick([0, 0, 200, 1_500, 5_000]));
    const now = heldBy(engine);
    // I17: never an older version of one epoch; I18: never nothing in the place of something.
    if (now.epoch === held.epoch && now.version < held.version)
      throw new Error(`From version ${held.version} back to ${now.version} in step ${step}.`);
    if (!run.hasFlipped() && now.version >= 0) checkContent(now, model);
    expect(run.openStreams()).toBeLessThanOrEqual(1);
    held = now;
  }
  run.spoilFromNow(false);
  run.forgetWaiting();
  run.lose();
  await mend(run, host);
  run.change();
  await mend(run, host);
  // I16: whatever came before, the newest version in the end, with its own content.
  expect(heldBy(engine)).toMatchObject(model);
  if (!run.hasFlipped()) checkContent(heldBy(engine), model);
  expect(engine.status).toBe("READY");
  expect(host.mostTimers).toBe(1);
  engine.close();
}

/** Unless a bit was flipped, what is held is what the server had at that version. */
function checkContent(held: ReturnType<typeof heldBy>, { epoch }: Model): void {
  expect(held).toEqual({ epoch, version: held.version, a: servesAt(held.version) });
}

function heldBy(engine: Engine) {
  const { epoch = "", version = -1 } = engine.snapshot ?? {};
  return { epoch, version, a: engine.evaluate("a", {}).variant };
}

test(`F17: in ${RUNS} seeded runs of spoiled payloads nothing goes backwards, good flags stay, and the newest version comes`, async () => {
  const first = seedOr(1);
  const runs = process.env["DIMMER_TEST_SEED"] === undefined ? RUNS : 1;
  for (let seed = first; seed < first + runs; seed += 1) await withSeed(seed, runOnce);
}, 1_800_000);
