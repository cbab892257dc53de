/** The Dimmer server as a contestant of the requests bench. */

import { changedFlag, changeRequests, startDimmer } from "../../measure/dimmer-server.mjs";
import { openWindow } from "../../measure/process-window.mjs";
import { playRole } from "../../measure/role.mjs";

const window = openWindow();
let server;

playRole({
  async start({ writers = 0, ...options }) {
    server = await startDimmer(options);
    const { port, key, admin } = server;
    const ask = { method: "POST", headers: { authorization: key, "content-type": "application/json" } };
    const fetchHeaders = { authorization: key, "accept-encoding": "gzip" };
    return {
      port,
      requests: {
        "snapshot, gzip": { method: "GET", path: "/sdk/v1/snapshot", headers: fetchHeaders },
        "snapshot, 304": { method: "GET", path: "/sdk/v1/snapshot", headers: fetchHeaders, isConditional: true },
        "one flag": { ...ask, path: `/ofrep/v1/evaluate/flags/${changedFlag(0)}`, contextIn: "body" },
        "all flags": { ...ask, path: "/ofrep/v1/evaluate/flags", contextIn: "body" },
      },
      changes: Array.from({ length: writers }, (_, writer) => changeRequests(admin, changedFlag(writer))),
    };
  },
  async stop() {
    await server.close();
    return true;
  },
  windowStart: () => window.start(),
  windowEnd: () => window.end(),
});
