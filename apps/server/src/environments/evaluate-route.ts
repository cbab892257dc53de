/** What a context gets in an environment, and why: asked by whoever manages it. */

import { z } from "zod";
import { type CompiledSnapshot, type EvaluateOptions, type Evaluation, evaluate, explain } from "@dimmer/evaluation";
import { MAX_OVERRIDES } from "../access/create-override-token.ts";
import type { EnvironmentTokens } from "../access/environment-tokens.ts";
import { requireHolding } from "../delivery/require-holding.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { EnvironmentParams } from "../http/route-schemas.ts";
import { EvaluationSchema, TracePart } from "../http/views.ts";
import { type Question, readTokens } from "../ofrep/read-question.ts";
import type { ManagementPorts } from "../ports.ts";

const Context = z
  .record(z.string(), z.unknown())
  .refine(
    (context) => Object.keys(context).length <= HTTP_LIMITS.contextAttributes,
    `A context may have ${HTTP_LIMITS.contextAttributes} attributes.`,
  );

const name = z.string().min(1).max(128);
const Overrides = z
  .record(name, name)
  .refine((all) => Object.keys(all).length <= MAX_OVERRIDES, `Name at most ${MAX_OVERRIDES} flags.`);

interface EvaluationResult {
  readonly evaluation: Evaluation;
  readonly trace?: z.infer<typeof TracePart>;
  /** Work done, against its bound. */
  readonly steps?: number;
}
const Result: z.ZodType<EvaluationResult> = z
  .object({ evaluation: EvaluationSchema, trace: TracePart.exactOptional(), steps: z.int().exactOptional() })
  .meta({ id: "EvaluationResult" });

const EvaluateAnswer = z
  .object({
    version: z.int(),
    results: z.array(Result),
    problems: z
      .record(z.string(), z.string())
      .exactOptional()
      .describe("Of each token in the context that does not count, why; under the name of its attribute."),
  })
  .meta({ id: "EvaluateAnswer" });

export function evaluateRoute(app: HttpApp, ports: ManagementPorts & { readonly tokens: EnvironmentTokens }): void {
  app.post(
    "/api/v1/projects/:project/environments/:environment/evaluate",
    {
      config: { access: "management", right: "read", isRepeatable: true },
      schema: {
        operationId: "evaluate",
        summary: "What does this context get, and why?",
        description:
          "One flag, or all of the environment where none is named. Tokens in the context count as they do for an app. Not counted, not evidence.",
        tags: ["environments"],
        params: EnvironmentParams,
        body: z.strictObject({
          flag: z.string().min(1).max(128).optional(),
          context: Context.default({}),
          overrides: Overrides.optional().describe("Flag key → variant, over those of an override token, as a scope takes them."),
          explain: z.boolean().default(false),
        }),
        response: { 200: EvaluateAnswer },
      },
    },
    async (request) => {
      const { flag, context, overrides, explain: wantsTrace } = request.body;
      const compiled = (await requireHolding(ports.hub, request.params)).compiled();
      const question = readTokens({ context }, await ports.tokens.reader(request.params), compiled);
      const options = optionsOf(question, overrides, ports.clock());
      const flags = flag === undefined ? [...compiled.flags.keys()] : [flag];
      const results = flags.map((key) => resultOf(compiled, key, question.context, options, wantsTrace));
      const { problems } = question;
      return { version: compiled.version, results, ...(Object.keys(problems).length === 0 ? {} : { problems }) };
    },
  );
}

/** With the time now, as an SDK would ask. Whoever manages the environment is believed, so that nothing need be proven. */
function optionsOf({ options }: Question, overrides: EvaluateOptions["overrides"], now: number): EvaluateOptions {
  const all = { ...options?.overrides, ...overrides };
  const { pins } = options ?? {};
  return { now, ...(Object.keys(all).length === 0 ? {} : { overrides: all }), ...(pins === undefined ? {} : { pins }) };
}

function resultOf(
  compiled: CompiledSnapshot,
  flag: string,
  context: object,
  options: EvaluateOptions,
  wantsTrace: boolean,
): EvaluationResult {
  if (!wantsTrace) return { evaluation: evaluate(compiled, flag, context, options) };
  const { evaluation, trace, steps } = explain(compiled, flag, context, options);
  return { evaluation, trace, steps };
}
