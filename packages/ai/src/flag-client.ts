/** The part of an OpenFeature client that is used, as a structure, so that any version and any client like it fits. */

import type { Served } from "./event.ts";
import { present } from "./present.ts";

/** OpenFeature's evaluation context. */
export type FlagContext = Readonly<Record<string, unknown>>;

/** OpenFeature's evaluation details. */
export interface FlagDetails {
  readonly value: unknown;
  readonly variant?: string | undefined;
  readonly reason?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly flagMetadata?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
}

/** `OpenFeature.getClient()` is one. */
export interface FlagClient {
  getObjectDetails(flagKey: string, defaultValue: { readonly reply: string }, context?: FlagContext): Promise<FlagDetails>;
}

/** What was served; nothing where the caller's default came back. */
export function servedOf(flag: string, { variant, reason, errorCode, flagMetadata = {} }: FlagDetails): Served | undefined {
  if (variant === undefined || errorCode !== undefined) return undefined;
  const { valueVersion, version, path, ruleId } = flagMetadata;
  return present<Served>({
    flag,
    variant,
    valueVersion: typeof valueVersion === "number" ? valueVersion : undefined,
    version: version === undefined ? undefined : String(version),
    path: isPath(path) ? path : undefined,
    rule: typeof ruleId === "string" ? ruleId : undefined,
    reason,
    ineligible: markOf(flagMetadata["ineligible"]),
    overridden: markOf(flagMetadata["overridden"]),
    pinned: markOf(flagMetadata["pinned"]),
    blocked: markOf(flagMetadata["blocked"]),
  });
}

const markOf = (mark: unknown): true | undefined => (mark === true ? true : undefined);

const PATHS: readonly unknown[] = ["target", "rule", "default", "fallback", "pin", "override"];
const isPath = (path: unknown): path is NonNullable<Served["path"]> => PATHS.includes(path);
