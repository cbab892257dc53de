/** Makes the name of a new file as durable as its content. */

import { open } from "node:fs/promises";

/** Without it a power cut may forget the file's name. Windows cannot open a directory. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const directory = await open(path, "r");
  await directory.sync();
  await directory.close();
}
