/** Decides flags: one pure function over a compiled snapshot, the same on every runtime. */
export * from "./bucketing/split.ts";
export * from "./context.ts";
export * from "./details.ts";
export * from "./flag.ts";
export * from "./json.ts";
export * from "./limits.ts";
export * from "./parse/issue.ts";
export * from "./snapshot.ts";
