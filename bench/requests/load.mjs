/** Loads a server with one kind of request and counts what comes back. */

import autocannon from "autocannon";
import { attributesOf, makeUsers } from "../evaluation/workload.mjs";
import { playRole } from "../measure/role.mjs";

const CONNECTIONS = 64;
/** Different people, in turn. */
const PEOPLE = 500;

const bodies = makeUsers(PEOPLE).map((user) => JSON.stringify({ context: { targetingKey: user.id, ...attributesOf(user) } }));

playRole({
  /** Answers a second and milliseconds; an answer that is not the expected status fails. */
  async run({ port, request, seconds }) {
    const { method, path, headers, hasContext, status } = request;
    const result = await autocannon({
      url: `http://127.0.0.1:${port}`,
      connections: CONNECTIONS,
      duration: seconds,
      requests: hasContext === true ? bodies.map((body) => ({ method, path, headers, body })) : [{ method, path, headers }],
    });
    const answers = result.requests.total;
    const asExpected = result.statusCodeStats[status]?.count ?? 0;
    // Those in flight at the end are in neither.
    if (result.errors > 0 || result.timeouts > 0 || asExpected < answers - CONNECTIONS)
      throw new Error(`${path}: ${result.errors} errors, ${JSON.stringify(result.statusCodeStats)}`);
    return { answers, p50: result.latency.p50, p99: result.latency.p99, bytes: result.throughput.total / answers };
  },
});
