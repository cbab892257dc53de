/** One process: one contestant, one measurement, one line of JSON. Started by `evaluation/run.mjs`. */

import { contestants } from "./contestants.mjs";
import { measureAllocation, measureCorrectness, measureHeap, measureRate, measureStart } from "./measure.mjs";
import { makeFlags, makeUsers } from "./workload.mjs";

const order = JSON.parse(process.argv[2]);
const flags = makeFlags(order.flags, order.values);
const users = makeUsers();
const { start: startContestant } = await contestants[order.contestant].load();
const start = () => startContestant(order.config);

const measurements = {
  correctness: () => withContestant((contestant) => measureCorrectness({ contestant, flags, users })),
  rate: () => withContestant((contestant) => measureRate({ contestant, flags, users }, order.windows)),
  allocation: () => withContestant((contestant) => measureAllocation({ contestant, flags, users }, order.windows)),
  heap: () => closing(measureHeap({ start, flags, users })),
  start: () => closing(measureStart({ start, flags, users })),
};

const result = await measurements[order.measurement]();
process.send(result);
process.disconnect();

async function withContestant(measure) {
  const contestant = await start();
  const result = await measure(contestant);
  await contestant.close();
  return result;
}

async function closing(pending) {
  const { contestant, ...result } = await pending;
  await contestant.close();
  return result;
}
