/** The telemetry bench: what it costs to take, store, track and add up events, beside the least it could. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../measure/median.mjs";
import { waitForQuiet } from "../measure/quiet.mjs";
import { startRole } from "../measure/role.mjs";
import { inTurn, mapValues, runBench } from "../measure/run-bench.mjs";
import { changeFlags } from "./flags-meanwhile.mjs";
import { askEvents } from "./query.mjs";
import { describeResults } from "./report.mjs";
import { storeRows } from "./rows.mjs";
import { TARGETS } from "./targets.mjs";

const FULL = { rounds: 3, seconds: 10, batches: 100, rows: 10_000_000, longSeconds: 240 };
const QUICK = { rounds: 1, seconds: 3, batches: 20, rows: 500_000, longSeconds: 12 };
/** Requests of ten events a second that every contestant can take, so that none drops any. */
const OFFERED = 200;
const SERVER = { core: 0, nodeFlags: ["--expose-gc"] };
const CLIENTS = { core: 1 };

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const SERVERS = { dimmer: here("servers/dimmer.mjs"), echo: here("servers/echo.mjs") };

/** Runs the bench and gives the exit code. */
export const run = (options) =>
  runBench({
    name: "telemetry",
    plans: { full: FULL, quick: QUICK },
    options,
    measure: measureAll,
    targets: TARGETS,
    describe: describeResults,
  });

async function measureAll(plan, folder, say) {
  const told = (what, result) => {
    say(`  ${what}: ${JSON.stringify(result)}`);
    return result;
  };
  return {
    ingestion: told("ingestion", await measureIngestion(plan, folder)),
    flags: told("flags meanwhile", await measureFlags(plan, folder)),
    call: told("a tracked call", await measureCall(folder)),
    rows: told("rows", await measureRows(plan, folder)),
    query: told("query", await askEvents(folder, plan.rows)),
    memory: told("memory", await measureMemory(plan, folder)),
  };
}

/** A server and somebody who sends to it; both gone afterwards. */
async function withServer(id, dataDir, work) {
  mkdirSync(dataDir, { recursive: true });
  const server = startRole(SERVERS[id], SERVER);
  const client = startRole(here("load.mjs"), CLIENTS);
  try {
    const at = await server.ask("start", { dataDir });
    const send = (seconds) =>
      client.ask("run", { port: at.port, path: at.path, headers: at.headers, seconds, perSecond: OFFERED });
    const result = await work({ server, at, send });
    await refuseDrops(server);
    return result;
  } finally {
    await server.ask("stop").catch(() => {});
    await Promise.all([client.end("SIGKILL"), server.end("SIGKILL")]);
  }
}

/** What is not kept is cheap, and no result. */
async function refuseDrops(server) {
  const outcomes = await server.ask("outcomes");
  const lost = Object.entries(outcomes).filter(([outcome, count]) => outcome.startsWith("dropped") && count > 0);
  if (lost.length > 0) throw new Error(`events were dropped: ${JSON.stringify(outcomes)}`);
}

async function measureIngestion({ rounds, seconds, quick }, folder) {
  const results = {};
  for (let round = 0; round < rounds; round++) {
    for (const id of inTurn(Object.keys(SERVERS), round)) {
      const one = await withServer(id, join(folder, `ingestion-${id}-${round}`), async ({ server, send }) => {
        await send(2);
        if (!quick) await waitForQuiet();
        await server.ask("windowStart");
        const { answers, p50, p99 } = await send(seconds);
        const { cpuMs } = await server.ask("windowEnd");
        return { cpuMicros: (cpuMs * 1_000) / answers, p50, p99 };
      });
      (results[id] ??= []).push(one);
    }
  }
  return mapValues(results, medians);
}

const medians = (all) => Object.fromEntries(Object.keys(all[0]).map((field) => [field, median(all.map((one) => one[field]))]));

async function measureFlags({ rounds }, folder) {
  const [idle, busy] = [[], []];
  for (let round = 0; round < rounds; round++) {
    await withServer("dimmer", join(folder, `flags-${round}`), async ({ at, send }) => {
      await changeFlags(at);
      idle.push(await changeFlags(at));
      const sending = send(8);
      busy.push(await changeFlags(at));
      await sending;
    });
  }
  return { idle: medians(idle), busy: medians(busy) };
}

async function measureCall(folder) {
  return await withServer("dimmer", join(folder, "call"), async ({ at }) => {
    await createSummarizer(at);
    const caller = startRole(here("tracked-call.mjs"), CLIENTS);
    try {
      return await caller.ask("measure", { port: at.port, key: at.key.replace("Bearer ", "") });
    } finally {
      await caller.end("SIGKILL");
    }
  });
}

async function createSummarizer({ port, admin }) {
  const model = { provider: "anthropic", model: "claude-sonnet-4-6", parameters: { maxTokens: 800 } };
  const messages = [
    { role: "system", content: "Summarize the text in three sentences." },
    { role: "user", content: "{{ text }}" },
  ];
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/projects/default/flags`, {
    method: "POST",
    headers: { authorization: admin, "content-type": "application/json" },
    body: JSON.stringify({
      key: "summarizer",
      definition: {
        type: "object",
        schema: "ai-config",
        purpose: "release",
        owner: "bench",
        permanent: true,
        variants: { sonnet: { value: { ...model, messages } }, plain: { value: { reply: "Later." } } },
        environments: { production: { enabled: true, fallback: "plain", default: { variant: "sonnet" } } },
      },
    }),
  });
  if (!response.ok) throw new Error(`the flag was refused: ${await response.text()}`);
}

async function measureRows({ rounds, batches }, folder) {
  const all = [];
  for (let round = 0; round < rounds; round++) {
    const own = join(folder, `rows-${round}`);
    mkdirSync(own);
    all.push(await storeRows(own, batches));
  }
  return medians(all);
}

/** In quarters, as nobody is waited for as long as all of it takes. */
async function measureMemory({ longSeconds }, folder) {
  return await withServer("dimmer", join(folder, "memory"), async ({ server, send }) => {
    const quarters = [];
    let events = 0;
    for (let quarter = 0; quarter < 4; quarter++) {
      await server.ask("windowStart");
      events += (await send(longSeconds / 4)).answers * 10;
      quarters.push((await server.ask("windowEnd")).rssBytes);
    }
    return { quarterBytes: quarters[0], endBytes: quarters[3], events };
  });
}
