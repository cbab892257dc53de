/** Begins a drill and gives the traffic back: two changes of the robot's own, through the one write path. */

import { strict as assert } from "node:assert";
import type { FlagEnvironment } from "@dimmer/evaluation";
import { type Actor, type ChangeResult, type DrillSettings, type Operation, ProblemError, WATCH_LIMITS } from "@dimmer/protocol";
import { drawId } from "../access/draw-id.ts";
import { requireWatchedFlag, type WatchedPlace } from "../drift/drift-settings.ts";
import { announce, type Author, carryOut, type ChangePorts, type PlannedChange } from "../flags/apply-change.ts";
import type { DrillRecord } from "../storage/drill-record.ts";
import type { FlagRecord, StoreTransaction } from "../storage/store.ts";
import { MINUTE_MS } from "../telemetry/times.ts";
import { drillRules, drillRulesOf } from "./drill-rules.ts";
import { requireDrillRights } from "./drill-settings.ts";
import { fallbackVariants } from "./fallback-health.ts";

export const DRILLS: Actor = { kind: "system", id: "drills", name: "Fallback drills" };

/** Nobody asked just now, so that it acts by itself, with this one right in this one place. */
const authorIn = ({ project, environment }: WatchedPlace): Author => ({
  actor: DRILLS,
  grants: [{ role: "drills", project, environment, rights: ["rule.edit"] }],
});

/**
 * Begins a drill.
 *
 * Shape:  `by` is who asked for it, and the robot where it was due. What cannot begin is kept as `refused` with its reason, and changes
 *         nothing. There is one drill of a flag at a time.
 * Errors: `ProblemError`: forbidden, not-found, and conflict while one goes on.
 * Source: ADR-0066.
 */
export async function startDrill(
  ports: ChangePorts,
  place: WatchedPlace,
  settings: DrillSettings,
  by: Author | null,
): Promise<DrillRecord> {
  const { drill, result } = await ports.store.transaction(async (tx) => {
    if (by !== null) await requireDrillRights(tx, by, place, ports.clock());
    const flag = await requireWatchedFlag(tx, place);
    const [last] = await tx.listDrills(place.project, place.environment, place.flag, 1);
    if (last?.state === "running" || last?.state === "judging")
      throw new ProblemError("conflict", `A drill of ${place.flag} goes on. Wait for its end.`);
    return await begin(tx, ports, flag, place, settings, by?.actor ?? DRILLS);
  });
  if (result !== null) announce(ports, place.project, result);
  return drill;
}

async function begin(
  tx: StoreTransaction,
  ports: ChangePorts,
  flag: FlagRecord,
  place: WatchedPlace,
  settings: DrillSettings,
  actor: Actor,
): Promise<{ readonly drill: DrillRecord; readonly result: ChangeResult | null }> {
  const config = configOf(flag, place);
  const { percent, minutes, maxErrorRate, leastRuns } = settings;
  const startedAt = ports.clock();
  const id = drawId("drill", ports.random);
  const rules = drillRules(config, id, percent);
  const endsAt = startedAt + minutes * MINUTE_MS;
  const shape = { percent, variants: [...fallbackVariants(config)], runs: 0, failed: 0, actor, maxErrorRate, leastRuns, endsAt };
  const record = (
    more: Pick<DrillRecord, "state"> & { readonly say: string },
    changes: readonly string[],
    endedAt: number | null,
  ) => ({
    ...place,
    id,
    state: more.state,
    startedAt,
    drill: { ...shape, say: more.say, changes, endedAt, rules: rules.map((rule) => rule.id) },
  });
  const { flag: key, environment } = place;
  const operations = rules.map((rule, at): Operation => ({ kind: "set-rule", flag: key, environment, rule, at }));
  const order: PlannedChange = {
    project: place.project,
    operations,
    reason: `A drill of the fallback, for ${minutes} minutes.`,
    source: "drill",
  };
  const refusal = refusalOf(flag, config, operations) ?? (await foresee(tx, ports, place, order));
  if (refusal !== undefined) {
    const refused = record({ state: "refused", say: refusal }, [], startedAt);
    await tx.putDrill(refused, WATCH_LIMITS.drills);
    return { drill: refused, result: null };
  }
  const result = await carryOut(tx, ports, authorIn(place), order);
  const say = `${percent} % get the fallback until ${new Date(endsAt).toISOString().slice(11, 16)} UTC.`;
  const drill = record({ state: "running", say }, changeOf(result), null);
  await tx.putDrill(drill, WATCH_LIMITS.drills);
  return { drill, result };
}

function configOf({ environments }: FlagRecord, { environment }: WatchedPlace): FlagEnvironment {
  const config = environments[environment]?.config;
  assert(config !== undefined, "a watched flag is configured there");
  return config;
}

/** What a drill could not give back, or would not show. */
function refusalOf(
  { file, key, archivedAt }: FlagRecord,
  config: FlagEnvironment,
  operations: readonly Operation[],
): string | undefined {
  if (archivedAt !== null) return `${key} is archived.`;
  if (!config.enabled) return `${key} is killed: everybody gets the fallback already.`;
  if (operations.length === 0) return "Every variant of the fallback is stopped.";
  if (file !== null)
    return `${key} is owned by ${file.name}, and a drill is a rule that comes and goes. Drill it in an environment of its own.`;
  const shared = pinnedShare(config);
  if (shared !== undefined)
    return `Sessions are pinned to ${shared}, which is part of the fallback: the end of a drill would break their pins.`;
  return undefined;
}

/** Whoever was drilled is let go by a new pin epoch of the variant, which would let go everybody else who is pinned to it. */
function pinnedShare(config: FlagEnvironment): string | undefined {
  if (config.pin === undefined) return undefined;
  const serves = [config.default, ...(config.rules ?? []).map(({ serve }) => serve)];
  return fallbackVariants(config).find((variant) =>
    serves.some((serve) => ("split" in serve ? (serve.split[variant] ?? 0) > 0 : serve.variant === variant)),
  );
}

/** Undefined where the change would be applied at once, as it is. */
async function foresee(
  tx: StoreTransaction,
  ports: ChangePorts,
  place: WatchedPlace,
  order: PlannedChange,
): Promise<string | undefined> {
  try {
    const { issues } = await carryOut(tx, ports, authorIn(place), { ...order, dryRun: true });
    const review = issues.find(({ code }) => code === "needs-review");
    return review === undefined ? undefined : `${review.message} A drill waits for none.`;
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
}

const changeOf = ({ change }: ChangeResult): readonly string[] => (change === null ? [] : [change.id]);

/**
 * Gives the traffic back.
 *
 * Shape:  `judging` where it ran to its end, or failed too much to go on; `cut-short` where somebody has edited, killed or stopped what it
 *         was about meanwhile. Nothing holds up giving back: neither a review nor a file that came to own the flag, as it restores what
 *         they know of.
 * Errors: those of the stores.
 */
export async function endDrill(ports: ChangePorts, { project, environment, id }: DrillRecord): Promise<DrillRecord | null> {
  const ended = await ports.store.transaction(async (tx) => {
    const record = await tx.getDrill(project, environment, id);
    if (record?.state !== "running") return null;
    const place = { project, environment, flag: record.flag };
    const flag = await tx.getFlag(project, record.flag);
    const config = flag?.environments[environment]?.config;
    const left = config === undefined ? [] : drillRulesOf(config).map((rule) => rule.id);
    const isWhole = config !== undefined && isStillOn(config, record);
    const result =
      left.length === 0 ? null : await giveBack(tx, ports, place, { rules: left, drill: id, file: flag?.file?.name });
    const state = isWhole ? "judging" : "cut-short";
    const say = isWhole ? "It is over, and what is told of it still comes in." : "Somebody changed the flag before it was over.";
    const changes = [...record.drill.changes, ...(result === null ? [] : changeOf(result))];
    const drill: DrillRecord = { ...record, state, drill: { ...record.drill, say, changes, endedAt: ports.clock() } };
    await tx.putDrill(drill, WATCH_LIMITS.drills);
    return { drill, result };
  });
  if (ended === null) return null;
  if (ended.result !== null) announce(ports, project, ended.result);
  return ended.drill;
}

/** Whether the flag is as the drill made it, as far as the drill goes. */
export function isStillOn(config: FlagEnvironment, { drill: { rules, variants } }: DrillRecord): boolean {
  const ids = new Set(drillRulesOf(config).map((rule) => rule.id));
  const isStopped = variants.some((variant) => config.stopped?.includes(variant) === true);
  return config.enabled && !isStopped && rules.every((id) => ids.has(id));
}

async function giveBack(
  tx: StoreTransaction,
  ports: ChangePorts,
  place: WatchedPlace,
  { rules, drill, file }: { readonly rules: readonly string[]; readonly drill: string; readonly file: string | undefined },
): Promise<ChangeResult> {
  const { project, environment, flag } = place;
  return await carryOut(tx, ports, authorIn(place), {
    project,
    operations: rules.map((rule) => ({ kind: "remove-rule", flag, environment, rule })),
    reason: "The drill of the fallback is over.",
    source: "drill",
    reviewed: { request: drill, approvals: [] },
    ...(file === undefined ? {} : { file }),
  });
}
