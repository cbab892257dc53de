/** The long proof: hundreds of power cuts, and a kill at every write of a first start. Prints one line of JSON, and on the way how far it is. */

import { writeSync } from "node:fs";
import { type Aftermath, cutLengths, cutPower, inspect, liveFile, openBench, runOnDisk } from "./cut.ts";

const CUTS = 300;
/** A new store after so many cuts, so that looking through it stays quick. */
const CUTS_PER_STORE = 30;
const MOST_ACKNOWLEDGEMENTS = 200;

const cut = await runCuts();
const killed = await killAtEveryWrite();
const isGood = cut.lost === 0 && cut.faults.length === 0 && killed.faults.length === 0;
writeSync(1, `${JSON.stringify({ verify: "power-cut", ok: isGood, ...cut, killed })}\n`);
process.exitCode = isGood ? 0 : 1;

async function runCuts() {
  const lengths = cutLengths(CUTS, MOST_ACKNOWLEDGEMENTS);
  const found: Aftermath[] = [];
  for (let from = 0; from < CUTS; from += CUTS_PER_STORE) {
    const bench = openBench("cc");
    for (const length of lengths.slice(from, from + CUTS_PER_STORE)) found.push(await cutPower(bench, length));
    bench.remove();
    writeSync(2, `${found.length} of ${CUTS} cuts\n`);
  }
  return {
    cuts: CUTS,
    acknowledged: lengths.reduce((sum, length) => sum + length, 0),
    lost: found.reduce((sum, { lost }) => sum + lost.length, 0),
    faults: found.flatMap(({ faults }) => faults),
  };
}

/** Every write, sync and unlink of a first start (the migrations), until one that runs through. */
async function killAtEveryWrite() {
  const faults: string[] = [];
  for (let at = 1; ; at += 1) {
    const bench = openBench("cc");
    const run = await runOnDisk(bench, "writer.ts", [liveFile(bench), "0"], { DIMMER_KILL_AT: String(at) });
    const after = await inspect(liveFile(bench), []).catch((error: unknown) => ({ faults: [String(error)] }));
    faults.push(...after.faults.map((fault) => `killed at write ${at}: ${fault}`));
    bench.remove();
    if (run.signal === null) return { writes: at - 1, faults };
  }
}
