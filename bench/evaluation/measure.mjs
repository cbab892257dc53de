/** What one contestant's process can measure about it: correctness, rate, allocation, heap, cold start. */

import { readMainThread, timeWork } from "../measure/main-thread-clock.mjs";
import { median } from "../measure/median.mjs";
import { expectedRule, keysByKind, KINDS, RULE_VARIANTS, SHARE_OF_B, SPLIT_OF_C, variantOfValue } from "./workload.mjs";

const ALLOCATION_BATCHES = 5;
const ALLOCATION_CALLS = 20_000;

/**
 * Asks every kind for every user, each time of the next flag.
 * Gives the share of rightly decided rules and the shares of the splits, in percent, and a digest of the sequence of answers.
 */
export async function measureCorrectness({ contestant, flags, users }) {
  const keys = keysByKind(flags);
  const seen = { a: 0, b: 0, rules: 0, rulesRight: 0, split: { v0: 0, v1: 0, v2: 0 } };
  let digest = 0;
  for (const [index, user] of users.entries()) {
    const context = contestant.context(user);
    const ask = (kind) => contestant.calls[kind](keys[kind][index % keys[kind].length], context);
    const [a, b, c] = [plain(await ask("a")), plain(await ask("b")), variantOfValue(plain(await ask("c")))];
    seen.a += a === true ? 1 : 0;
    seen.b += b === true ? 1 : 0;
    countRule(seen, expectedRule(user), c);
    digest = (Math.imul(digest, 31) + (b === true ? 8 : 0) + Number(c[1])) | 0;
  }
  return { ...shares(seen, users.length), digest };
}

/** Contestants that give details are asked for the value in them. */
const plain = (answer) => (answer !== null && typeof answer === "object" && "flagMetadata" in answer ? answer.value : answer);

function countRule(seen, rule, variant) {
  if (rule < 0) {
    seen.split[variant] += 1;
    return;
  }
  seen.rules += 1;
  seen.rulesRight += variant === RULE_VARIANTS[rule] ? 1 : 0;
}

function shares(seen, asked) {
  const inSplit = asked - seen.rules;
  return {
    a: (100 * seen.a) / asked,
    b: (100 * seen.b) / asked,
    rules: seen.rules,
    rulesRight: seen.rulesRight,
    split: Object.fromEntries(Object.entries(seen.split).map(([variant, count]) => [variant, (100 * count) / inSplit])),
  };
}

/** What is wrong with a contestant's answers, in words; empty where nothing is. */
export function correctnessProblems(found) {
  const problems = [];
  if (found.a !== 100) problems.push(`a is on for ${found.a.toFixed(1)} %, not for all`);
  if (found.rulesRight !== found.rules) problems.push(`${found.rules - found.rulesRight} of ${found.rules} rule hits are wrong`);
  if (!(Math.abs(found.b - SHARE_OF_B) <= 3)) problems.push(`b is on for ${found.b.toFixed(1)} %, not for ${SHARE_OF_B} %`);
  for (const [variant, percent] of Object.entries(SPLIT_OF_C)) {
    const share = found.split[variant];
    if (!(Math.abs(share - percent) <= 3)) problems.push(`${variant} has ${share?.toFixed(1)} % of the split, not ${percent} %`);
  }
  return problems;
}

/** Evaluations per second of CPU and of wall clock, and the part of the time spent waiting for a core; medians of the windows. */
export async function measureRate(work, { warmUpMs, windowMs, windows }) {
  const loops = await makeLoops(work);
  for (const kind of KINDS) await runWindow(loops[kind], warmUpMs);
  const rates = {};
  for (const kind of KINDS) {
    const samples = [];
    for (let i = 0; i < windows; i++) samples.push(await runWindow(loops[kind], windowMs));
    rates[kind] = {
      perCpuSecond: median(samples.map((sample) => sample.perCpuSecond)),
      perSecond: median(samples.map((sample) => sample.perSecond)),
      wait: median(samples.map((sample) => sample.wait)),
    };
  }
  return rates;
}

async function makeLoops({ contestant, flags, users }) {
  const keys = keysByKind(flags);
  const contexts = users.map((user) => contestant.context(user));
  const loops = {};
  for (const kind of KINDS) {
    const { makeLoop } = await import(`./loop.mjs?workload=${kind}`);
    const call = contestant.calls[kind];
    const isAsync = typeof call(keys[kind][0], contexts[0])?.then === "function";
    const loop = makeLoop(call, keys[kind], contexts);
    loops[kind] = isAsync ? loop.runAwaiting : loop.run;
  }
  return loops;
}

/** Looks at the clock every two hundred calls: often enough for the slowest, seldom enough for the fastest. */
const BATCH = 200;

async function runWindow(run, windowMs) {
  const startedAt = performance.now();
  const before = readMainThread();
  let calls = 0;
  let elapsedMs = 0;
  do {
    const pending = run(BATCH);
    if (pending !== undefined) await pending;
    calls += BATCH;
    elapsedMs = performance.now() - startedAt;
  } while (elapsedMs < windowMs);
  const after = readMainThread();
  return {
    perCpuSecond: (calls * 1e9) / (after.cpuNs - before.cpuNs),
    perSecond: (calls * 1e3) / elapsedMs,
    wait: (after.waitNs - before.waitNs) / 1e6 / elapsedMs,
  };
}

/** Bytes allocated per evaluation. The process runs with a young generation that is never full, so nothing is collected meanwhile. */
export async function measureAllocation(work, { warmUpMs }) {
  const loops = await makeLoops(work);
  for (const kind of KINDS) await runWindow(loops[kind], warmUpMs);
  const bytes = {};
  for (const kind of KINDS) {
    const samples = [];
    for (let i = 0; i < ALLOCATION_BATCHES; i++) samples.push(await allocationOf(loops[kind]));
    bytes[kind] = median(samples);
  }
  return bytes;
}

async function allocationOf(run) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  await run(ALLOCATION_CALLS);
  return (process.memoryUsage().heapUsed - before) / ALLOCATION_CALLS;
}

/** Bytes per flag that stay on the heap: once a contestant is ready, and once every flag has been evaluated as well. */
export async function measureHeap({ start, flags, users }) {
  const user = users[0];
  const before = settledHeap();
  const contestant = await start();
  const ready = settledHeap();
  await evaluateAll(contestant, flags, contestant.context(user));
  const evaluated = settledHeap();
  return { contestant, ready: (ready - before) / flags.length, evaluated: (evaluated - before) / flags.length };
}

async function evaluateAll(contestant, flags, context) {
  for (const { key, kind } of flags) await contestant.calls[kind](key, context);
}

function settledHeap() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** From the text on disk to ready and one answer of each kind. */
export async function measureStart({ start, flags, users }) {
  let contestant;
  const time = await timeWork(async () => {
    contestant = await start();
    await evaluateAll(contestant, flags.slice(0, KINDS.length), contestant.context(users[0]));
  });
  return { contestant, ...time };
}
