/** The version of the command, from its package.json, which lies beside both `src` and `dist`. */

import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { readonly version: string };

export const VERSION: string = manifest.version;
