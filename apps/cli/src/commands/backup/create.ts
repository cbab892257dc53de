/** `dimmer backup create FILE`: a backup of a running server, or of a data directory that nobody serves. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fetchBackup } from "@dimmer/protocol";
import type { BackupManifest } from "@dimmer/server";
import { EXIT } from "../../exit-codes.ts";
import { Failure } from "../../failure.ts";
import { clientOptions } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { sayBackup } from "./say-backup.ts";

export const createBackup: Verb = {
  usage: "create <file>",
  summary: "write a backup of the whole installation, of the running server unless --data-dir is given",
  options: [
    ["--data-dir <folder>", "the data directory of a server that is stopped"],
    ["--force", "replace a file that is there"],
  ],
  examples: ["backup create dimmer.backup", "backup create dimmer.backup --data-dir /var/lib/dimmer"],
  run: create,
};

async function create(call: Call): Promise<void> {
  const file = resolve(call.io.cwd, call.args[0] ?? "");
  if (existsSync(file) && !call.has("force")) {
    throw new Failure(EXIT.conflict, `${file} is there already.`, { mend: "Take another name, or say --force." });
  }
  const dataDir = call.option("data-dir");
  const manifest = await (dataDir === undefined ? fromServer(call, file) : fromDirectory(resolve(call.io.cwd, dataDir), file));
  await call.output.result({ file, ...manifest }, () => sayBackup(file, manifest));
  call.output.say("The secret key is not in it. Keep that too, somewhere else.");
}

async function fromServer(call: Call, file: string): Promise<BackupManifest> {
  const { readBackup, writeWhole } = await import("@dimmer/server");
  const body = await fetchBackup(clientOptions(call));
  await writeWhole(
    file,
    (to) => pipeline(Readable.fromWeb(body as never), to),
    async (aside) => void (await readBackup(aside)),
  );
  return (await readBackup(file)).manifest;
}

async function fromDirectory(dataDir: string, file: string): Promise<BackupManifest> {
  const { backUpStopped, systemClock } = await import("@dimmer/server");
  return await backUpStopped(dataDir, file, systemClock);
}
