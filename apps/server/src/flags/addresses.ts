/** The addresses of an environment's serves: a rule id, or `default`. */

import type { FlagEnvironment, Rule, Serve } from "@dimmer/evaluation";
import type { FlagRecord } from "../storage/store.ts";
import { refusal } from "./refusal.ts";

/** Address → what is served there, rules first. */
export function servesOf(config: FlagEnvironment): ReadonlyMap<string, Serve> {
  const rules = (config.rules ?? []).map((rule) => [rule.id, rule.serve] as const);
  return new Map([...rules, ["default", config.default]]);
}

export function serveAt(config: FlagEnvironment, address: string): Serve | undefined {
  return address === "default" ? config.default : config.rules?.find((rule) => rule.id === address)?.serve;
}

/** What is served at an address; refused where there is no such rule. */
export function requireServe(record: FlagRecord, config: FlagEnvironment, address: string, pointer: string): Serve {
  const serve = serveAt(config, address);
  if (serve === undefined) throw noSuchRule(record, config, address, pointer);
  return serve;
}

export function requireRule(
  record: FlagRecord,
  config: FlagEnvironment,
  id: string,
  pointer: string,
): { rule: Rule; at: number } {
  const at = (config.rules ?? []).findIndex((rule) => rule.id === id);
  const rule = config.rules?.[at];
  if (rule === undefined) throw noSuchRule(record, config, id, pointer);
  return { rule, at };
}

function noSuchRule(record: FlagRecord, config: FlagEnvironment, id: string, pointer: string): Error {
  const known = [...servesOf(config).keys()].join(", ");
  return refusal("not-found", `${pointer}/rule`, `Flag "${record.key}" has no rule "${id}" there.`, `It has ${known}.`);
}

/** The configuration with another serve at an address. */
export function withServe(config: FlagEnvironment, address: string, serve: Serve): FlagEnvironment {
  if (address === "default") return { ...config, default: serve };
  const rules = (config.rules ?? []).map((rule) => (rule.id === address ? { ...rule, serve } : rule));
  return { ...config, rules };
}

/** The configuration with other rules; none at all leaves the field out. */
export function withRules(config: FlagEnvironment, rules: readonly Rule[]): FlagEnvironment {
  const { rules: _rules, ...rest } = config;
  return rules.length === 0 ? rest : { ...rest, rules };
}
/** An address in words: `the default`, `rule paid`. */
export const sayAddress = (address: string): string => (address === "default" ? "the default" : `rule ${address}`);
