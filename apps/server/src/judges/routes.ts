/** Online judges, `/api/v1/projects/{project}/environments/{environment}/judges`, and the samples that apps send, `/sdk/v1/samples`. */

import { z } from "zod";
import {
  JUDGE_LIMITS,
  JudgeRequest,
  type JudgeView,
  SAMPLES_PATH,
  type SamplesAnswer,
  SamplesBody,
  type WantedSamples,
} from "@dimmer/protocol";
import { placeOf } from "../delivery/routes.ts";
import { requireEnvironment } from "../environments/environments.ts";
import { authorOf, keyOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { EnvironmentParams, JudgeParams } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import { createJudge, removeJudge, viewJudge } from "./judges.ts";
import { listWanted, takeSamples } from "./samples.ts";

const count = z.int();
const JudgeSchema: z.ZodType<JudgeView> = z
  .object({
    id: z.string(),
    name: z.string(),
    flag: z.string(),
    connection: z.string(),
    provider: z.string(),
    model: z.string(),
    prompt: z.string(),
    promptHash: z
      .string()
      .describe("Of all that it is told beside the sample; it stands with the model in the label of its scores."),
    score: z.string(),
    scale: z.object({ from: z.number(), to: z.number() }),
    perMille: count,
    dailyBudgetMicroUsd: count,
    state: z.enum(["active", "spent", "stopped"]).describe("`spent` goes on tomorrow; of `stopped`, `message` says why."),
    message: z.string().nullable(),
    today: z.object({
      judged: count,
      failed: count.describe("Given up, after all tries."),
      dropped: count.describe("Not judged within their time, or without room to wait."),
      putOff: count.describe("To the next day, as the budget was spent."),
      costMicroUsd: count,
      reservedMicroUsd: count,
    }),
    waiting: count,
    createdAt: z.string(),
  })
  .meta({ id: "Judge" });
const WantedSchema: z.ZodType<WantedSamples> = z.object({ judge: z.string(), flag: z.string(), perMille: count });
const AnswerSchema: z.ZodType<SamplesAnswer> = z
  .object({ taken: count, notWanted: count, dropped: count.describe("For which there is no room.") })
  .meta({ id: "SamplesAnswer" });

const PATH = "/api/v1/projects/:project/environments/:environment/judges";
const access = "management";

export function judgeRoutes(app: HttpApp, ports: ManagementPorts, judging: { readonly wake: () => void }): void {
  app.get(
    PATH,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listJudges",
        summary: "The online judges of an environment, with what they did today",
        tags: ["judges"],
        params: EnvironmentParams,
        response: { 200: z.object({ items: z.array(JudgeSchema) }) },
      },
    },
    async ({ params: { project, environment } }) => {
      await requireEnvironment(ports.store, project, environment);
      const items: JudgeView[] = [];
      for (const record of await ports.store.listJudges(project, environment))
        items.push(await viewJudge(ports.store, record, ports.clock()));
      return { items };
    },
  );

  app.post(
    PATH,
    {
      config: { access, right: "connection.edit", reach: "whole" },
      schema: {
        operationId: "createJudge",
        summary: "Have a model score a share of what people get of a flag",
        description:
          "To make one is to opt in: from then on what apps send of this flag's runs is kept, sealed, until it is judged, for a day at most.",
        tags: ["judges"],
        params: EnvironmentParams,
        body: JudgeRequest,
        response: { 201: JudgeSchema },
      },
    },
    async (request, reply) => {
      const record = await createJudge(ports, authorOf(request), request.params, request.body);
      return reply.code(201).send(await viewJudge(ports.store, record, ports.clock()));
    },
  );

  app.delete(
    `${PATH}/:judge`,
    {
      config: { access, right: "connection.edit", reach: "whole" },
      schema: {
        operationId: "removeJudge",
        summary: "Remove a judge with the samples that wait for it; its scores stay",
        tags: ["judges"],
        params: JudgeParams,
        response: { 200: JudgeSchema },
      },
    },
    async (request) => {
      const { judge, ...place } = request.params;
      return await viewJudge(ports.store, await removeJudge(ports, authorOf(request), place, judge), ports.clock());
    },
  );

  app.get(
    SAMPLES_PATH,
    {
      config: { access: "server" },
      schema: {
        operationId: "listWantedSamples",
        summary: "Which runs a judge wants to look at",
        description: "Empty where the environment has no judge: then nothing of what people ask and get needs to be sent.",
        tags: ["sdk"],
        response: { 200: z.object({ items: z.array(WantedSchema) }) },
      },
    },
    async (request) => ({ items: [...(await listWanted(ports.store, placeOf(keyOf(request))))] }),
  );

  app.post(
    SAMPLES_PATH,
    {
      bodyLimit: JUDGE_LIMITS.bytes,
      config: { access: "server", isRepeatable: true },
      schema: {
        operationId: "sendSamples",
        summary: "Send what people asked and got, for the judges of the environment",
        description: "What no judge wants is kept nowhere. A run that is sent twice is judged once.",
        tags: ["sdk"],
        body: SamplesBody,
        response: { 200: AnswerSchema },
      },
    },
    async (request) => {
      const answer = await takeSamples(ports, placeOf(keyOf(request)), request.body.samples);
      if (answer.taken > 0) judging.wake();
      return answer;
    },
  );
}
