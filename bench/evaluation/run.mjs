/** The evaluation bench: every contestant in a process of its own, in interleaved rounds, in one run. */

import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../measure/median.mjs";
import { waitForQuiet } from "../measure/quiet.mjs";
import { inTurn } from "../measure/run-bench.mjs";
import { recordResults } from "../record-results.mjs";
import { contestants, installedVersion } from "./contestants.mjs";
import { correctnessProblems } from "./measure.mjs";
import { describeResults } from "./report.mjs";
import { judgeTargets } from "./targets.mjs";
import { KINDS, makeFlags } from "./workload.mjs";

const FLAGS = 1_000;
const MANY_FLAGS = 10_000;
const TIMEOUT_MS = 180_000;

const FULL = { rounds: 5, windows: { warmUpMs: 500, windowMs: 250, windows: 5 }, repeats: 5 };
const QUICK = { rounds: 1, windows: { warmUpMs: 250, windowMs: 120, windows: 3 }, repeats: 1 };

/** V8 flags by measurement: allocation is counted in a young generation so large that nothing is collected meanwhile. */
const NODE_FLAGS = {
  allocation: ["--expose-gc", "--max-semi-space-size=1024", "--min-semi-space-size=1024"],
  heap: ["--expose-gc"],
};

/** Runs the bench and gives the exit code: 1 where a contestant answers wrongly or cannot run. */
export async function run(options) {
  const folder = mkdtempSync(join(tmpdir(), "dimmer-bench-"));
  try {
    return await runIn(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(folder, options) {
  const plan = planOf(options);
  const say = (line) => process.stdout.write(`${line}\n`);
  const ask = (id, measurement, count = FLAGS, values = "own") => askContestant(folder, plan, id, measurement, count, values);

  const wrong = await checkAnswers(plan, ask, say);
  if (wrong.length > 0) {
    say(`\nWrong answers; nothing is measured.\n  ${wrong.join("\n  ")}`);
    return 1;
  }
  const results = await measureAll(plan, ask, say);
  const judged = judgeTargets(results);
  const report = describeResults({ results, judged, plan });
  say(`\n${report}`);
  if (options.record) recordResults("evaluation", report);
  say(JSON.stringify({ bench: "evaluation", ratios: judged.ratios, met: judged.met }));
  return 0;
}

function planOf({ quick, rounds, only, measure }) {
  const base = quick ? QUICK : FULL;
  const ids = only === undefined ? Object.keys(contestants) : only.split(",");
  const unknown = ids.find((id) => contestants[id] === undefined);
  if (unknown !== undefined)
    throw new Error(`no contestant is called ${unknown}; there are ${Object.keys(contestants).join(", ")}`);
  return {
    ...base,
    quick,
    rounds: rounds === undefined ? base.rounds : Number(rounds),
    ids,
    measurements: measure?.split(",") ?? ["rate", "allocation", "heap", "start"],
  };
}

const takesPart = (plan, measurement) => plan.ids.filter((id) => contestants[id].only?.includes(measurement) ?? true);

/** Contestants that hash as Dimmer does must agree with the limit person by person, not only in their shares. */
const SAME_SLOTS = ["limit", "openfeature-in-memory", "dimmer", "dimmer-details", "dimmer-engine", "dimmer-openfeature"];

async function checkAnswers(plan, ask, say) {
  const wrong = [];
  let digest;
  for (const id of takesPart(plan, "correctness")) {
    const found = await ask(id, "correctness");
    const problems = correctnessProblems(found);
    if (SAME_SLOTS.includes(id)) {
      digest ??= found.digest;
      if (found.digest !== digest) problems.push("it puts people into other slots than the limit does");
    }
    const split = KINDS.map((_, i) => found.split[`v${i}`].toFixed(1)).join("/");
    say(`  ${id.padEnd(22)} ${found.rulesRight}/${found.rules} rule hits right, b ${found.b.toFixed(1)} %, c ${split}`);
    wrong.push(...problems.map((problem) => `${id}: ${problem}`));
  }
  return wrong;
}

async function measureAll(plan, ask, say) {
  const samples = [];
  const measure = async (id, measurement, count, values) => {
    if (!plan.quick) await waitForQuiet();
    samples.push({ id, measurement, values, result: await ask(id, measurement, count, values) });
  };
  if (plan.measurements.includes("rate")) {
    for (let round = 0; round < plan.rounds; round++) {
      say(`  rates, round ${round + 1} of ${plan.rounds}`);
      for (const id of inTurn(takesPart(plan, "rate"), round)) await measure(id, "rate", FLAGS, "own");
    }
  }
  if (plan.measurements.includes("allocation")) {
    say("  bytes allocated per evaluation");
    for (const id of takesPart(plan, "allocation")) await measure(id, "allocation", FLAGS, "own");
  }
  for (const measurement of ["heap", "start"].filter((name) => plan.measurements.includes(name))) {
    say(measurement === "heap" ? `  heap at ${MANY_FLAGS} flags` : `  cold start of ${MANY_FLAGS} flags`);
    for (let round = 0; round < (measurement === "heap" ? Math.min(plan.repeats, 3) : plan.repeats); round++) {
      for (const id of inTurn(takesPart(plan, measurement), round)) await measure(id, measurement, MANY_FLAGS, "own");
      if (plan.ids.includes("dimmer")) await measure("dimmer", measurement, MANY_FLAGS, "shared");
    }
  }
  return summarise(plan, samples);
}

/** Medians over the rounds, by contestant; `shared` is the snapshot whose flags share their values. */
function summarise(plan, samples) {
  const of = (id, measurement, values = "own") =>
    samples.filter((s) => s.id === id && s.measurement === measurement && (s.values ?? "own") === values).map((s) => s.result);
  return Object.fromEntries(
    plan.ids.map((id) => {
      const { name, role, package: packageName } = contestants[id];
      const version = packageName === undefined ? undefined : installedVersion(packageName);
      return [
        id,
        {
          name,
          role,
          package: packageName,
          version,
          rate: byKind(of(id, "rate"), ["perCpuSecond", "perSecond", "wait"]),
          allocation: of(id, "allocation")[0],
          heap: heapOf(of(id, "heap")),
          heapShared: heapOf(of(id, "heap", "shared")),
          start: startOf(of(id, "start")),
          startShared: startOf(of(id, "start", "shared")),
        },
      ];
    }),
  );
}

const medianOf = (results, field) => (results.length === 0 ? undefined : median(results.map((result) => result[field])));

const heapOf = (results) =>
  results.length === 0 ? undefined : { ready: medianOf(results, "ready"), evaluated: medianOf(results, "evaluated") };

const startOf = (results) =>
  results.length === 0
    ? undefined
    : { cpuMs: medianOf(results, "cpuMs"), wallMs: medianOf(results, "wallMs"), waitMs: medianOf(results, "waitMs") };

function byKind(rounds, fields) {
  if (rounds.length === 0) return undefined;
  return Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      Object.fromEntries(
        fields.map((field) => [
          field,
          medianOf(
            rounds.map((round) => round[kind]),
            field,
          ),
        ]),
      ),
    ]),
  );
}

/** Runs one measurement in a fresh process and gives what it sends back. */
async function askContestant(folder, plan, id, measurement, count, values) {
  const config = await writeConfig(folder, id, count, values);
  const order = { contestant: id, measurement, config, flags: count, values, windows: plan.windows };
  const child = fork(fileURLToPath(new URL("run-contestant.mjs", import.meta.url)), [JSON.stringify(order)], {
    execArgv: NODE_FLAGS[measurement] ?? [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    timeout: TIMEOUT_MS,
  });
  let errors = "";
  child.stderr.on("data", (chunk) => (errors = (errors + chunk).slice(-2_000)));
  return new Promise((resolve, reject) => {
    let result;
    child.on("message", (message) => (result = message));
    child.on("error", reject);
    child.on("close", (code) => {
      if (result === undefined) reject(new Error(`${id} could not measure its ${measurement} (exit ${code}):\n${errors}`));
      else resolve(result);
    });
  });
}

const written = new Map();

async function writeConfig(folder, id, count, values) {
  const path = join(folder, `${id}-${count}-${values}.json`);
  if (!written.has(path)) {
    const { writeConfig: textOf } = await contestants[id].load();
    writeFileSync(path, textOf(makeFlags(count, values)));
    written.set(path, true);
  }
  return path;
}
