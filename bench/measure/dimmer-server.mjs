/** A real Dimmer server with a store on disk and the bench's flags in it. */

import { startServer } from "@dimmer/server";
import { configOf, definitionOf } from "../evaluation/contestants/dimmer-engine.mjs";
import { makeFlags } from "../evaluation/workload.mjs";

/** Visible characters, chosen here so that a second start on the same data knows them. */
const ADMIN = "bench-admin-token-of-this-run";
const SERVER = "bench-server-key-of-this-run";
const FLAGS_A_CHANGE = 100;
const PROJECT = "/api/v1/projects/default";
/** The flag that changes are made to, of kind c: five rules and a split. */
export const CHANGED_FLAG = "flag-c-2";

/**
 * Starts the server; fills an empty store with `flags` flags.
 *
 * Shape:  `key` and `admin` are the values of an Authorization header; `change(n)` is the n-th change as a request, a kill and
 *         its restore in turn, so that every one is accepted and changes what SDKs hold.
 */
export async function startDimmer({ dataDir, port = 0, flags = 1_000 }) {
  const server = await startServer({ dataDir, port, logLevel: "silent", initAdminToken: ADMIN, initServerKey: SERVER });
  const admin = `Bearer ${ADMIN}`;
  if (server.initialKeys !== undefined) await fill(server.url, admin, flags);
  return {
    port: Number(new URL(server.url).port),
    key: `Bearer ${SERVER}`,
    admin,
    setupUrl: server.setupUrl,
    close: () => server.close(),
  };
}

/** The n-th change: kills the flag where n is even, restores it where it is odd. */
export function changeRequest(admin, n) {
  const operation = { kind: n % 2 === 0 ? "kill" : "restore", flag: CHANGED_FLAG, environment: "production" };
  return {
    method: "POST",
    path: `${PROJECT}/changes`,
    headers: { authorization: admin, "content-type": "application/json" },
    body: JSON.stringify({ operations: [operation] }),
  };
}

async function fill(url, admin, count) {
  const operations = makeFlags(count).map(({ key, kind, values }) => ({
    kind: "create-flag",
    flag: key,
    definition: {
      ...definitionOf(kind, values),
      purpose: "release",
      owner: "bench",
      permanent: true,
      environments: { production: configOf(kind) },
    },
  }));
  for (let at = 0; at < operations.length; at += FLAGS_A_CHANGE) {
    const response = await fetch(`${url}${PROJECT}/changes`, {
      method: "POST",
      headers: { authorization: admin, "content-type": "application/json" },
      body: JSON.stringify({ operations: operations.slice(at, at + FLAGS_A_CHANGE) }),
    });
    if (!response.ok) throw new Error(`the flags were refused: ${await response.text()}`);
    await response.arrayBuffer();
  }
}
