/** The demo without its server: a model server, an app that sums texts up, and people who use it, for as long as nobody stops it. */

import { parseArgs } from "node:util";
import Anthropic from "@anthropic-ai/sdk";
import { openAi } from "@dimmer/ai";
import { openDimmer } from "@dimmer/sdk-server";
import { aiPort } from "@dimmer/sdk-server/ai";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { OpenFeature } from "@openfeature/server-sdk";
import { seededRandom } from "../model-server/behaviour.ts";
import { startModelServer } from "../model-server/model-server.ts";
import { startApp } from "./app.ts";
import { FAULTS, HEALTHY, isFault, openFaults, type Fault } from "./faults.ts";
import { makePeople } from "./people.ts";
import { startTraffic } from "./traffic.ts";

const { values: options } = parseArgs({
  options: {
    "app-port": { type: "string", default: "4181" },
    people: { type: "string", default: "2000" },
    "visits-per-second": { type: "string", default: "2" },
    "day-minutes": { type: "string", default: "20" },
    fault: { type: "string", multiple: true, default: [] },
    seed: { type: "string", default: "1" },
  },
});
const { DIMMER_URL: dimmerUrl = "http://127.0.0.1:4180" } = process.env;
const wanted = options.fault.map(toFault);

const random = seededRandom(Number(options.seed));
const models = await startModelServer({ models: HEALTHY, seed: Number(options.seed) });
const faults = openFaults(models);
for (const fault of wanted) faults.set(fault, true);
const dimmer = openDimmer({ url: dimmerUrl }); // and DIMMER_KEY
await OpenFeature.setProviderAndWait(new DimmerProvider({ client: dimmer }));
const ai = openAi({ client: OpenFeature.getClient(), port: aiPort(dimmer) });
const anthropic = new Anthropic({ apiKey: "local", baseURL: models.url, maxRetries: 0 });
const app = await startApp({ ai, anthropic, faults, dimmerUrl, port: Number(options["app-port"]) });
const traffic = startTraffic({
  appUrl: app.url,
  dimmerUrl,
  people: makePeople(Number(options.people), random),
  random,
  visitsPerSecond: Number(options["visits-per-second"]),
  dayMinutes: Number(options["day-minutes"]),
});

console.log(`
  The app of the demo: ${app.url}
  People use it now; a day takes ${options["day-minutes"]} minutes. What becomes of each variant:
    npx dimmer metrics summarizer --watch

  Make opus fail, here${process.stdin.isTTY ? " by a key" : " by --fault NAME"}, or in the app under "Make the model fail":
${Object.entries(FAULTS)
  .map(([name, { says }], index) => `    ${index + 1}  ${name.padEnd(9)} ${says}`)
  .join("\n")}
`);

let isStopping = false;
// Whoever stops a group of processes may say it twice.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
if (process.stdin.isTTY) listenToKeys();

/** One key each; Ctrl-C is no signal while keys come one by one. */
function listenToKeys(): void {
  const names = Object.keys(FAULTS) as Fault[];
  process.stdin.setRawMode(true).on("data", (key: Buffer) => {
    const pressed = key.toString();
    if (pressed === "\u0003" || pressed === "q") void stop();
    const fault = names[Number(pressed) - 1];
    if (fault === undefined) return;
    faults.set(fault, !faults.on.includes(fault));
    console.log(`  ${faults.on.length === 0 ? "nothing is wrong" : faults.on.join(", ")}`);
  });
}

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  process.stdin.pause();
  await traffic.stop();
  faults.close();
  await app.close();
  await OpenFeature.close();
  await dimmer.close();
  await models.close();
  const { visits, answers, thumbs, abandoned, failures, turnedAway } = traffic.counts;
  console.log(
    `  ${visits} visits, ${answers} answers, ${thumbs} thumbs, ${abandoned} gave up, ${failures} failed, ${turnedAway} turned away`,
  );
}

function toFault(name: string): Fault {
  if (isFault(name)) return name;
  throw new Error(`There is no fault ${name}; there are ${Object.keys(FAULTS).join(", ")}.`);
}
