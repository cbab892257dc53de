/** The gate before publishing: an environment may require that a value has passed its evals before it is served there. */

import type { FlagEnvironment, Issue, Serve } from "@dimmer/evaluation";
import { type EvalRequirement, ProblemError } from "@dimmer/protocol";
import { strict as assert } from "node:assert";
import { servesOf } from "../flags/addresses.ts";
import { locateResource } from "../flags/locate-issue.ts";
import { blockOf, flagResource, type Origin, type ProjectState } from "../flags/project-state.ts";
import type { EvalReportRecord } from "../storage/eval-report-record.ts";
import type { FlagRecord, StoreReader } from "../storage/store.ts";

/** A value that an environment would serve and has not served before. */
interface NewlyServed {
  readonly record: FlagRecord;
  readonly environment: string;
  readonly variant: string;
  readonly version: number;
}

/**
 * Shape:  looks at what the change leaves, whichever operation leads there. What an environment has served before may always be served
 *         again, so that no way back waits for an eval; kills and stops serve nothing new.
 * Errors: `ProblemError("evals-needed")`, one issue a requirement that is not met, each naming the suite and the command that mends it.
 * Source: ADR-0047.
 */
export async function requireEvalPasses(
  reader: StoreReader,
  before: ProjectState,
  after: ProjectState,
  origins: readonly Origin[],
): Promise<void> {
  const issues: Issue[] = [];
  for (const served of findNewlyServed(before, after)) {
    const missing: string[] = [];
    for (const requirement of requirementsOf(after, served)) {
      const why = await findMissing(reader, after, served, requirement);
      if (why !== undefined) missing.push(why);
    }
    if (missing.length === 0 || (await hasServedBefore(reader, after.project, served))) continue;
    const path = locateResource(flagResource(served.record.key), origins);
    const mend = sayMend(before, served);
    issues.push(...missing.map((message) => ({ path, code: "evals-needed", message, mend, severity: "error" as const })));
  }
  const [first] = issues;
  if (first !== undefined) throw new ProblemError("evals-needed", `${first.message} ${first.mend}`, { issues });
}

function findNewlyServed(before: ProjectState, after: ProjectState): readonly NewlyServed[] {
  return [...after.flags.values()].flatMap((record) => {
    const was = before.flags.get(record.key);
    if (was === record || record.archivedAt !== null) return [];
    return Object.entries(record.environments).flatMap(([environment, { config }]) =>
      newlyServedIn(was?.archivedAt === null ? blockOf(was, environment)?.config : undefined, config).map(
        ([variant, version]) => ({
          record,
          environment,
          variant,
          version,
        }),
      ),
    );
  });
}

/** Another version of a variant that was there, and a variant that nobody could get before. */
function newlyServedIn(was: FlagEnvironment | undefined, config: FlagEnvironment): readonly (readonly [string, number])[] {
  const reachable = reachableVariants(config);
  const reachableBefore = was === undefined ? new Set<string>() : reachableVariants(was);
  return Object.entries(config.published ?? {}).filter(([variant, version]) => {
    const versionBefore = was?.published?.[variant];
    if (versionBefore !== undefined && versionBefore !== version) return true;
    return reachable.has(variant) && !reachableBefore.has(variant);
  });
}

/** Whatever people can get, switched off or stopped as it may be: neither makes anything new. */
function reachableVariants({ fallback, targets = {}, ...config }: FlagEnvironment): ReadonlySet<string> {
  const fallbacks = typeof fallback === "string" ? [fallback] : fallback.map(({ variant }) => variant);
  const named = Object.entries(targets).flatMap(([variant, people]) => (people.length > 0 ? [variant] : []));
  return new Set([...fallbacks, ...named, ...[...servesOf({ ...config, fallback }).values()].flatMap(variantsOfServe)]);
}

function variantsOfServe(serve: Serve): readonly string[] {
  if ("variant" in serve) return [serve.variant];
  const shared = Object.entries(serve.split).flatMap(([variant, percent]) => (percent > 0 ? [variant] : []));
  const rest = typeof serve.rest === "object" ? [serve.rest.variant] : [];
  return [...shared, ...rest, ...(serve.else === undefined ? [] : [serve.else])];
}

function requirementsOf(state: ProjectState, { record, environment }: NewlyServed): readonly EvalRequirement[] {
  const all = state.environments.get(environment)?.requireEvals ?? [];
  const { tags = [] } = record.definition;
  return all.filter(({ flag, tag }) => flag === record.key || (tag !== undefined && tags.includes(tag)));
}

/** Why the requirement is not met; undefined where it is. The newest report decides: an older pass is no answer to a newer failure. */
async function findMissing(
  reader: StoreReader,
  state: ProjectState,
  served: NewlyServed,
  requirement: EvalRequirement,
): Promise<string | undefined> {
  const { record, environment, variant, version } = served;
  const configHash = await digestAt(reader, state, served);
  const report = await reader.newestEvalReport(state.project, { flag: record.key, suite: requirement.suite, configHash });
  const why = report === null ? `there is no report of this content (${configHash})` : findFault(report, requirement, state.at);
  if (why === undefined) return undefined;
  const { suite, scorer, atLeast, maxAgeHours } = requirement;
  const required = `suite "${suite}" must have scored ${atLeast} or more by ${scorer} in the last ${maxAgeHours} h`;
  return `${environment} requires evals of ${record.key}:${variant} before version ${version} is served: ${required}, and ${why}.`;
}

/** What keeps a report from being a fresh pass. */
function findFault(report: EvalReportRecord, { scorer, atLeast, maxAgeHours }: EvalRequirement, now: number): string | undefined {
  const { id, at, summary } = report;
  const hours = (now - at) / HOUR_MS;
  if (hours > maxAgeHours) return `its newest report, ${id}, is ${Math.floor(hours)} h old`;
  const found = Object.hasOwn(summary.scorers, scorer) ? summary.scorers[scorer] : undefined;
  if (found === undefined) return `its newest report, ${id}, has no score by ${scorer}`;
  if (found.mustPassFailures > 0)
    return `in its newest report, ${id}, ${sayItems(found.mustPassFailures)} that must pass did not`;
  const mean = (found.mean * found.scored) / summary.itemCount;
  if (mean >= atLeast) return undefined;
  const unscored = summary.itemCount - found.scored;
  const counted =
    unscored === 0 ? "" : `, where ${sayItems(unscored)} without a score ${unscored === 1 ? "counts" : "count"} as 0`;
  return `its newest report, ${id}, scored ${mean.toFixed(3)}${counted}`;
}

const HOUR_MS = 3_600_000;
const sayItems = (count: number): string => (count === 1 ? "1 item" : `${count} items`);

async function digestAt(reader: StoreReader, state: ProjectState, { record, variant, version }: NewlyServed): Promise<string> {
  const made = state.versions.get(record.key)?.find((value) => value.variant === variant && value.number === version);
  const found = made ?? (await reader.getValueVersion(state.project, record.key, variant, version));
  assert(found !== null, `version ${version} of ${record.key}:${variant} is stored`);
  return found.digest;
}

async function hasServedBefore(reader: StoreReader, project: string, served: NewlyServed): Promise<boolean> {
  const { record, environment, variant, version } = served;
  const revisions = await reader.listRevisions(project, environment, "flag", record.key);
  return revisions.some(({ config }) => {
    if (config === null || !("published" in config)) return false;
    return config.published?.[variant] === version && reachableVariants(config).has(variant);
  });
}

/** Of a draft that is being published there is no version yet outside of this change. */
function sayMend(before: ProjectState, { record, variant, version }: NewlyServed): string {
  const isDraft = (before.flags.get(record.key)?.variants[variant]?.latest ?? 0) < version;
  const command = `dimmer evals run <suite file> --flag ${record.key} --variant ${variant}`;
  const run = isDraft
    ? `Run \`${command}\` on the draft (\`--value-file\` for what is none)`
    : `Run \`${command} --version ${version}\``;
  return `${run}, or push a report of it, and then try again.`;
}
