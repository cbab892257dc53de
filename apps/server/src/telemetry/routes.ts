/** Telemetry over HTTP: SDKs send what they have counted, and whoever manages an environment sees what became of its flags. */

import { z } from "zod";
import {
  type AttributeView,
  EvaluationCountPart,
  EVALUATIONS_PATH,
  type EvaluationsView,
  EVENT_LIMITS,
  EVENTS_PATH,
  type EventsAnswer,
  EventsBody,
  type PeopleView,
  type SpendLease,
  SpendLeasePart,
  TELEMETRY_BATCH_LIMITS,
  type TelemetryAnswer,
  TelemetryBatchBody,
  type UnknownFlagView,
} from "@dimmer/protocol";
import type { Leases } from "../budgets/leases.ts";
import { requireHolding } from "../delivery/require-holding.ts";
import { holdingOf } from "../delivery/routes.ts";
import { readSdkIdentity } from "../delivery/sdk-identity.ts";
import type { Place, SnapshotHub } from "../delivery/snapshot-hub.ts";
import type { HttpApp } from "../http/open-http.ts";
import { EnvironmentParams, problemResponse } from "../http/route-schemas.ts";
import { flagsIn, type KnownFlags } from "./admit-batch.ts";
import type { EventIntake } from "./event-intake.ts";
import type { Intake } from "./intake.ts";
import { readAttributes, readEvaluations, readPeople, readUnknownFlags } from "./read-telemetry.ts";
import type { TelemetryStore } from "./telemetry-store.ts";
import { askSettled } from "./within-bound.ts";

export interface TelemetryPorts {
  readonly hub: SnapshotHub;
  readonly intake: Intake;
  readonly events: EventIntake;
  readonly leases: Leases;
  readonly store: TelemetryStore;
  readonly clock: () => number;
}

const AnswerSchema: z.ZodType<TelemetryAnswer> = z
  .object({ accepted: z.int(), dropped: z.int().describe("Beyond the bounds of an environment, or of what can wait.") })
  .meta({ id: "TelemetryAnswer" });

export const EventsAnswerSchema: z.ZodType<EventsAnswer> = z
  .object({
    accepted: z.int(),
    dropped: z.int().describe("Those that are none, or that found no room."),
    issues: z
      .array(z.object({ index: z.int(), path: z.string(), message: z.string(), dropped: z.boolean() }))
      .describe("The first of them. What is not dropped was taken without the names that are not known here."),
    leases: z
      .array(SpendLeasePart)
      .exactOptional()
      .describe("What this instance may spend of the budgets in dollars that its events are about."),
  })
  .meta({ id: "EventsAnswer" });

const total = {
  ...EvaluationCountPart.shape,
  count: z.number(),
  lastAt: z.string().describe("The minute, or later the hour, of the last of them."),
};

const EvaluationsSchema: z.ZodType<EvaluationsView> = z
  .object({
    asOf: z.string().describe("The server's clock."),
    since: z.string(),
    until: z.string(),
    stepMs: z.int(),
    totals: z.array(z.object(total)).describe("The most frequent first."),
    series: z
      .array(
        z.object({
          variant: z.string().nullable().describe("Null is the caller's default."),
          points: z.array(z.object({ at: z.string(), count: z.number() })),
        }),
      )
      .describe("Only where one flag was asked for."),
  })
  .meta({ id: "Evaluations" });

const EstimateSchema = z.object({ people: z.int(), error: z.number().describe("One standard error, as a share.") });

const PeopleSchema: z.ZodType<PeopleView> = z
  .object({
    today: EstimateSchema,
    week: EstimateSchema.describe("Seven days, today included, each person once."),
    addresses: z.array(z.object({ flag: z.string(), rule: z.string().describe("Or `default`."), people: z.int() })),
    pinned: z.record(z.string(), z.int()).describe("Flag → people who hold a pin of it."),
    error: z.number().describe("One standard error of the last two, as a share."),
  })
  .meta({ id: "People" });

const AttributesSchema: z.ZodType<{ readonly items: readonly AttributeView[] }> = z
  .object({
    items: z.array(
      z.object({
        path: z.string(),
        types: z.array(z.enum(["string", "number", "boolean", "object", "array", "null"])),
        lastSeen: z.string().nullable().describe("A day; null for one that is declared and was never there."),
        declared: z
          .object({
            seen: z.int().describe("Contexts that were looked at: one in 64 evaluations."),
            missing: z.int(),
            mistyped: z.int(),
            notAllowed: z.int().describe("None of the declared values."),
            values: z
              .array(z.object({ value: z.string(), count: z.int() }))
              .describe("Only where they are declared and not private."),
          })
          .exactOptional()
          .describe("How the contexts of the last week fit what the project declares."),
      }),
    ),
  })
  .meta({ id: "Attributes" });

const UnknownFlagsSchema: z.ZodType<{ readonly items: readonly UnknownFlagView[] }> = z
  .object({ items: z.array(z.object({ flag: z.string(), count: z.number(), lastAt: z.string() })) })
  .meta({ id: "UnknownFlags" });

const DEFAULT_HOURS = 24;
const MAX_HOURS = 400 * 24;

const EvaluationsQuery = z.strictObject({
  flag: z.string().min(1).max(256).optional(),
  hours: z.coerce.number().int().min(1).max(MAX_HOURS).default(DEFAULT_HOURS).describe("How far back."),
});

const tooLarge = { 422: problemResponse("Telemetry holds too much to answer that in time: ask for less.") };

const environment = "/api/v1/projects/:project/environments/:environment";
const about = { tags: ["telemetry"], params: EnvironmentParams };

export function telemetryRoutes(app: HttpApp, ports: TelemetryPorts): void {
  const { hub, intake, events, leases, store, clock } = ports;

  /** Asks the store once it has what was sent before, of an environment that there is. */
  const ask = async <T>(
    place: Place,
    question: (flags: KnownFlags) => Promise<T>,
    isNothing: (answer: T) => boolean,
  ): Promise<T> => {
    const held = await requireHolding(hub, place);
    return await askSettled(intake, () => question(flagsIn(held.snapshot)), isNothing);
  };

  app.post(
    EVALUATIONS_PATH,
    {
      bodyLimit: TELEMETRY_BATCH_LIMITS.bytes,
      config: { access: "server", isRoutine: true, takesGzip: true },
      schema: {
        operationId: "sendTelemetry",
        summary: "An SDK sends what it has counted of its evaluations",
        description: "Sent again under the same `batch`, it counts once. What is accepted is stored a moment later.",
        tags: ["sdk"],
        body: TelemetryBatchBody,
        response: { 200: AnswerSchema },
      },
    },
    async (request) => {
      const { place, held } = await holdingOf(request, hub);
      return intake.take({ ...place, source: "server" }, request.body, flagsIn(held.snapshot));
    },
  );

  app.post(
    EVENTS_PATH,
    {
      bodyLimit: EVENT_LIMITS.bytes,
      config: { access: "server", isRoutine: true, takesGzip: true },
      // The answer is ours, and checking it costs more than reading an event.
      serializerCompiler: () => JSON.stringify,
      schema: {
        operationId: "sendEvents",
        summary: "An app tells of single happenings: exposures, model calls, runs, tasks, feedback, scores and its own metrics",
        description:
          "Each event has an id: sent again, it counts once. Each is read on its own. What is accepted is stored a moment later. The " +
          "names are the leaves of OpenTelemetry's `gen_ai.*` and `feature_flag.*`.",
        tags: ["sdk"],
        body: EventsBody,
        response: { 200: EventsAnswerSchema },
      },
    },
    async (request) => {
      const { place } = await holdingOf(request, hub);
      const instance = readSdkIdentity(request.headers)?.instance;
      let leased: readonly SpendLease[] = [];
      const answer = events.take({ ...place, source: "server" }, request.body.events, (taken) => {
        leased = leases.lease(place, instance, taken);
      });
      return leased.length === 0 ? answer : { ...answer, leases: leased };
    },
  );

  app.get(
    `${environment}/evaluations`,
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "listEvaluations",
        summary: "How often each answer was given, of all flags or of one",
        ...about,
        querystring: EvaluationsQuery,
        response: { 200: EvaluationsSchema, ...tooLarge },
      },
    },
    ({ params, query }) =>
      ask(
        params,
        () => readEvaluations(store, params, clock(), query),
        ({ totals }) => totals.length === 0,
      ),
  );

  app.get(
    `${environment}/people`,
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "getPeople",
        summary: "About how many people were seen today and this week, and whom each rule has answered",
        description: "From sketches of targeting keys, which give no key back.",
        ...about,
        response: { 200: PeopleSchema, ...tooLarge },
      },
    },
    ({ params }) =>
      ask(
        params,
        () => readPeople(store, params, clock()),
        ({ week }) => week.people === 0,
      ),
  );

  app.get(
    `${environment}/attributes`,
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "listAttributes",
        summary: "Which attributes contexts have, of which types, and how they fit what is declared",
        ...about,
        response: { 200: AttributesSchema, ...tooLarge },
      },
    },
    ({ params }) => ask(params, async (flags) => ({ items: await readAttributes(store, params, clock(), flags) }), hasNoItems),
  );

  app.get(
    `${environment}/unknown-flags`,
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "listUnknownFlags",
        summary: "Flags that programs asked for this week and that are not there",
        ...about,
        response: { 200: UnknownFlagsSchema, ...tooLarge },
      },
    },
    ({ params }) => ask(params, async (flags) => ({ items: await readUnknownFlags(store, params, clock(), flags) }), hasNoItems),
  );
}

const hasNoItems = ({ items }: { readonly items: readonly unknown[] }): boolean => items.length === 0;
