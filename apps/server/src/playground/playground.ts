/** One prompt on several variants side by side, called by the server; nothing of it counts in a flag's metrics. */

import { strict as assert } from "node:assert";
import type { z } from "zod";
import { isReply, type ModelConfig, openPrompts, type Prompts } from "@dimmer/ai/parts";
import type { JsonValue } from "@dimmer/evaluation";
import {
  type CallFailure,
  type ModelAnswer,
  type PlaygroundAnswer,
  type PlaygroundQuestion,
  type PlaygroundRequest,
  type PlaygroundRun,
  type PlaygroundVariables,
  type PlaygroundVariant,
  ProblemError,
} from "@dimmer/protocol";
import type { ConnectionPorts, EnvironmentPlace } from "../connections/connections.ts";
import { chooseConnection, makeCalls, type PlannedCall } from "../connections/use-connection.ts";
import { requireEnvironment } from "../environments/environments.ts";
import type { Author } from "../flags/apply-change.ts";
import { loadSnippets } from "../flags/known-snippets.ts";
import { storeValue } from "../flags/operations/store-value.ts";
import { notAsked, replied } from "../providers/ask-model.ts";
import { prepareCall } from "../providers/prepare-call.ts";
import type { ConnectionRecord } from "../storage/connection-record.ts";
import type { FlagRecord, StoreReader } from "../storage/store.ts";

/** Milliseconds for which filling holds up everybody else: one text, and all of a request. */
const RENDER_MS = 250;
const RENDER_TOTAL_MS = 500;

/** With the defaults that reading fills in. */
export type PlaygroundOrder = z.output<typeof PlaygroundRequest>;

/** A variant on its way to its answer: a call to be made, or what is known without one. */
type Step =
  | { readonly plan: PlannedCall; readonly config: ModelConfig }
  | { readonly answer: ModelAnswer; readonly config?: ModelConfig };

/**
 * Runs the variants side by side.
 *
 * Shape:  an answer for each, in their order; one that cannot be called says why and sinks no other.
 * Errors: `ProblemError`: forbidden; not-found for the flag, the environment or a variant; invalid-request for a draft or version that is
 *         not there.
 * Source: ADR-0048.
 */
export async function runPlayground(
  ports: ConnectionPorts,
  author: Author,
  place: EnvironmentPlace,
  order: PlaygroundOrder,
  signal: AbortSignal,
): Promise<PlaygroundRun> {
  const values = await readValues(ports.store, place, order);
  const connections = await ports.store.listConnections(place.project, place.environment);
  const prompts = promptsOf(ports);
  const steps = order.variants.map((variant, index) =>
    stepOf(prompts, connections, place, order, { ...variant, value: values[index] ?? null }),
  );
  const use = { ...place, purpose: "playground", right: "playground.run", flag: order.flag } as const;
  const plans = steps.flatMap((step) => ("plan" in step ? [step.plan] : []));
  const called = (await makeCalls(ports, author, use, plans, signal)).values();
  const answers = steps.map((step, index) => {
    const answer = "plan" in step ? called.next().value : step.answer;
    assert(answer !== undefined, "an answer for each call");
    return viewAnswer(order.variants[index]?.variant ?? "", step, answer);
  });
  return { answers };
}

/** What the templates of the variants ask for. Errors: those of `runPlayground` but forbidden. */
export async function findVariables(
  ports: ConnectionPorts,
  place: EnvironmentPlace,
  question: PlaygroundQuestion,
): Promise<PlaygroundVariables> {
  const values = await readValues(ports.store, place, question);
  const prompts = promptsOf(ports);
  const found = values.map((value) => prompts.variablesOf(value));
  const problems = found.flatMap((each, index) =>
    "problem" in each ? [[question.variants[index]?.variant ?? "", each.problem] as const] : [],
  );
  const names = found.flatMap((each) => ("names" in each ? each.names : []));
  return { variables: [...new Set(names)], problems: Object.fromEntries(problems) };
}

const promptsOf = ({ clock }: ConnectionPorts): Prompts => openPrompts({ renderMs: RENDER_MS, totalMs: RENDER_TOTAL_MS, clock });

function stepOf(
  prompts: Prompts,
  connections: readonly ConnectionRecord[],
  place: EnvironmentPlace,
  { variables, message }: PlaygroundOrder,
  { variant, value, connection: named }: PlaygroundVariant,
): Step {
  const rendered = prompts.render(value, variables);
  if (rendered.value === undefined) return { answer: notAsked(whyNot(rendered.errorType, rendered.message)) };
  if (isReply(rendered.value)) return { answer: replied(rendered.value.reply) };
  const config = rendered.value;
  const connection = chooseConnection(connections, config, place, named);
  if ("message" in connection) return { answer: notAsked(connection), config };
  try {
    return { plan: { connection, call: prepareCall(connection, config, message), variant }, config };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { answer: notAsked(whyNot("invalid_value", error.message)), config };
  }
}

const whyNot = (type: CallFailure["type"], message: string): CallFailure => ({ type, httpStatus: null, message });

function viewAnswer(variant: string, step: Step, answer: ModelAnswer): PlaygroundAnswer {
  const connection = "plan" in step ? { id: step.plan.connection.id, name: step.plan.connection.name } : null;
  return { variant, connection, provider: step.config?.provider ?? null, model: step.config?.model ?? null, ...answer };
}

/** The values that are asked for, as the app would get them. Errors: those of `runPlayground` but forbidden. */
export async function readValues(
  store: StoreReader,
  { project, environment }: EnvironmentPlace,
  { flag, variants }: PlaygroundQuestion,
): Promise<readonly JsonValue[]> {
  await requireEnvironment(store, project, environment);
  const record = await store.getFlag(project, flag);
  if (record === null || record.archivedAt !== null)
    throw new ProblemError("not-found", `There is no flag ${flag} in project ${project}.`);
  const values: JsonValue[] = [];
  for (const [index, variant] of variants.entries())
    values.push(await readValue(store, record, environment, variant, `/variants/${index}/value`));
  return values;
}

async function readValue(
  store: StoreReader,
  record: FlagRecord,
  environment: string,
  { variant, draft, version, value }: PlaygroundVariant,
  pointer: string,
): Promise<JsonValue> {
  const known = Object.hasOwn(record.variants, variant) ? record.variants[variant] : undefined;
  if (known === undefined) throw new ProblemError("not-found", `The flag ${record.key} has no variant ${variant}.`);
  if (value !== undefined) return await withSnippets(store, record, variant, value, pointer);
  if (draft === true) {
    if (known.draft !== undefined) return known.draft.value;
    throw new ProblemError("invalid-request", `The variant ${variant} of ${record.key} has no draft.`);
  }
  const number = version ?? record.environments[environment]?.config.published?.[variant] ?? known.latest;
  const found = await store.getValueVersion(record.project, record.key, variant, number);
  if (found !== null) return found.value;
  throw new ProblemError("invalid-request", `The variant ${variant} of ${record.key} has no version ${number}.`);
}

/** As a save would leave it. */
async function withSnippets(store: StoreReader, record: FlagRecord, variant: string, value: JsonValue, pointer: string) {
  const draft = { kind: "draft-value", flag: record.key, variant, value } as const;
  const snippets = await loadSnippets(store, record.project, [draft], []);
  return storeValue({ snippets }, record.definition.schema, { value }, pointer).value;
}
