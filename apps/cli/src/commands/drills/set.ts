/** `dimmer drills set FLAG`, `start FLAG`: when a fallback is drilled. */

import { DrillSettings, type WrittenDrillSettings } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";
import { readCount } from "../read-limit.ts";

export const setDrills: Verb = {
  usage: "set <flag>",
  summary: "let a sliver of traffic take a flag's fallback now and then, so that it is known to work",
  options: [
    ["--percent <n>", "of everybody, 0.1 to 1; 0.5 unless given"],
    ["--minutes <n>", "for how long, 5 to 60; 10 unless given"],
    ["--every <days>", "how often; 7 unless given"],
    ["--at <time>", "when of the day at the earliest, in UTC: 10:00 unless given"],
    ["--off", "drill it no more"],
  ],
  examples: ["drills set summarizer --percent 0.5 --every 7 --at 14:00", "drills set summarizer --off"],
  run: set,
};

export const startDrill: Verb = {
  usage: "start <flag>",
  summary: "begin a drill of a flag's fallback now",
  examples: ["drills start summarizer"],
  run: start,
};

async function set(call: Call): Promise<void> {
  const [flag = ""] = call.args;
  const { client, project, environment } = await openEnvironment(call);
  const { settings: before, revision } = await client.getDrills(project, environment, flag);
  const settings = call.has("off") ? null : { ...(before ?? DrillSettings.parse({})), ...read(call) };
  const drills = await client.setDrills(project, environment, flag, { settings, revision });
  await call.output.result(drills, () =>
    drills.nextAt === null
      ? `${flag} is drilled no more.`
      : `The next drill of ${flag} begins at ${drills.nextAt.slice(0, 16)} UTC.`,
  );
}

async function start(call: Call): Promise<void> {
  const [flag = ""] = call.args;
  const { client, project, environment } = await openEnvironment(call);
  const drill = await client.startDrill(project, environment, flag);
  await call.output.result(drill, () => (drill.state === "refused" ? `It cannot begin: ${drill.say}` : drill.say));
}

function read(call: Call): WrittenDrillSettings {
  const [percent, minutes, every, at] = ["percent", "minutes", "every", "at"].map((name) => call.option(name));
  return {
    ...(percent === undefined ? {} : { percent: readPercent(percent) }),
    ...(minutes === undefined ? {} : { minutes: readCount(minutes, "--minutes") }),
    ...(every === undefined ? {} : { everyDays: readCount(every, "--every") }),
    ...(at === undefined ? {} : { startMinute: readTime(at) }),
  };
}

function readPercent(text: string): number {
  if (/^\d(?:\.\d{1,3})?$/u.test(text)) return Number(text);
  throw wrongUsage(`--percent takes 0.1 to 1, with three decimals at most, and is "${text}".`);
}

const MINUTES = 60;

function readTime(text: string): number {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/u.exec(text) ?? [];
  if (hours === undefined) throw wrongUsage(`--at takes a time of day as 14:00, and is "${text}".`);
  return Number(hours) * MINUTES + Number(minutes);
}
