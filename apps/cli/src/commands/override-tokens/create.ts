/** `dimmer override-tokens create FLAG=VARIANT…`: a signed, expiring token that shows chosen variants, for previews and QA. */

import { OVERRIDE_TOKEN_SECONDS, OVERRIDES_PARAMETER } from "@dimmer/protocol";
import { chooseEnvironment } from "../../environment-choice.ts";
import { wrongUsage } from "../../failure.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const createOverrideToken: Verb = {
  usage: "create <overrides...>",
  summary: "make a token that shows chosen variants until it expires; a kill, a stop and an only still win",
  options: [
    ["--for <duration>", "how long it counts, such as 30m, 8h or 7d, which is the most (24h unless given)"],
    ["--link <url>", "give this page's address with the token in it, instead of the bare token"],
  ],
  examples: ["override-tokens create summarizer=opus --environment production --for 8h --link https://app.example.com/"],
  run: create,
};

async function create(call: Call): Promise<void> {
  const overrides = Object.fromEntries(call.args.map(readOverride));
  const expiresInSeconds = readDuration(call.option("for"));
  const link = readLink(call.option("link"));
  const server = await openServer(call);
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const order = { overrides, ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }) };
  const made = await server.client.createOverrideToken(server.project, environment, order);
  link?.searchParams.set(OVERRIDES_PARAMETER, made.token);
  await call.output.result({ ...made, ...(link === undefined ? {} : { link: link.href }) }, () => link?.href ?? made.token);
  call.output.say(`It counts until ${made.expiresAt}. Whoever has it sees these variants; it cannot be taken back.`);
}

function readOverride(text: string): readonly [flag: string, variant: string] {
  const at = text.indexOf("=");
  if (at <= 0 || at === text.length - 1)
    throw wrongUsage(`An override is flag=variant, and not "${text}".`, "Such as summarizer=opus.");
  return [text.slice(0, at), text.slice(at + 1)];
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/u.exec(text) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? Number.NaN);
  const { least, most } = OVERRIDE_TOKEN_SECONDS;
  if (seconds >= least && seconds <= most) return seconds;
  throw wrongUsage(`--for takes a time between 1m and 7d, and is "${text}".`, "Such as 30m, 8h or 7d.");
}

function readLink(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  if (URL.canParse(text) && /^https?:$/u.test(new URL(text).protocol)) return new URL(text);
  throw wrongUsage(`--link takes the address of a page, and is "${text}".`, "Such as https://app.example.com/.");
}
