/** Reads a credential from an environment variable or standard input: never from an argument, which other users of the machine see. */

import { CONNECTION_LIMITS } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import type { Call } from "../../verb.ts";

export const SECRET_OPTION = [
  "--secret-env <name>",
  "the environment variable that holds the credential; standard input unless given",
] as const;

/** Errors: a failure that never repeats what was read. */
export async function readSecret(call: Call): Promise<string> {
  const name = call.option("secret-env");
  const text = name === undefined ? await readInput(call) : call.io.env[name];
  const secret = text?.trim() ?? "";
  if (secret !== "" && secret.length <= CONNECTION_LIMITS.secretChars) return secret;
  throw wrongUsage(
    `${name ?? "Standard input"} holds no credential.`,
    "Name its variable, --secret-env OPENAI_API_KEY, or pass it in: dimmer connections create … < key.txt",
  );
}

async function readInput({ io: { stdin } }: Call): Promise<string> {
  if (stdin.isTTY === true) return "";
  let text = "";
  for await (const part of stdin) {
    text += String(part);
    if (text.length > 2 * CONNECTION_LIMITS.secretChars) break;
  }
  return text;
}
