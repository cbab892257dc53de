/** What a flag serves now, in one sentence: "10 % of everyone gets opus, 90 % sonnet; plain when killed". */

import {
  type FlagEnvironment,
  listOf,
  liveShares,
  type Rest,
  sayCondition,
  sayFallback,
  sayPercent,
  type Serve,
} from "@dimmer/evaluation";
import { plural } from "./issues.ts";

export function describeServing(config: FlagEnvironment): string {
  const fallback = sayFallback(config);
  if (!config.enabled) return `killed: everyone gets ${fallback}`;
  const clauses = [
    ...describeRequires(config),
    ...describeTargets(config),
    ...describeRules(config),
    ...describeStopped(config, fallback),
    `${fallback} when killed`,
  ];
  return clauses.join("; ");
}

/** The longest that a list says of one flag; `flags show` says all of it. */
const SUMMARY_CHARS = 400;

/** For a list: the beginning says most, and one flag must not fill the screen. */
export function summarizeServing(config: FlagEnvironment): string {
  const text = describeServing(config);
  if (text.length <= SUMMARY_CHARS) return text;
  // Not through the middle of a surrogate pair.
  return `${text.slice(0, SUMMARY_CHARS - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Who gets something, with the verb that fits. */
export interface People {
  readonly name: string;
  readonly gets: "gets" | "get";
}

export function describeServe(serve: Serve, people: People): string {
  const all = `${people.name} ${people.gets}`;
  if (!("split" in serve)) return `${all} ${serve.variant}`;
  const [first, ...others] = liveShares(serve);
  if (first === undefined) return `${all} ${describeRest(serve.rest)}`;
  if (others.length === 0 && first[1] === 100) return `${all} ${first[0]}`;
  const rest = serve.rest === undefined ? [] : [`the rest ${describeRest(serve.rest)}`];
  const by = serve.by === undefined || serve.by === "targetingKey" ? "" : ` (by ${serve.by})`;
  const parts = [
    `${sayPercent(first[1])} of ${all} ${first[0]}`,
    ...others.map(([variant, percent]) => `${sayPercent(percent)} ${variant}`),
    ...rest,
  ];
  return `${parts.join(", ")}${by}`;
}

const EVERYONE: People = { name: "everyone", gets: "gets" };

const describeRest = (rest: Rest | undefined): string =>
  rest === undefined || rest === "next-rule" ? "what the next rule says" : rest.variant;

const describeRequires = ({ requires = [] }: FlagEnvironment): string[] =>
  requires.map(({ flag, variant }) => `only while ${flag} serves ${listOf([variant].flat(), "or")}`);

const describeTargets = ({ targets = {} }: FlagEnvironment): string[] =>
  Object.entries(targets)
    .filter(([, keys]) => keys.length > 0)
    .map(
      ([variant, keys]) =>
        `${plural(keys.length, "named person", "named people")} ${keys.length === 1 ? "gets" : "get"} ${variant}`,
    );

function describeRules({ rules = [], default: fallThrough }: FlagEnvironment): string[] {
  const said = rules.map(({ when, serve }) =>
    describeServe(serve, when === undefined ? EVERYONE : { name: `those whose ${sayCondition(when)}`, gets: "get" }),
  );
  return [...said, describeServe(fallThrough, rules.length === 0 ? EVERYONE : { name: "everyone else", gets: "gets" })];
}

const describeStopped = ({ stopped = [] }: FlagEnvironment, fallback: string): string[] =>
  stopped.map((variant) => `${variant} is stopped and gives ${fallback}`);

/** A change of shares is felt by nobody while the flag is killed. */
export const sayKilled = (config: FlagEnvironment, flag: string, environment: string): string[] =>
  config.enabled ? [] : [`${flag} is killed in ${environment}: whatever changes is felt only once it is restored.`];
