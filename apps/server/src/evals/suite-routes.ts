/** Kept suites and their runs: `/api/v1/projects/{project}/eval-suites`, `…/eval-runs`. */

import { z } from "zod";
import {
  EVAL_LIMITS,
  EVAL_RUN_LIMITS,
  EVAL_RUN_STATES,
  EvalRunRequest,
  type EvalRunView,
  EvalSuite,
  type EvalSuiteDetails,
  type EvalSuiteView,
  SUITE_LIMITS,
} from "@dimmer/protocol";
import { requireRight } from "../access/authorise.ts";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { EnvironmentParams, EvalRunParams, EvalSuiteParams, ProjectParams } from "../http/route-schemas.ts";
import { ActorView } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { pushEvalSuite, readSuiteDetails, removeEvalSuite, viewSuite } from "./keep-suites.ts";
import type { EvalRunner } from "./runner.ts";
import { cancelEvalRun, requireRun, startEvalRun, viewRun } from "./start-run.ts";

const access = "management";
const tags = ["evals"];
const name = z.string().min(1).max(EVAL_LIMITS.nameChars);
const time = z.string().describe("RFC 3339, UTC.");

const suiteFields = {
  name: z.string(),
  number: z.int().describe("Counts what was pushed under this name from 1; one that is pushed never changes."),
  version: z.string().nullable().describe("What the suite calls its version itself."),
  digest: z.string().describe("SHA-256 of it as canonical JSON."),
  itemCount: z.int(),
  repeats: z.int(),
  scorers: z.array(z.string()),
  createdAt: time,
};
const SuiteSchema: z.ZodType<EvalSuiteView> = z.object(suiteFields).meta({ id: "EvalSuite" });
/** What was read once is not read again to be answered. */
const pushed: z.ZodType<EvalSuite> = z.any().describe("As it was pushed, with its defaults.");
const SuiteDetailsSchema: z.ZodType<EvalSuiteDetails> = z
  .object({
    ...suiteFields,
    suite: pushed,
    versions: z.array(SuiteSchema).describe(`Newest first, ${SUITE_LIMITS.shownVersions} at most.`),
  })
  .meta({ id: "EvalSuiteDetails" });

const RunSchema: z.ZodType<EvalRunView> = z
  .object({
    id: z.string(),
    environment: z.string(),
    suite: z.string(),
    suiteNumber: z.int(),
    flag: z.string(),
    variant: z.string(),
    configHash: z.string().describe("The digest of the value that is run."),
    state: z.enum(EVAL_RUN_STATES),
    done: z.int().describe("Items that are done."),
    total: z.int(),
    message: z.string().nullable().describe("Why it ended without a report."),
    report: z.string().nullable().describe("The eval report that came of it."),
    actor: ActorView,
    createdAt: time,
    startedAt: time.nullable(),
    endedAt: time.nullable(),
  })
  .meta({ id: "EvalRun" });

const SUITES = "/api/v1/projects/:project/eval-suites";
const RUNS = "/api/v1/projects/:project/eval-runs";

export function evalSuiteRoutes(
  app: HttpApp,
  ports: ManagementPorts,
  runner: Pick<EvalRunner, "wake" | "doneOf" | "stop">,
): void {
  app.get(
    SUITES,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listEvalSuites",
        summary: "The suites that the project keeps, the newest version of each, by name",
        tags,
        params: ProjectParams,
        response: { 200: z.object({ items: z.array(SuiteSchema) }) },
      },
    },
    async ({ params: { project } }) => {
      await requireProject(ports.store, project);
      return { items: (await ports.store.listEvalSuites(project)).map(viewSuite) };
    },
  );

  app.post(
    SUITES,
    {
      bodyLimit: SUITE_LIMITS.bytes,
      config: { access, right: "eval.push", reach: "whole" },
      schema: {
        operationId: "pushEvalSuite",
        summary: "Keep a suite as the next version of its name",
        description: "The format is that of `dimmer evals run`. The very content of the newest version is that version (200).",
        tags,
        params: ProjectParams,
        body: EvalSuite,
        response: { 200: SuiteSchema, 201: SuiteSchema },
      },
    },
    async (request, reply) => {
      const { record, isNew } = await pushEvalSuite(ports, authorOf(request), request.params.project, request.body);
      return reply.code(isNew ? 201 : 200).send(viewSuite(record));
    },
  );

  app.get(
    `${SUITES}/:suite`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getEvalSuite",
        summary: "A suite that the project keeps, with its items and its versions",
        tags,
        params: EvalSuiteParams,
        querystring: z.strictObject({ number: z.coerce.number().int().min(1).optional().describe("The newest unless given.") }),
        response: { 200: SuiteDetailsSchema },
      },
    },
    async ({ params, query }) => await readSuiteDetails(ports.store, params.project, params.suite, query.number),
  );

  app.delete(
    `${SUITES}/:suite`,
    {
      config: { access, right: "eval.push", reach: "whole" },
      schema: {
        operationId: "removeEvalSuite",
        summary: "Remove a suite with its versions; its reports stay",
        tags,
        params: EvalSuiteParams,
        response: { 200: SuiteSchema },
      },
    },
    async (request) => viewSuite(await removeEvalSuite(ports, authorOf(request), request.params.project, request.params.suite)),
  );

  app.post(
    "/api/v1/projects/:project/environments/:environment/eval-runs",
    {
      config: { access, right: "playground.run", reach: "whole" },
      schema: {
        operationId: "startEvalRun",
        summary: "Run a kept suite on a variant, a draft or a value, through the environment's connections",
        description:
          "It is put in line and made in the background; its report counts as one that was pushed. It takes `eval.push` in the project, too.",
        tags,
        params: EnvironmentParams,
        body: EvalRunRequest,
        response: { 201: RunSchema },
      },
    },
    async (request, reply) => {
      const record = await startEvalRun(ports, authorOf(request), request.params, request.body);
      runner.wake();
      return reply.code(201).send(viewRun(record, undefined));
    },
  );

  app.get(
    RUNS,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listEvalRuns",
        summary: "Runs of kept suites by the server, newest first",
        description: `Those that wait or go on, and the last ${EVAL_RUN_LIMITS.kept} that ended.`,
        tags,
        params: ProjectParams,
        querystring: z.strictObject({ flag: name.optional(), suite: name.optional() }),
        response: { 200: z.object({ items: z.array(RunSchema) }) },
      },
    },
    async ({ params, query }) => {
      await requireProject(ports.store, params.project);
      const limit = EVAL_RUN_LIMITS.kept + EVAL_RUN_LIMITS.waiting;
      const records = await ports.store.listEvalRuns(params.project, { ...query, limit });
      return { items: records.map((record) => viewRun(record, runner.doneOf(record.id))) };
    },
  );

  app.get(
    `${RUNS}/:run`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getEvalRun",
        summary: "One run, with how far it is",
        tags,
        params: EvalRunParams,
        response: { 200: RunSchema },
      },
    },
    async ({ params }) => viewRun(await requireRun(ports.store, params.project, params.run), runner.doneOf(params.run)),
  );

  app.post(
    `${RUNS}/:run/cancel`,
    {
      config: { access, right: "playground.run" },
      schema: {
        operationId: "cancelEvalRun",
        summary: "Cancel a run; calls that are under way are given up, and nothing is reported",
        tags,
        params: EvalRunParams,
        response: { 200: RunSchema },
      },
    },
    async (request) => {
      const { project, run } = request.params;
      requireRight(authorOf(request), "read", { project, environment: null });
      const record = await cancelEvalRun(ports, authorOf(request), { project, id: run, done: runner.doneOf(run) });
      runner.stop(run);
      return viewRun(record, undefined);
    },
  );
}
