/** Canary prompts, `/api/v1/projects/{project}/environments/{environment}/canaries`. */

import { z } from "zod";
import { CANARY_VERDICTS, CanaryRequest, type CanaryResult, type CanaryView } from "@dimmer/protocol";
import type { EnvironmentPlace } from "../connections/connections.ts";
import { requireEnvironment } from "../environments/environments.ts";
import type { Author } from "../flags/apply-change.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { CanaryParams, EnvironmentParams } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import type { CanaryRecord } from "../storage/canary-record.ts";
import { createCanary, removeCanary, renewReferences, replayNow, requireCanary } from "./canaries.ts";
import { SHOWN_RESULTS, viewCanary } from "./view-canary.ts";

const text = z.string();
const number = z.number();
const verdict = z
  .enum(CANARY_VERDICTS)
  .describe("`reference`: later ones are held against it. `incomplete`: too few prompts were answered to tell.");
const ResultSchema: z.ZodType<CanaryResult> = z
  .object({
    id: text,
    variant: text,
    configHash: text,
    at: text,
    verdict,
    say: text,
    reference: text.nullable(),
    models: z.array(text),
    scores: z.array(
      z.object({
        scorer: text,
        items: z.int(),
        mean: number,
        referenceMean: number.nullable(),
        difference: number.nullable(),
        low: number.nullable(),
        high: number.nullable(),
        verdict,
      }),
    ),
    failures: z.int(),
    costMicroUsd: z.int(),
  })
  .meta({ id: "CanaryResult" });
const CanarySchema: z.ZodType<CanaryView> = z
  .object({
    id: text,
    name: text,
    environment: text,
    flag: text,
    suite: text,
    suiteNumber: z.int(),
    prompts: z.int(),
    scorers: z.array(text),
    everyMinutes: z.int(),
    dailyBudgetMicroUsd: z.int(),
    margin: number,
    temperature: z.literal(0).nullable(),
    state: z.enum(["active", "spent", "stopped"]).describe("`spent` goes on tomorrow; of `stopped`, `message` says why."),
    message: text.nullable(),
    today: z.object({ replays: z.int(), putOff: z.int(), costMicroUsd: z.int() }),
    nextAt: text.nullable(),
    variants: z.array(z.object({ variant: text, reference: ResultSchema.nullable(), results: z.array(ResultSchema) })),
    createdAt: text,
  })
  .meta({ id: "Canary" });

const PATH = "/api/v1/projects/:project/environments/:environment/canaries";
const access = "management";
/** Of each variant, in a list. */
const LISTED = 1;

export function canaryRoutes(app: HttpApp, ports: ManagementPorts, canaryWatch: { readonly wake: () => void }): void {
  const view = (record: CanaryRecord, results = SHOWN_RESULTS) => viewCanary(ports.store, record, ports.clock(), results);

  app.get(
    PATH,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listCanaries",
        summary: "The canary sets of an environment, with the last result of each live variant",
        tags: ["watching"],
        params: EnvironmentParams,
        response: { 200: z.object({ items: z.array(CanarySchema) }) },
      },
    },
    async ({ params: { project, environment } }) => {
      await requireEnvironment(ports.store, project, environment);
      const items: CanaryView[] = [];
      for (const record of await ports.store.listCanaries(project, environment)) items.push(await view(record, LISTED));
      return { items };
    },
  );

  app.post(
    PATH,
    {
      config: { access, right: "watch.edit" },
      schema: {
        operationId: "createCanary",
        summary: "Replay a fixed set of prompts through each live variant of a flag, on a timer",
        description: "At temperature 0, through the environment's connections, within a daily budget of the set.",
        tags: ["watching"],
        params: EnvironmentParams,
        body: CanaryRequest,
        response: { 201: CanarySchema },
      },
    },
    async (request, reply) => {
      const record = await createCanary(ports, authorOf(request), request.params, request.body);
      canaryWatch.wake();
      return reply.code(201).send(await view(record));
    },
  );

  app.get(
    `${PATH}/:canary`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getCanary",
        summary: "A canary set with its results",
        tags: ["watching"],
        params: CanaryParams,
        response: { 200: CanarySchema },
      },
    },
    async ({ params: { canary, ...place } }) => await view(await requireCanary(ports.store, place, canary)),
  );

  const act = (
    path: string,
    operationId: string,
    summary: string,
    work: (author: Author, place: EnvironmentPlace, id: string) => Promise<CanaryRecord>,
  ): void => {
    app.post(
      `${PATH}/:canary/${path}`,
      {
        config: { access, right: "watch.edit" },
        schema: { operationId, summary, tags: ["watching"], params: CanaryParams, response: { 200: CanarySchema } },
      },
      async (request) => {
        const { canary, ...place } = request.params;
        const record = await work(authorOf(request), place, canary);
        canaryWatch.wake();
        return await view(record);
      },
    );
  };
  act("replay", "replayCanary", "Replay a canary set now, within its budget", (author, place, id) =>
    replayNow(ports, author, place, id),
  );
  act("renew", "renewCanary", "Take what each variant does next as its new reference", (author, place, id) =>
    renewReferences(ports, author, place, id),
  );

  app.delete(
    `${PATH}/:canary`,
    {
      config: { access, right: "watch.edit" },
      schema: {
        operationId: "removeCanary",
        summary: "Remove a canary set with its results",
        tags: ["watching"],
        params: CanaryParams,
        response: { 200: CanarySchema },
      },
    },
    async (request) => {
      const { canary, ...place } = request.params;
      const record = await requireCanary(ports.store, place, canary);
      const removed = await view(record);
      await removeCanary(ports, authorOf(request), place, canary);
      return removed;
    },
  );
}
