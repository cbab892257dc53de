/** Ships a winner, or keeps the old one: everybody of the rule gets it, with the result as the reason. */

import {
  type ChangeResult,
  type ExperimentResult,
  type ExperimentStep,
  type Operation,
  ProblemError,
  type ShipRequest,
} from "@dimmer/protocol";
import type { z } from "zod";
import { announce, type Author, carryOut, type ChangePorts } from "../flags/apply-change.ts";
import { serveAt } from "../flags/addresses.ts";
import { blockOf } from "../flags/project-state.ts";
import type { ExperimentRecord, ResultMaterial } from "../storage/experiment-record.ts";
import { hasStarted, SOURCE } from "./ask-people.ts";
import { endIn } from "./end-experiment.ts";
import { auditExperiment, claimExperiment, type ExperimentPlace, putNext, requireLive } from "./experiments.ts";
import type { MadeStep } from "./start-experiment.ts";

export interface ShipOrder extends z.output<typeof ShipRequest> {
  /** What is known now; null where telemetry is away. */
  readonly material: ResultMaterial | null;
  readonly result: ExperimentResult | null;
}

/** Percent of the rule's people from which on a step by step rollout is offered. */
const MANY = 10;

/**
 * Shape:  one that runs ends with it. What is not the winner goes only with `anyway`, but the baseline always. Where the change takes review,
 *         or in a dry run, the experiment stays as it was; once it is applied, shipping again has nothing to change.
 * Errors: `ProblemError`: forbidden, not-found, revision-mismatch; conflict for one that has not started, for an arm that is none, and for one
 *         that the result does not name; those of `applyChange`.
 * Source: ADR-0065.
 */
export async function shipExperiment(
  ports: ChangePorts,
  author: Author,
  place: ExperimentPlace,
  ship: ShipOrder,
): Promise<MadeStep & Pick<ExperimentStep, "instead">> {
  const made = await ports.store.transaction(async (tx) => {
    const record = await claimExperiment(tx, ports, author, place, { states: ["running", "ended"], revision: ship.revision });
    requireArm(record, ship);
    const config = blockOf(await requireLive(tx, record.project, record.flag), record.environment)?.config;
    const operations = config === undefined ? [] : planShip(record, ship.variant, config);
    const order = {
      project: record.project,
      operations,
      reason: ship.reason ?? ship.result?.say ?? `Experiment ${record.body.definition.name}: ${ship.variant} for everybody.`,
      source: SOURCE,
      dryRun: ship.dryRun,
    };
    const change = operations.length === 0 ? null : await carryOut(tx, ports, author, order);
    const instead = offerRollout(record, ship.variant, change);
    if (ship.dryRun || change?.status === "pending") return { record, change, instead };
    const { record: over } =
      record.state === "running" && hasStarted(record)
        ? await endIn(tx, ports, author, record, { why: "shipped", material: ship.material })
        : { record };
    const shipped = { variant: ship.variant, at: ports.clock(), change: change?.change?.id ?? null, by: author.actor };
    const after = await putNext(tx, { ...over, state: "shipped", body: { ...over.body, shipped } });
    await auditExperiment(tx, ports, author, "experiment.ship", after, { variant: ship.variant, change: shipped.change });
    return { record: after, change, instead };
  });
  if (made.change !== null) announce(ports, place.project, made.change);
  return made;
}

function requireArm({ body }: ExperimentRecord, { variant, result, anyway }: ShipOrder): void {
  const arms = Object.keys(body.started?.arms ?? {});
  if (!arms.includes(variant))
    throw new ProblemError("conflict", `${variant} is no arm of this experiment; there are ${arms.join(", ")}.`);
  if (anyway || variant === body.definition.baseline || result?.ship === variant) return;
  const why = result === null ? "Its result cannot be read just now." : result.say;
  throw new ProblemError("conflict", `The result does not name ${variant}: ${why} Say \`anyway\` to ship it all the same.`);
}

/** The rule of its own goes; holdouts keep their people until they end. */
function planShip(
  { body, flag, environment }: ExperimentRecord,
  variant: string,
  config: Parameters<typeof serveAt>[0],
): readonly Operation[] {
  const { definition, started } = body;
  const here = { flag, environment };
  const own = started?.address ?? definition.rule;
  const isThere = own !== definition.rule && serveAt(config, own) !== undefined;
  const present = serveAt(config, definition.rule);
  const isServed = present !== undefined && "variant" in present && present.variant === variant;
  return [
    ...(isThere ? [{ kind: "remove-rule" as const, ...here, rule: own }] : []),
    ...(isServed ? [] : [{ kind: "set-serve" as const, ...here, rule: definition.rule, serve: { variant } }]),
  ];
}

function offerRollout({ flag, body }: ExperimentRecord, variant: string, change: ChangeResult | null): ExperimentStep["instead"] {
  if (variant === body.definition.baseline) return null;
  const percent = (change?.moves ?? []).reduce(
    (sum, move) => (move.flag === flag && move.to === variant ? sum + move.percent : sum),
    0,
  );
  if (percent < MANY) return null;
  const say = `It gives ${Math.round(percent)} % of the rule's people ${variant} at once. A guarded rollout (\`dimmer rollouts start\`) takes them step by step, and back where something gets worse.`;
  return { say, percent };
}
