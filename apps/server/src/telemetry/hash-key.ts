/** What stands for a targeting key where a project wants none kept. */

import { createHmac } from "node:crypto";

const BYTES = 16;

export const HASHED_KEY = /^hashed:[0-9a-f]{32}$/u;

/** Shape: 128 bits, so that no two people ever share one; without the secret nobody can try who it might be. */
export const hashKey = (secret: Uint8Array, key: string): string =>
  `hashed:${createHmac("sha256", secret).update(key).digest().subarray(0, BYTES).toString("hex")}`;
