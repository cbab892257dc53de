/** What an SDK says of itself with every request: name, version and instance, and what its app has switched off by itself. */

import type { IncomingHttpHeaders } from "node:http";
import { LOCAL_KILLS_HEADER, SDK_HEADER } from "@dimmer/protocol";
import { DELIVERY_LIMITS } from "./limits.ts";

export interface SdkIdentity {
  readonly instance: string;
  readonly name: string;
  readonly version: string;
  /** `flag` or `flag:variant`, each once, in order. */
  readonly localKills: readonly string[];
}

const IDENTITY = /^(?<name>[a-z][a-z0-9-]{0,39})\/(?<version>[0-9A-Za-z][0-9A-Za-z.+-]{0,39}) (?<instance>[0-9A-Za-z-]{8,64})$/u;

/** Undefined for a reader that does not say it in our words; it gets its flags all the same. */
export function readSdkIdentity(headers: IncomingHttpHeaders): SdkIdentity | undefined {
  const header = headers[SDK_HEADER];
  const { instance, name, version } = (typeof header === "string" ? IDENTITY.exec(header)?.groups : undefined) ?? {};
  if (instance === undefined || name === undefined || version === undefined) return undefined;
  return { instance, name, version, localKills: readLocalKills(headers[LOCAL_KILLS_HEADER]) };
}

/** What cannot be a flag's name is left out: it is only shown, and must not keep an SDK from its flags. */
function readLocalKills(header: string | string[] | undefined): readonly string[] {
  if (typeof header !== "string") return [];
  const names = header.split(",", DELIVERY_LIMITS.localKills).flatMap((part) => {
    const name = decode(part.trim());
    return name === undefined || !KILL.test(name) ? [] : [name];
  });
  return [...new Set(names)].sort();
}

const KILL = /^[\x21-\x7e]{1,200}$/u;

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
