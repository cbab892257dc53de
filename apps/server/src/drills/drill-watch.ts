/** Begins drills that are due, ends those whose time is over, and judges them once what is told of them has come in. */

import { ProblemError } from "@dimmer/protocol";
import type { ChangePorts } from "../flags/apply-change.ts";
import { openPasses, type Passes } from "../open-passes.ts";
import type { DrillRecord, DrillSettingsRecord } from "../storage/drill-record.ts";
import { nextDrillAt } from "./drill-settings.ts";
import type { HealthPorts } from "./fallback-health.ts";
import { countDrill, isFailing, settleDrill, TOLD_MS } from "./judge-drill.ts";
import { endDrill, isStillOn, startDrill } from "./run-drill.ts";

/** While one goes on it is looked at this often, and else what may be due. */
const LOOK_MS = 15_000;
const RECHECK_MS = 300_000;
const RETRY_MS = 15_000;
/** Of each, at a time. */
const AT_ONCE = 50;

export interface DrillPorts extends ChangePorts, Pick<HealthPorts, "events"> {
  readonly onFailure: (error: unknown, what: string) => void;
}

export interface DrillWatchPorts extends DrillPorts {
  readonly setTimer: (ms: number, fire: () => void) => () => void;
}

/**
 * Shape:  `wake` at the start, and when drills were set or asked for. After a downtime what is overdue ends first, and each flag has one
 *         drill at most.
 * Errors: none; told to `onFailure` and tried again.
 * Source: ADR-0066.
 */
export function openDrillWatch(ports: DrillWatchPorts): Passes {
  return openPasses({ ...ports, runDue: () => runDrills(ports), retryMs: RETRY_MS, what: "drills" });
}

/** One pass; gives the milliseconds until there may be more. */
export async function runDrills(ports: DrillPorts): Promise<number> {
  for (const drill of await ports.store.listOpenDrills(AT_ONCE)) await attempt(ports, drill, () => look(ports, drill));
  for (const due of await ports.store.listDueDrills(ports.clock(), AT_ONCE))
    await attempt(ports, due, () => startDue(ports, due));
  if ((await ports.store.listOpenDrills(1)).length > 0) return LOOK_MS;
  const next = await ports.store.nextDrillAt();
  return next === null ? RECHECK_MS : Math.min(RECHECK_MS, Math.max(0, next - ports.clock()));
}

/** What one flag fails in holds up no other. */
async function attempt(ports: DrillPorts, { flag }: { readonly flag: string }, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    ports.onFailure(error, `drill of ${flag}`);
  }
}

async function look(ports: DrillPorts, record: DrillRecord): Promise<void> {
  const now = ports.clock();
  if (record.state === "judging") {
    if (now < (record.drill.endedAt ?? now) + TOLD_MS) return;
    const counts = await countDrill(ports, record);
    await ports.store.transaction(async (tx) => {
      const current = await tx.getDrill(record.project, record.environment, record.id);
      if (current?.state === "judging") await settleDrill(tx, ports, current, counts);
    });
    return;
  }
  const flag = await ports.store.getFlag(record.project, record.flag);
  // Nobody is served by it, and nothing of it can be edited: it ends once it is taken out again.
  if (flag === null || flag.archivedAt !== null) return;
  const config = flag.environments[record.environment]?.config;
  const isOver = now >= record.drill.endsAt || config === undefined || !isStillOn(config, record);
  if (isOver || isFailing(await countDrill(ports, record))) await endDrill(ports, record);
}

/** The next one is put down first: one that is refused is not tried again every quarter of a minute. */
async function startDue(ports: DrillPorts, { settings: _seen, ...due }: DrillSettingsRecord): Promise<void> {
  const { project, environment, flag } = due;
  const settings = await ports.store.transaction(async (tx) => {
    const current = await tx.getDrillSettings(project, environment, flag);
    if (current === null || current.settings === null || current.nextAt !== due.nextAt) return null;
    const nextAt = nextDrillAt(current.settings, ports.clock(), current.settings.everyDays);
    await tx.putDrillSettings({ ...current, nextAt });
    return current.settings;
  });
  if (settings === null) return;
  try {
    await startDrill(ports, { project, environment, flag }, settings, null);
  } catch (error) {
    // The flag is gone, or somebody began one just now.
    if (!(error instanceof ProblemError)) throw error;
  }
}
