/** `dimmer backup load FILE`: puts a backup into the data directory of a server that is stopped. */

import { resolve } from "node:path";
import { EXIT } from "../../exit-codes.ts";
import { Failure } from "../../failure.ts";
import type * as Server from "@dimmer/server";
import type { Call, Verb } from "../../verb.ts";
import { fileFailure } from "./file-failure.ts";
import { sayBackup } from "./say-backup.ts";

export const loadBackup: Verb = {
  usage: "load <file>",
  summary: "put a backup into the data directory of a stopped server; at the next start every app follows it",
  options: [
    ["--data-dir <folder>", "where to (DIMMER_DATA_DIR, .dimmer); the secret key is there or in DIMMER_SECRET_KEY"],
    ["--force", "replace the store that is there; it is kept beside"],
  ],
  examples: ["backup load dimmer.backup --data-dir /var/lib/dimmer --force"],
  run: load,
};

async function load(call: Call): Promise<void> {
  const server = await import("@dimmer/server");
  const file = resolve(call.io.cwd, call.args[0] ?? "");
  const { dataDir, secretKey } = readPlace(call, server);
  const order = {
    file,
    dataDir,
    force: call.has("force"),
    clock: server.systemClock,
    ...(secretKey === undefined ? {} : { secretKey }),
  };
  const loaded = await server.loadBackup(order).catch((error: unknown) => {
    throw fileFailure(error, file);
  });
  await call.output.result({ dataDir, ...loaded }, () => `${sayBackup(file, loaded.manifest)}\nis now the store in ${dataDir}`);
  if (loaded.replaced !== undefined) call.output.say(`The store that was there is kept in ${loaded.replaced}`);
  call.output.say("What was changed after the backup is gone, kills included: look at the flags once the server runs.");
}

/** Settings of the server, as its start reads them. */
function readPlace(
  call: Call,
  { readServerSettings, SettingsError }: Pick<typeof Server, "readServerSettings" | "SettingsError">,
): { readonly dataDir: string; readonly secretKey: string | undefined } {
  try {
    const { dataDir, secretKey } = readServerSettings({ "data-dir": call.option("data-dir") }, call.io.env);
    return { dataDir: resolve(call.io.cwd, dataDir), secretKey };
  } catch (cause) {
    if (cause instanceof SettingsError) throw new Failure(EXIT.usage, cause.message, { cause });
    throw cause;
  }
}
