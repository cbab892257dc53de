/** `dimmer backup verify FILE`: is the backup whole? */

import { resolve } from "node:path";
import type { Call, Verb } from "../../verb.ts";
import { fileFailure } from "./file-failure.ts";
import { sayBackup } from "./say-backup.ts";

export const verifyBackup: Verb = {
  usage: "verify <file>",
  summary: "prove that nothing of a backup was changed or lost since it was made (exit code 1)",
  run: verify,
};

async function verify(call: Call): Promise<void> {
  const { readBackup } = await import("@dimmer/server");
  const file = resolve(call.io.cwd, call.args[0] ?? "");
  const { manifest } = await readBackup(file).catch((error: unknown) => {
    throw fileFailure(error, file);
  });
  await call.output.result({ file, ...manifest }, () => `${call.output.paint("green", "ok")} ${sayBackup(file, manifest)}`);
}
