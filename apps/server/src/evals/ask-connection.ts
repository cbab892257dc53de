/** Asks a suite's models through the connections of an environment, each call held to the budget before it leaves. */

import { strict as assert } from "node:assert";
import type { CallFailure } from "@dimmer/protocol";
import type { Purse } from "../canaries/purse.ts";
import type { ConnectionPorts } from "../connections/connections.ts";
import { chooseConnection, knownCostOf, makeCalls, type Use } from "../connections/use-connection.ts";
import type { Author } from "../flags/apply-change.ts";
import { estimateCall, prepareCall } from "../providers/prepare-call.ts";
import type { AskModel } from "./suites/ask-model.ts";
import { SuiteError } from "./suites/suite-error.ts";

/** Tries after the first, where a provider is busy; each is held and counted as a call of its own. */
const RETRIES = 3;
const RETRY_DELAY_MS = 500;

export interface AskConnectionPorts extends ConnectionPorts {
  /** Rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface AskedThrough {
  readonly variant: string;
  readonly connection: string | null;
  /** Of a run with a budget of its own. */
  readonly purse?: Purse | undefined;
}

/**
 * Shape:  `connection` is the id of the one to use, else it is chosen by provider and region, anew for each call, so that an edited one
 *         holds for the rest of a run.
 * Errors: rejects with a sentence for what one item met; with a `SuiteError` for what all others would meet too, as a spent budget.
 * Source: ADR-0058.
 */
export function askThrough(
  ports: AskConnectionPorts,
  author: Author,
  use: Use,
  { variant, connection: named, purse }: AskedThrough,
): AskModel {
  return async (config, signal) => {
    for (let attempt = 0; ; attempt++) {
      const connections = await ports.store.listConnections(use.project, use.environment);
      const connection = chooseConnection(connections, config, use, named ?? undefined);
      if ("message" in connection) throw new SuiteError("ended", connection.message);
      const plan = { connection, call: prepareCall(connection, config), variant };
      const estimate = purse === undefined ? undefined : estimateCall(plan.call, ports.clock());
      const refusal = purse?.hold(plan.call.model, estimate);
      if (refusal !== undefined) throw new SuiteError("ended", refusal);
      const [answer] = await makeCalls(ports, author, use, [plan], signal);
      assert(answer !== undefined, "an answer for each call");
      purse?.settle(estimate, knownCostOf(answer));
      const { failure, text, refused, responseModel, costMicroUsd } = answer;
      if (failure === null) {
        if (refused) throw new Error(`${config.model} refused to answer.`);
        if (text === null || text === "") throw new Error(`${config.model} answered without a text.`);
        return { text, model: responseModel ?? undefined, costMicroUsd: costMicroUsd ?? undefined };
      }
      if (ENDS.has(failure.type)) throw new SuiteError("ended", failure.message);
      if (attempt >= RETRIES || !BUSY.has(failure.type)) throw new Error(failure.message);
      await ports.wait(RETRY_DELAY_MS * 2 ** attempt, signal);
    }
  };
}

const ENDS: ReadonlySet<CallFailure["type"]> = new Set(["budget", "no_connection", "unauthenticated"]);
const BUSY: ReadonlySet<CallFailure["type"]> = new Set(["rate_limited", "overloaded", "server_error", "network"]);
