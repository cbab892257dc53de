/** `dimmer events export`: the events of a time as one file, or on standard output. */

import { createWriteStream, existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { EVENT_FORMATS, type EventFormat, fetchEvents } from "@dimmer/protocol";
import { chooseEnvironment } from "../../environment-choice.ts";
import { EXIT } from "../../exit-codes.ts";
import { Failure, wrongUsage } from "../../failure.ts";
import { readTime } from "../../read-time.ts";
import { clientOptions, environmentsIn, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readCount } from "../read-limit.ts";

const USUAL_HOURS = 24;
const MAX_HOURS = 2_160;

export const exportEvents: Verb = {
  usage: "export",
  summary: "write the events of a time into a file, to look at them elsewhere",
  options: [
    ["--out <file>", "where to"],
    ["--format <format>", `${EVENT_FORMATS.join(", ")} (that of the file's name unless given)`],
    ["--hours <n>", `how far back (${USUAL_HOURS} unless given)`],
    ["--from <time>", "the first of them, as RFC 3339, instead of --hours"],
    ["--to <time>", "up to here (now unless given)"],
    ["--kind <kind>", "only exposures, generations, feedback, …"],
    ["--flag <flag>", "only those of one flag"],
    ["--force", "replace a file that is there"],
  ],
  examples: ["events export --out events.parquet", "events export --out feedback.csv --kind feedback --hours 168"],
  run: write,
};

async function write(call: Call): Promise<void> {
  const out = call.option("out");
  if (out === undefined) throw wrongUsage("Where to? Say --out FILE.");
  const format = readFormat(call.option("format") ?? out.split(".").at(-1) ?? "");
  const file = resolve(call.io.cwd, out);
  if (existsSync(file) && !call.has("force"))
    throw new Failure(EXIT.conflict, `${file} is there already.`, { mend: "Take another name, or say --force." });
  const server = await openServer(call);
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const hours = readCount(call.option("hours") ?? String(USUAL_HOURS), "--hours", MAX_HOURS);
  const body = await fetchEvents(clientOptions(call), server.project, environment, {
    format,
    hours,
    from: readTime("--from", call.option("from")),
    to: readTime("--to", call.option("to")),
    kind: call.option("kind"),
    flag: call.option("flag"),
  });
  await writeWhole(file, body);
  await call.output.result({ file, format }, () => `Wrote ${file}.`);
}

function readFormat(given: string): EventFormat {
  const found = EVENT_FORMATS.find((format) => format === given);
  if (found !== undefined) return found;
  throw wrongUsage(`"${given}" is no form in which events can be written.`, `Say --format ${EVENT_FORMATS.join(", ")}.`);
}

/** Aside first, so that nobody takes half a file for one. */
async function writeWhole(file: string, body: ReadableStream<Uint8Array>): Promise<void> {
  const aside = `${file}.new`;
  try {
    await pipeline(Readable.fromWeb(body as never), createWriteStream(aside, { mode: 0o600 }));
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
