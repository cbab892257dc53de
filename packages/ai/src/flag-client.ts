/** The part of an OpenFeature client that is used, as a structure, so that any version and any client like it fits. */

import type { Served } from "./event.ts";

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
  return {
    flag,
    variant,
    ...(typeof valueVersion === "number" ? { valueVersion } : {}),
    ...(version === undefined ? {} : { version: String(version) }),
    ...(isPath(path) ? { path } : {}),
    ...(typeof ruleId === "string" ? { rule: ruleId } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...marksOf(flagMetadata),
  };
}

const MARKS = ["ineligible", "overridden", "pinned", "blocked"] as const;

const marksOf = (metadata: NonNullable<FlagDetails["flagMetadata"]>): Partial<Record<(typeof MARKS)[number], true>> =>
  Object.fromEntries(MARKS.filter((mark) => metadata[mark] === true).map((mark) => [mark, true]));

const PATHS: readonly unknown[] = ["target", "rule", "default", "fallback", "pin", "override"];
const isPath = (path: unknown): path is NonNullable<Served["path"]> => PATHS.includes(path);
