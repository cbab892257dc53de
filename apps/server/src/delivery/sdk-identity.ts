/** What an SDK says of itself with every request: name, version and instance. */

import type { IncomingHttpHeaders } from "node:http";
import { SDK_HEADER } from "@dimmer/protocol";

export interface SdkIdentity {
  readonly instance: string;
  readonly name: string;
  readonly version: string;
}

const IDENTITY = /^(?<name>[a-z][a-z0-9-]{0,39})\/(?<version>[0-9A-Za-z][0-9A-Za-z.+-]{0,39}) (?<instance>[0-9A-Za-z-]{8,64})$/u;

/** Undefined for a reader that does not say it in our words; it gets its flags all the same. */
export function readSdkIdentity(headers: IncomingHttpHeaders): SdkIdentity | undefined {
  const header = headers[SDK_HEADER];
  const { instance, name, version } = (typeof header === "string" ? IDENTITY.exec(header)?.groups : undefined) ?? {};
  return instance === undefined || name === undefined || version === undefined ? undefined : { instance, name, version };
}
