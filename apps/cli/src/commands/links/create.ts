/** `dimmer links create FLAG[:VARIANT]`: an address that turns it off, shown once. */

import { LINKS_PATH } from "@dimmer/protocol";
import { splitAddress } from "../../flag-address.ts";
import { readTime } from "../../read-time.ts";
import { environmentOf, findFlag, openServer, requireVariant } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const createLink: Verb = {
  usage: "create <flag[:variant]>",
  summary: "make an address that kills a flag, or stops a variant, without a token; shown once",
  options: [
    ["--name <name>", "whom or what it is for; its kills have this name in the history"],
    ["--expires-at <time>", "RFC 3339, such as 2027-01-01T00:00:00Z"],
  ],
  examples: ["links create summarizer --name 'on call'", "links create summarizer:opus --environment production"],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [address = ""] = call.args;
  const { flag: key, variant } = splitAddress(address);
  const expiresAt = readTime("--expires-at", call.option("expires-at"));
  const server = await openServer(call);
  const flag = await findFlag(server, key);
  const environment = environmentOf(call, flag);
  if (variant !== undefined) requireVariant(flag, variant);
  const link = await server.client.createLink(server.project, {
    flag: key,
    environment,
    name: call.option("name") ?? `link to ${address}`,
    ...(variant === undefined ? {} : { variant }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  const url = `${server.client.url}${LINKS_PATH}${link.secret}`;
  await call.output.result({ ...link, url }, () => url);
  const what = variant === undefined ? `kill ${key}` : `stop ${address}`;
  call.output.say(`Whoever has it can ${what} in ${environment}, and nothing else. This is the only time it is shown.`);
}
