/** Sends batches of events, as many as are answered or so many a second; every event has an id of its own. */

import autocannon from "autocannon";
import { playRole } from "../measure/role.mjs";
import { batchOf } from "./events.mjs";

const CONNECTIONS = 32;
const BATCH = 10;
let sender = 0;

playRole({
  /** Requests a second and milliseconds. Whoever refuses one, or is asked for more than there is room for, fails. */
  async run({ port, path, headers, seconds, perSecond }) {
    const name = `sender-${process.pid}-${sender++}`;
    let sent = 0;
    const body = () => JSON.stringify({ events: batchOf(name, BATCH * sent++, BATCH, Date.now()) });
    const result = await autocannon({
      url: `http://127.0.0.1:${port}${path}`,
      connections: CONNECTIONS,
      duration: seconds,
      ...(perSecond === undefined ? {} : { overallRate: perSecond }),
      requests: [{ method: "POST", headers, setupRequest: (request) => ({ ...request, body: body() }) }],
    });
    const good = result.statusCodeStats[200]?.count ?? 0;
    if (result.errors > 0 || good < result.requests.total - CONNECTIONS)
      throw new Error(`${path}: ${result.errors} errors, ${JSON.stringify(result.statusCodeStats)}`);
    return { answers: result.requests.total, p50: result.latency.p50, p99: result.latency.p99 };
  },
});
