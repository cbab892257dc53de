/** `dimmer init`: a starter dimmer.yaml in the current folder. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { isErrnoException } from "../io.ts";
import type { Call, Verb } from "../verb.ts";
import { STARTER_DOCUMENT } from "./starter-document.ts";

const FILE = "dimmer.yaml";

export const init: Verb = {
  usage: "init",
  summary: "write a starter dimmer.yaml into the current folder; never overwrites one",
  run: writeStarter,
};

async function writeStarter(call: Call): Promise<void> {
  try {
    await writeFile(join(call.io.cwd, FILE), STARTER_DOCUMENT, { flag: "wx" });
  } catch (cause) {
    if (isErrnoException(cause) && cause.code === "EEXIST") {
      throw new Failure(EXIT.conflict, `There is a ${FILE} here already.`, {
        mend: `\`dimmer validate ${FILE}\` checks it.`,
        cause,
      });
    }
    throw new Failure(EXIT.failed, `${FILE} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause,
    });
  }
  await call.output.result({ file: FILE }, () => `Wrote ${FILE}.`);
  call.output.say(
    `Next:\n  dimmer validate ${FILE}\n  dimmer eval summarizer --file ${FILE} --context '{"targetingKey":"user-1","plan":"pro"}' --explain`,
  );
}
