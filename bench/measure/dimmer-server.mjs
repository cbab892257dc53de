/** A real Dimmer server with a store on disk and the bench's flags in it. */

import { startServer } from "@dimmer/server";
import { configOf, definitionOf } from "../evaluation/contestants/dimmer-engine.mjs";
import { KINDS, makeFlags } from "../evaluation/workload.mjs";

/** Visible characters, chosen here so that a second start on the same data knows them. */
const ADMIN = "bench-admin-token-of-this-run";
const SERVER = "bench-server-key-of-this-run";
const FLAGS_A_CHANGE = 100;
const PROJECT = "/api/v1/projects/default";
/** The n-th flag of kind c: five rules and a split. Changes are made to these. */
export const changedFlag = (n) => `flag-c-${KINDS.length * n + KINDS.indexOf("c")}`;

/**
 * Starts the server; fills an empty store with `flags` flags.
 *
 * Shape:  `key` and `admin` are the values of an Authorization header.
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

/**
 * The kill of a flag and its restore, as requests: sent in turn, by one writer, every one is accepted and changes what SDKs hold.
 */
export function changeRequests(admin, flag) {
  return ["kill", "restore"].map((kind) => ({
    method: "POST",
    path: `${PROJECT}/changes`,
    headers: { authorization: admin, "content-type": "application/json" },
    body: JSON.stringify({ operations: [{ kind, flag, environment: "production" }] }),
  }));
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
