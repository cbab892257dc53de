/** Experiments: `/api/v1/projects/{project}/experiments`. */

import { z } from "zod";
import {
  EXPERIMENT_STATES,
  ExperimentAct,
  ExperimentEdit,
  type ExperimentOutlook,
  ExperimentRequest,
  ProblemError,
  ShipRequest,
} from "@dimmer/protocol";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { ExperimentParams, ProjectParams } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import type { ExperimentRecord, ResultMaterial } from "../storage/experiment-record.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import { analyseMaterial, gatherMaterial, hasStarted } from "./ask-people.ts";
import { endIn } from "./end-experiment.ts";
import { ExperimentResultsSchema, ExperimentSchema, OutlookSchema, StepSchema } from "./experiment-schemas.ts";
import {
  claimExperiment,
  createExperiment,
  editExperiment,
  removeExperiment,
  requireExperiment,
  viewExperiment,
} from "./experiments.ts";
import { foreseeExperiment } from "./outlook.ts";
import { readResults } from "./read-results.ts";
import { shipExperiment } from "./ship-experiment.ts";
import { startExperiment } from "./start-experiment.ts";

export interface ExperimentRoutePorts extends ManagementPorts {
  readonly telemetry: Pick<EventStore, "experiment">;
}

const all = "/api/v1/projects/:project/experiments";
const access = "management";
const tags = ["experiments"];
const name = z.string().min(1).max(128).optional();

export function experimentRoutes(app: HttpApp, ports: ExperimentRoutePorts, { wake }: { readonly wake: () => void }): void {
  const materialOf = async (record: ExperimentRecord): Promise<ResultMaterial | null> =>
    hasStarted(record) ? await orAway(gatherMaterial(ports, record, record.body.ended?.at ?? ports.clock())) : null;

  app.get(
    all,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listExperiments",
        summary: "Experiments of a project, the newest first",
        tags,
        params: ProjectParams,
        querystring: z.strictObject({
          flag: name,
          environment: name,
          state: z.enum(EXPERIMENT_STATES).optional(),
          archived: z.enum(["true", "false"]).default("false"),
        }),
        response: { 200: z.object({ items: z.array(ExperimentSchema) }) },
      },
    },
    async ({ params, query: { flag, environment, state, archived } }) => {
      const { key } = await requireProject(ports.store, params.project);
      const found = (await ports.store.listExperiments(key)).filter(
        (record) =>
          (flag === undefined || record.flag === flag) &&
          (environment === undefined || record.environment === environment) &&
          (state === undefined || record.state === state) &&
          record.body.isArchived === (archived === "true"),
      );
      return { items: found.map(viewExperiment) };
    },
  );

  app.post(
    "/api/v1/projects/:project/experiment-outlook",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "foreseeExperiment",
        summary: "How many people and weeks an experiment would take, by what the last week told",
        description: "Keeps nothing.",
        tags,
        params: ProjectParams,
        body: ExperimentRequest,
        response: { 200: OutlookSchema },
      },
    },
    async ({ params, body }) => await foreseeExperiment(ports, params.project, body),
  );

  app.post(
    all,
    {
      config: { access, right: "experiment.edit" },
      schema: {
        operationId: "createExperiment",
        summary: "Draft an experiment; nobody gets anything else yet",
        tags,
        params: ProjectParams,
        body: ExperimentRequest,
        response: { 201: ExperimentSchema },
      },
    },
    async (request, reply) => {
      const record = await createExperiment(ports, authorOf(request), request.params.project, request.body);
      return reply.code(201).send(viewExperiment(record));
    },
  );

  app.get(
    `${all}/:experiment`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getExperiment",
        summary: "One experiment",
        tags,
        params: ExperimentParams,
        response: { 200: ExperimentSchema },
      },
    },
    async ({ params }) => viewExperiment(await requireExperiment(ports.store, params)),
  );

  app.put(
    `${all}/:experiment`,
    {
      config: { access, right: "experiment.edit" },
      schema: {
        operationId: "editExperiment",
        summary: "Put a draft as it should be, whole",
        tags,
        params: ExperimentParams,
        body: ExperimentEdit,
        response: { 200: ExperimentSchema },
      },
    },
    async (request) => viewExperiment(await editExperiment(ports, authorOf(request), request.params, request.body)),
  );

  app.delete(
    `${all}/:experiment`,
    {
      config: { access, right: "experiment.edit" },
      schema: {
        operationId: "removeExperiment",
        summary: "Remove a draft; archive what has ended, with its results",
        tags,
        params: ExperimentParams,
        response: { 200: ExperimentSchema },
      },
    },
    async (request) => viewExperiment(await removeExperiment(ports, authorOf(request), request.params)),
  );

  app.post(
    `${all}/:experiment/start`,
    {
      config: { access, right: "experiment.edit" },
      schema: {
        operationId: "startExperiment",
        summary: "Freeze the plan, and give its people their arms",
        description: "Where that change takes review the draft waits: once it is applied, start again.",
        tags,
        params: ExperimentParams,
        body: ExperimentAct,
        response: { 200: StepSchema },
      },
    },
    async (request) => {
      const { definition } = (await requireExperiment(ports.store, request.params)).body;
      const outlook = await foreseeOrAway(foreseeExperiment(ports, request.params.project, definition));
      const { record, change } = await startExperiment(ports, authorOf(request), request.params, request.body, outlook);
      wake();
      return { experiment: viewExperiment(record), change, instead: null };
    },
  );

  app.post(
    `${all}/:experiment/end`,
    {
      config: { access, right: "experiment.edit" },
      schema: {
        operationId: "endExperiment",
        summary: "End an experiment and keep its result; its people keep their arms until it is shipped",
        tags,
        params: ExperimentParams,
        body: ExperimentAct,
        response: { 200: ExperimentSchema },
      },
    },
    async (request) => {
      const author = authorOf(request);
      const material = await materialOf(await requireExperiment(ports.store, request.params));
      const { revision } = request.body;
      return await ports.store.transaction(async (tx) => {
        const record = await claimExperiment(tx, ports, author, request.params, { states: ["running"], revision });
        if (!hasStarted(record)) throw new ProblemError("internal", "What runs has started.");
        return viewExperiment((await endIn(tx, ports, author, record, { why: "person", material })).record);
      });
    },
  );

  app.post(
    `${all}/:experiment/ship`,
    {
      config: { access, right: "experiment.edit" },
      schema: {
        operationId: "shipExperiment",
        summary: "Give everybody of the rule the winner, or the baseline to keep the old one",
        description:
          "The result in words is the reason, unless another is given. What the result does not name goes only with `anyway`.",
        tags,
        params: ExperimentParams,
        body: ShipRequest,
        response: { 200: StepSchema },
      },
    },
    async (request) => {
      const record = await requireExperiment(ports.store, request.params);
      const material = await materialOf(record);
      const result = material === null || !hasStarted(record) ? null : analyseMaterial(record, material, null, ports.clock());
      const order = { ...request.body, material, result };
      const shipped = await shipExperiment(ports, authorOf(request), request.params, order);
      return { experiment: viewExperiment(shipped.record), change: shipped.change, instead: shipped.instead };
    },
  );

  app.get(
    `${all}/:experiment/results`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getExperimentResults",
        summary: "What is known now, in numbers and in words, and what was kept",
        tags,
        params: ExperimentParams,
        response: { 200: ExperimentResultsSchema },
      },
    },
    async ({ params }) => await readResults(ports, await requireExperiment(ports.store, params), ports.clock()),
  );
}

/** An end, and keeping the old one, wait for no telemetry. */
async function orAway<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (isAway(error)) return null;
    throw error;
  }
}

const foreseeOrAway = async (outlook: Promise<ExperimentOutlook>): Promise<Pick<ExperimentOutlook, "people" | "days">> =>
  (await orAway(outlook)) ?? { people: null, days: null };

const isAway = (error: unknown): boolean =>
  error instanceof ProblemError && (error.code === "telemetry-unavailable" || error.code === "question-too-large");
