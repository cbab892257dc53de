/** Takes and keeps what SDKs count: the store in its child process, the intake in front of it, and the server's own evaluations. */

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Snapshot } from "@dimmer/evaluation";
import type { Logger } from "pino";
import { type Leases, openLeases } from "../budgets/leases.ts";
import { type Ledger, openLedger } from "../budgets/ledger.ts";
import { openPace, type Pace } from "../budgets/pace.ts";
import type { SealingPorts } from "../access/access-ports.ts";
import type { Sightings } from "../alerts/watch/sightings.ts";
import type { Place } from "../delivery/snapshot-hub.ts";
import { priceGeneration } from "../prices/price-generation.ts";
import type { ProjectPrices } from "../prices/project-prices.ts";
import { openTelemetryProcess } from "../storage/telemetry/open-telemetry-process.ts";
import { openUnpricedAlarm, type UnpricedModel } from "./alarm-unpriced.ts";
import { type Chores, openChores } from "./chores.ts";
import { openVariantCounts, type VariantCounts } from "./count-variants.ts";
import { type EventIntake, type EventIntakePorts, openEventIntake } from "./event-intake.ts";
import { type HashedKeys, openHashedKeys } from "./hashed-keys.ts";
import { type Intake, openIntake } from "./intake.ts";
import { openOwnEvaluations, type OwnEvaluations } from "./own-evaluations.ts";
import type { TelemetryStore } from "./telemetry-store.ts";

export interface Telemetry {
  readonly store: TelemetryStore;
  readonly intake: Intake;
  readonly events: EventIntake;
  readonly evaluations: OwnEvaluations;
  readonly variants: VariantCounts;
  readonly ledger: Ledger;
  readonly leases: Leases;
  readonly pace: Pace;
  readonly keys: HashedKeys;
  readonly chores: Chores;
  /** Stores what has been taken, within its time, and ends the child. */
  close(): Promise<void>;
}

/** Shape: without a `dataDir` it is kept in memory, and nothing is worth waiting for at the end. */
export function openTelemetry(
  ports: Pick<SealingPorts, "store" | "sealing" | "random" | "clock"> & {
    readonly dataDir: string | undefined;
    readonly logger: Logger;
    readonly snapshotOf: (place: Place) => Snapshot | undefined;
    readonly prices: Pick<ProjectPrices, "of">;
    readonly sightings: Pick<Sightings, "evaluations" | "events" | "unpriced">;
  },
): Telemetry {
  const { dataDir, clock, logger, snapshotOf, prices, sightings } = ports;
  const keys = openHashedKeys(ports);
  const path = dataDir === undefined ? ":memory:" : join(dataDir, "telemetry.duckdb");
  const store = openTelemetryProcess({ path, clock, onNotice: (level, message) => logger[level](message) });
  const onFailure = (error: unknown, what: string) => logger.error({ err: error }, what);
  const intake = openIntake({ store, clock, onTaken: sightings.evaluations, onFailure });
  const variants = openVariantCounts(snapshotOf);
  const ledger = openLedger({ store, clock, snapshotOf });
  const leases = openLeases({ ledger, clock });
  const pace = openPace({ store, clock });
  const alarm = openUnpricedAlarm({
    clock,
    onModel: (model) => {
      logger.warn(model, sayUnpriced(model));
      sightings.unpriced(model);
    },
    onMany: () =>
      logger.warn("more models without a price answered today than are named here; `dimmer prices list --unknown` has all"),
  });
  const onStored: EventIntakePorts["onStored"] = (place, { calls, unpriced }) => {
    variants.add(place, calls);
    alarm(place, unpriced);
  };
  const events = openEventIntake({
    store,
    clock,
    price: (project, event) => priceGeneration(event, prices.of(project)),
    secretOf: (project) => keys.secretOf(project),
    onTaken: sightings.events,
    onStored,
    ledger,
    onFailure,
  });
  const evaluations = openOwnEvaluations({ intake, snapshotOf, clock, drawId: randomUUID });
  const chores = openChores({ ...ports, events, telemetry: store, keys, setTimer, onFailure });
  return {
    store,
    intake,
    events,
    evaluations,
    variants,
    ledger,
    leases,
    pace,
    keys,
    chores,
    async close() {
      await chores.close();
      evaluations.close();
      await Promise.all([intake.close(dataDir !== undefined), events.close(dataDir !== undefined)]);
      await store.close();
    },
  };
}

const sayUnpriced = ({ project, model }: UnpricedModel): string =>
  `${model} answered and has no price: its calls are in no sum of cost; \`dimmer prices set\` tells it for ${project}`;

function setTimer(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms).unref();
  return () => clearTimeout(timer);
}
