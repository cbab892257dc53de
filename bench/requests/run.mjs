/** The requests bench: what a snapshot, an evaluation over HTTP and a durable change cost, beside the least they could. */

import { fileURLToPath } from "node:url";
import { median } from "../measure/median.mjs";
import { waitForQuiet } from "../measure/quiet.mjs";
import { startRole } from "../measure/role.mjs";
import { inTurn, mapValues, runBench } from "../measure/run-bench.mjs";
import { describeResults } from "./report.mjs";
import { TARGETS } from "./targets.mjs";
import { storeBytes, writeBare, writeThroughApi, WRITERS } from "./writes.mjs";

const FULL = { rounds: 3, seconds: 5 };
const QUICK = { rounds: 1, seconds: 1 };
const FLAGS = 1_000;
const SERVER = { core: 0 };
const CLIENTS = { core: 1 };

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Runs the bench and gives the exit code. */
export const run = (options) =>
  runBench({
    name: "requests",
    plans: { full: FULL, quick: QUICK },
    options,
    measure: measureAll,
    targets: TARGETS,
    describe: describeResults,
  });

async function measureAll(plan, folder, say) {
  const snapshot = await takeSnapshot(folder);
  const contestants = {
    dimmer: { module: here("servers/dimmer.mjs"), start: { dataDir: folder, flags: FLAGS } },
    bare: { module: here("servers/bare.mjs"), start: { snapshot, flags: FLAGS } },
    ...(plan.rival ? { unleash: { module: here("../rivals/unleash.mjs"), start: { flags: FLAGS } } } : {}),
  };
  const loads = {};
  for (let round = 0; round < plan.rounds; round++) {
    for (const id of inTurn(Object.keys(contestants), round)) {
      for (const [name, result] of Object.entries(await loadContestant(contestants[id], plan))) {
        say(`  ${id}, ${name}: ${Math.round(result.perCpuSecond)} a CPU second, p99 ${result.p99} ms`);
        ((loads[id] ??= {})[name] ??= []).push(result);
      }
    }
  }
  return {
    rates: mapValues(loads, (by) => mapValues(by, medians)),
    writes: await measureWrites(contestants.dimmer, folder, plan),
  };
}

const medians = (results) =>
  Object.fromEntries(Object.keys(results[0]).map((field) => [field, median(results.map((result) => result[field]))]));

/** The bytes and headers that Dimmer sends. */
async function takeSnapshot(folder) {
  const server = startRole(here("servers/dimmer.mjs"), SERVER);
  try {
    const { port, requests } = await server.ask("start", { dataDir: folder, flags: FLAGS });
    const { path, headers } = requests["snapshot, gzip"];
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { ...headers, "accept-encoding": "identity" } });
    const etag = response.headers.get("etag");
    const { gzipSync } = await import("node:zlib");
    const body = gzipSync(Buffer.from(await response.arrayBuffer()));
    return {
      body: body.toString("base64"),
      headers: { etag, "content-type": "application/json; charset=utf-8", "content-encoding": "gzip", vary: "Accept-Encoding" },
    };
  } finally {
    await server.ask("stop");
    await server.end();
  }
}

async function loadContestant({ module, start }, { seconds, quick }) {
  const results = {};
  const server = startRole(module, SERVER);
  const client = startRole(here("load.mjs"), CLIENTS);
  try {
    const { port, requests } = await server.ask("start", start);
    for (const [name, request] of Object.entries(requests)) {
      const headers = { ...request.headers, ...(request.isConditional ? await conditionOf(port, request) : {}) };
      const order = { port: request.port ?? port, request: { ...request, headers, status: name.endsWith("304") ? 304 : 200 } };
      await client.ask("run", { ...order, seconds: 1 });
      if (!quick) await waitForQuiet();
      await server.ask("windowStart");
      const { answers, p50, p99, bytes } = await client.ask("run", { ...order, seconds });
      const { cpuMs } = await server.ask("windowEnd");
      results[name] = { perCpuSecond: answers / (cpuMs / 1_000), perSecond: answers / seconds, p50, p99, bytes };
    }
  } finally {
    await server.ask("stop").catch(() => {});
    await Promise.all([client.end("SIGKILL"), server.end("SIGKILL")]);
  }
  return results;
}

/** What makes a request one about nothing new. */
async function conditionOf(port, { path, headers }) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  await response.arrayBuffer();
  return { "if-none-match": response.headers.get("etag") };
}

/** In turn, so that both meet the same disk. */
async function measureWrites({ module, start }, folder, { rounds, seconds }) {
  const api = [];
  const bare = [];
  let rowBytes;
  for (let round = 0; round < rounds; round++) {
    const before = storeBytes(folder);
    const server = startRole(module, SERVER);
    const at = await server.ask("start", { ...start, writers: WRITERS });
    const { accepted, perSecond } = await writeThroughApi(at, seconds);
    await server.ask("stop");
    await server.end();
    rowBytes = Math.round((storeBytes(folder) - before) / accepted);
    api.push(perSecond);
    bare.push((await writeBare(folder, rowBytes, seconds)).perSecond);
  }
  return { perSecond: median(api), barePerSecond: median(bare), rowBytes };
}
