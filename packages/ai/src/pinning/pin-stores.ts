/** Stores of pins: in memory, and in Redis through the two commands it takes. */

import { openBoundedMap } from "../bounded-map.ts";
import type { Host } from "../host.ts";
import { AI_LIMITS } from "../limits.ts";
import { webHost } from "../web-host.ts";
import type { PinStore } from "./pins.ts";

/**
 * Pins in this process, for one that is alone and may forget at a restart.
 *
 * Shape:  keeps the `AI_LIMITS.pins` that were used last, until they expire.
 * Errors: none.
 */
export function memoryPins({ host = webHost }: { readonly host?: Pick<Host, "now"> } = {}): PinStore {
  const pins = openBoundedMap<{ readonly token: string; readonly untilMs: number }>(AI_LIMITS.pins);
  return {
    async get(key) {
      const pin = pins.get(key);
      if (pin === undefined || pin.untilMs > host.now()) return pin?.token;
      pins.delete(key);
      return undefined;
    },
    async set(key, token, expiresInSeconds) {
      pins.set(key, { token, untilMs: host.now() + expiresInSeconds * 1_000 });
    },
  };
}

/** The part of node-redis that is used. For another client write these two, or a `PinStore`. */
export interface RedisLike {
  get(key: string): PromiseLike<string | null>;
  set(key: string, value: string, options: { readonly EX: number }): PromiseLike<unknown>;
}

/** Pins that every process of an app finds. */
export function redisPins(redis: RedisLike): PinStore {
  return {
    get: (key) => redis.get(key),
    set: (key, token, expiresInSeconds) => redis.set(key, token, { EX: Math.max(1, Math.ceil(expiresInSeconds)) }),
  };
}
