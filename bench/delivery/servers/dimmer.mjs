/** The Dimmer server as a contestant of the delivery bench. */

import { changedFlag, changeRequests, startDimmer } from "../../measure/dimmer-server.mjs";
import { openWindow } from "../../measure/process-window.mjs";
import { playRole } from "../../measure/role.mjs";

const window = openWindow();
let server;

playRole({
  async start(options) {
    server = await startDimmer(options);
    const headers = { authorization: server.key };
    return {
      port: server.port,
      stream: { path: "/sdk/v1/stream", headers },
      snapshot: { path: "/sdk/v1/snapshot", headers: { ...headers, "accept-encoding": "gzip" } },
      key: server.key,
      changes: changeRequests(server.admin, changedFlag(0)),
    };
  },
  windowStart: () => window.start(),
  windowEnd: () => window.end(),
});
