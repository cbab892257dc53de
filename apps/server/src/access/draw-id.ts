/** Draws the ids and names that must not be guessed or meet again. */

/** Shape: `<noun>_<hex>`, 80 random bits: a billion of them meet with a chance below one in a million. */
export function drawId(noun: string, random: (bytes: number) => Uint8Array): string {
  return `${noun}_${Buffer.from(random(10)).toString("hex")}`;
}

/** Shape: 128 random bits in hex; names one line of an environment's versions. */
export function drawEpoch(random: (bytes: number) => Uint8Array): string {
  return Buffer.from(random(16)).toString("hex");
}
