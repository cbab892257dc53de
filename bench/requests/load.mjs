/** Loads a server with one kind of request and counts what comes back. */

import autocannon from "autocannon";
import { attributesOf, makeUsers } from "../evaluation/workload.mjs";
import { playRole } from "../measure/role.mjs";

const CONNECTIONS = 64;
/** Different people, in turn. */
const PEOPLE = 500;

const people = makeUsers(PEOPLE);

/** One request for each person where the answer depends on who asks; else one for all. */
const PER_PERSON = {
  body: (user) => ({ body: JSON.stringify({ context: { targetingKey: user.id, ...attributesOf(user) } }) }),
  query: (user, path) => ({ path: `${path}?${queryOf(user)}` }),
};

function queryOf(user) {
  const properties = Object.entries(attributesOf(user)).map(([name, value]) => [`properties[${name}]`, String(value)]);
  return new URLSearchParams([["userId", user.id], ...properties]).toString();
}

playRole({
  /** Answers a second and milliseconds; an answer that is not the expected status fails. */
  async run({ port, request, seconds }) {
    const { method, path, headers, contextIn, status } = request;
    const each = PER_PERSON[contextIn];
    const result = await autocannon({
      url: `http://127.0.0.1:${port}`,
      connections: CONNECTIONS,
      duration: seconds,
      requests: (each === undefined ? [undefined] : people).map((user) => ({ method, path, headers, ...each?.(user, path) })),
    });
    const answers = result.requests.total;
    const asExpected = result.statusCodeStats[status]?.count ?? 0;
    // Those in flight at the end are in neither.
    if (result.errors > 0 || result.timeouts > 0 || asExpected < answers - CONNECTIONS)
      throw new Error(`${path}: ${result.errors} errors, ${JSON.stringify(result.statusCodeStats)}`);
    return { answers, p50: result.latency.p50, p99: result.latency.p99, bytes: result.throughput.total / answers };
  },
});
