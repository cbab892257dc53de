/** Looks for secrets in bytes, in every form in which one could be kept. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The random part of a secret, as it is written, as bytes, and as hex: what is kept in any of them is kept in clear. */
function formsOf(secret: string): readonly Buffer[] {
  const bare =
    secret
      .split(".")
      .at(-1)
      ?.replace(/^(?:dm_[a-z]+_|whsec_)/u, "") ?? secret;
  const bytes = Buffer.from(bare, "base64url");
  return [Buffer.from(secret), Buffer.from(bare.slice(8)), bytes, Buffer.from(bytes.toString("hex"))];
}

/** Shape: `what in file`, one for each secret and file in which it is found. */
export function hitsIn(files: Readonly<Record<string, Buffer>>, secrets: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(files).flatMap(([name, bytes]) =>
    Object.entries(secrets).flatMap(([what, secret]) =>
      formsOf(secret).some((form) => bytes.includes(form)) ? [`${what} in ${name}`] : [],
    ),
  );
}

export async function filesIn(directory: string): Promise<Readonly<Record<string, Buffer>>> {
  const files: Record<string, Buffer> = {};
  for (const name of await readdir(directory)) files[name] = await readFile(join(directory, name));
  return files;
}
