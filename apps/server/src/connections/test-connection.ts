/** The smallest call through a connection: whether the address, the credential and the model are right. */

import { strict as assert } from "node:assert";
import type { ModelAnswer } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";
import { prepareCall } from "../providers/prepare-call.ts";
import { type ConnectionPorts, type EnvironmentPlace, requireConnection } from "./connections.ts";
import { makeCalls } from "./use-connection.ts";

/** Some providers refuse to say less. */
const MAX_TOKENS = 16;
/** Below the time that the command line waits for an answer. */
const TIMEOUT_MS = 10_000;

/**
 * Shape:  one short question; it is budgeted, counted and audited as any other call.
 * Errors: `ProblemError`: forbidden, not-found. What the provider says is the answer's `failure`.
 */
export async function testConnection(
  ports: ConnectionPorts,
  author: Author,
  { connection: id, model, ...place }: EnvironmentPlace & { readonly connection: string; readonly model: string },
  signal: AbortSignal,
): Promise<ModelAnswer> {
  const connection = await requireConnection(ports.store, place, id);
  const call = prepareCall(connection, {
    provider: connection.provider,
    model,
    messages: [{ role: "user", content: "Say ok." }],
    parameters: { maxTokens: MAX_TOKENS, timeoutMs: TIMEOUT_MS },
  });
  const use = { ...place, purpose: "test", right: "connection.edit", flag: null } as const;
  const [answer] = await makeCalls(ports, author, use, [{ connection, call, variant: null }], signal);
  assert(answer !== undefined, "an answer for each call");
  return answer;
}
