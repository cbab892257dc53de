/** How long a value is, as the server counts it. */

import type { JsonValue } from "@dimmer/evaluation";

export const bytesOf = (value: JsonValue): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** Shape: "842 B", "12 kB"; never less than it is. */
export const sayBytes = (bytes: number): string => (bytes < 1_000 ? `${bytes} B` : `${Math.ceil(bytes / 100) / 10} kB`);
