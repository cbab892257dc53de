/** After a kill or a stop: what the people affected get now, in words. */

import { type FlagEnvironment, sayCondition } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { blockOf, type ProjectState } from "./project-state.ts";

/** One sentence a kill or stop, as things stand after the whole change. */
export function sayServing(state: ProjectState, operations: readonly Operation[]): string[] {
  const emergencies = operations.filter((operation) => operation.kind === "kill" || operation.kind === "stop");
  return emergencies.map(({ flag, environment, ...operation }) => {
    const where = `${flag} in ${environment}`;
    const record = state.flags.get(flag);
    const config = blockOf(record, environment)?.config;
    if (config === undefined || record?.archivedAt !== null) return `${where}: archived, callers get their own default.`;
    if (!config.enabled) return `${where}: ${sayFallback(config, "everyone", "everyone else")}.`;
    const variant = operation.kind === "stop" ? operation.variant : "";
    return `${where}: ${sayFallback(config, `everyone who got ${variant}`, "the others of them")}; nobody else moves.`;
  });
}

/** "everyone now gets plain (fallback)"; conditional entries say for whom. */
function sayFallback(config: FlagEnvironment, everyone: string, others: string): string {
  const listed = typeof config.fallback === "string" ? [{ variant: config.fallback }] : config.fallback;
  const serving = listed.filter(({ variant }) => config.stopped?.includes(variant) !== true);
  const said: string[] = [];
  for (const entry of serving) {
    const who = said.length === 0 ? everyone : others;
    if (!("when" in entry) || entry.when === undefined)
      return [...said, `${who} now gets ${entry.variant} (fallback)`].join(", ");
    said.push(`${who} where ${sayCondition(entry.when)} now gets ${entry.variant} (fallback)`);
  }
  const who = said.length === 0 ? everyone : others;
  return [...said, `${who} now gets the default that the caller gives, as no fallback is left`].join(", ");
}
