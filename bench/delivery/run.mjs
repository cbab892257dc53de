/** The delivery bench: how fast a change reaches many streams, what a stream costs, and how a restart is survived. */

import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../measure/median.mjs";
import { percentile } from "../measure/percentile.mjs";
import { waitForQuiet } from "../measure/quiet.mjs";
import { startRole } from "../measure/role.mjs";
import { inTurn, mapValues, runBench } from "../measure/run-bench.mjs";
import { describeResults } from "./report.mjs";
import { sendChange } from "./send.mjs";
import { TARGETS } from "./targets.mjs";

const FULL = { streams: [1_000, 5_000, 10_000], changes: 21, rounds: 3, storm: 9_000 };
const QUICK = { streams: [500], changes: 5, rounds: 1, storm: 1_000 };
const SDKS = 20;
const FLAGS = 1_000;
/** Between two changes, so that each is alone. */
const PAUSE_MS = 300;
/** The server has one core, everybody else the other. */
const SERVER = { core: 0, nodeFlags: ["--expose-gc"] };
const CLIENTS = { core: 1 };

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Runs the bench and gives the exit code. */
export const run = (options) =>
  runBench({
    name: "delivery",
    plans: { full: FULL, quick: QUICK },
    options,
    measure: measureAll,
    targets: TARGETS,
    describe: describeResults,
  });

async function measureAll(plan, folder, say) {
  const bytes = await sampleBytes(folder);
  say(`  ${bytes.eventBytes} B a change, ${bytes.snapshotBytes} B of snapshot (gzip)`);
  const contestants = {
    dimmer: { module: here("servers/dimmer.mjs"), start: { dataDir: folder, flags: FLAGS } },
    bare: { module: here("servers/bare.mjs"), start: bytes.limit },
  };
  const broadcasts = {};
  const storms = {};
  for (let round = 0; round < plan.rounds; round++) {
    for (const id of inTurn(["dimmer", "bare"], round)) {
      for (const streams of plan.streams) {
        if (!plan.quick) await waitForQuiet();
        const result = await broadcast(contestants[id], streams, plan.changes);
        say(`  ${id}, ${streams} streams: p50 ${result.p50.toFixed(0)} ms, p99 ${result.p99.toFixed(0)} ms`);
        ((broadcasts[id] ??= {})[streams] ??= []).push(result);
      }
      const result = await storm(contestants[id], plan.storm);
      say(`  ${id}, ${plan.storm} come back: ${result.backMs.toFixed(0)} ms; cold ${result.coldMs.toFixed(0)} ms`);
      (storms[id] ??= []).push(result);
    }
  }
  return {
    ...bytes,
    stormReaders: plan.storm,
    broadcasts: mapValues(broadcasts, (by) => mapValues(by, medians)),
    storms: mapValues(storms, medians),
  };
}

/** Field by field, over the rounds; a field that a contestant does not have stays undefined. */
function medians(results) {
  const fields = Object.keys(results[0]).filter((field) => results[0][field] !== undefined);
  return Object.fromEntries(fields.map((field) => [field, median(results.map((result) => result[field]))]));
}

/** What Dimmer really sends, so that the limit sends the same. */
async function sampleBytes(folder) {
  const server = startRole(here("servers/dimmer.mjs"), SERVER);
  const clients = startRole(here("readers.mjs"), CLIENTS);
  try {
    const { port, stream, snapshot, changes } = await server.ask("start", { dataDir: folder, flags: FLAGS });
    const body = await fetchBody(port, snapshot);
    const sample = await clients.ask("sample", { port, stream });
    await sendChange(port, changes[0]);
    const { hello, event } = await clients.ask("sampled", sample);
    await sendChange(port, changes[1]);
    const headers = { "content-type": "application/json; charset=utf-8", "content-encoding": "gzip" };
    return {
      limit: { hello, event, snapshot: { body: body.toString("base64"), headers } },
      eventBytes: Buffer.from(event, "base64").length,
      snapshotBytes: body.length,
    };
  } finally {
    await Promise.all([server.end(), clients.end()]);
  }
}

function fetchBody(port, { path, headers }) {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks)));
    })
      .on("error", reject)
      .end();
  });
}

/** Opens the streams, then sends changes one by one and notes when each reader has it. */
async function broadcast({ module, start }, streams, changes) {
  const server = startRole(module, SERVER);
  const clients = startRole(here("readers.mjs"), CLIENTS);
  const sdks = start.dataDir === undefined ? undefined : startRole(here("sdks.mjs"), CLIENTS);
  try {
    const at = await server.ask("start", start);
    await server.ask("windowStart");
    const idle = await server.ask("windowEnd");
    const { tookMs } = await clients.ask("open", { ...at, count: streams });
    await server.ask("windowStart");
    const open = await server.ask("windowEnd");
    await sdks?.ask("open", { ...at, count: SDKS });
    const rounds = [];
    for (let change = 0; change < changes; change++) {
      await Promise.all([clients.ask("arm"), sdks?.ask("arm"), server.ask("windowStart")]);
      const { acceptedAt } = await sendChange(at.port, at.changes[change % at.changes.length]);
      const since = (times) => times.map((time) => Math.max(0, time - acceptedAt));
      const arrivals = since(await clients.ask("arrived"));
      const applied = sdks === undefined ? undefined : since(await sdks.ask("arrived"));
      const { stallMs } = await server.ask("windowEnd");
      rounds.push({ arrivals, applied, stallMs });
      await sleep(PAUSE_MS);
    }
    // A kill must leave no trace for the next contestant: an even number of changes.
    if (changes % at.changes.length !== 0) await sendChange(at.port, at.changes[changes % at.changes.length]);
    const across = (percent, of) => median(rounds.map((round) => percentile(round[of], percent)));
    return {
      p50: across(50, "arrivals"),
      p99: across(99, "arrivals"),
      appliedP99: sdks === undefined ? undefined : across(99, "applied"),
      stallMs: median(rounds.map(({ stallMs }) => stallMs)),
      bytesAStream: (open.rssBytes - idle.rssBytes) / streams,
      connectMs: tookMs,
    };
  } finally {
    await Promise.all([clients.end("SIGKILL"), sdks?.end("SIGKILL"), server.end("SIGKILL")]);
  }
}

/** Kills the server under its readers and starts it again; then a cold start of as many, snapshot and stream. */
async function storm({ module, start }, count) {
  const first = startRole(module, SERVER);
  const clients = startRole(here("readers.mjs"), CLIENTS);
  let second;
  try {
    const at = await first.ask("start", start);
    await clients.ask("open", { ...at, count });
    await clients.ask("survive", at);
    const back = clients.ask("back");
    await first.end("SIGKILL");
    second = startRole(module, SERVER);
    const again = await second.ask("start", { ...start, port: at.port });
    const listeningAt = Number(process.hrtime.bigint()) / 1e6;
    await second.ask("windowStart");
    const backMs = (await back).at - listeningAt;
    const { stallMs, rssBytes } = await second.ask("windowEnd");
    await clients.ask("close");
    const { tookMs } = await clients.ask("coldStart", { ...again, count });
    return { backMs, stallMs, rssMb: rssBytes / 2 ** 20, coldMs: tookMs };
  } finally {
    await Promise.all([clients.end("SIGKILL"), second?.end("SIGKILL"), first.end("SIGKILL")]);
  }
}
