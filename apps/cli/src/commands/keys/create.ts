/** `dimmer keys create KIND`: a new key; its secret is shown once. */

import type { CreatedKey, KeyKind } from "@dimmer/protocol";
import { chooseEnvironment } from "../../environment-choice.ts";
import { wrongUsage } from "../../failure.ts";
import { readTime } from "../../read-time.ts";
import { environmentsIn, openClient, openServer, type Server } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const createKey: Verb = {
  usage: "create <kind>",
  summary: "make a key (admin, server or browser) and show its secret, once",
  options: [
    ["--name <name>", "what it is for (the kind unless given)"],
    ["--role <role>", "what an admin token may do there (admin unless given); see roles list"],
    ["--everywhere", "an admin token for every project; say its --role"],
    ["--expires-at <time>", "RFC 3339, such as 2027-01-01T00:00:00Z"],
  ],
  examples: [
    "keys create admin --everywhere --role viewer --name prometheus",
    "keys create admin --role responder --name pager",
    "keys create server --environment production --name search-service",
  ],
  run: create,
};

const KINDS: readonly KeyKind[] = ["admin", "server", "browser"];

async function create(call: Call): Promise<void> {
  const kind = KINDS.find((one) => one === call.args[0]);
  if (kind === undefined) throw wrongUsage(`A key is admin, server or browser, not ${call.args[0] ?? ""}.`);
  const role = call.option("role");
  const expiresAt = readTime("--expires-at", call.option("expires-at"));
  if (call.has("everywhere")) return show(call, await createEverywhere(call, kind, role, expiresAt));
  const server = await openServer(call);
  const environment = await environmentFor(call, server, kind);
  const key = await server.client.createKey(server.project, {
    kind,
    name: call.option("name") ?? `${kind} key`,
    ...(role === undefined ? {} : { role }),
    ...(environment === undefined ? {} : { environment }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  await show(call, key);
}

async function show(call: Call, key: CreatedKey): Promise<void> {
  await call.output.result(key, () => key.secret);
  call.output.say(`This is the only time the secret of ${key.id} is shown; the server keeps its digest alone.`);
}

async function createEverywhere(
  call: Call,
  kind: KeyKind,
  role: string | undefined,
  expiresAt: string | undefined,
): Promise<CreatedKey> {
  if (kind !== "admin") throw wrongUsage(`A ${kind} key belongs to one environment. Leave out --everywhere.`);
  if (role === undefined) throw wrongUsage("What may it do in every project? Say --role; dimmer roles list shows them.");
  const about = { name: call.option("name") ?? `${role} everywhere`, role };
  return openClient(call).createInstallationKey({ ...about, ...(expiresAt === undefined ? {} : { expiresAt }) });
}

/** An admin token without an environment reaches all of them. */
async function environmentFor(call: Call, server: Server, kind: KeyKind): Promise<string | undefined> {
  if (kind === "admin") return call.settings.environment;
  return chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
}
