/** The Dimmer server as what takes events. */

import { changedFlag, changeRequests, startDimmer } from "../../measure/dimmer-server.mjs";
import { openWindow } from "../../measure/process-window.mjs";
import { playRole } from "../../measure/role.mjs";

const FLAGS = 100;
const window = openWindow();
let server;

playRole({
  async start({ dataDir }) {
    server = await startDimmer({ dataDir, flags: FLAGS });
    const { port, key, admin } = server;
    const headers = { authorization: key, "content-type": "application/json" };
    return { port, path: "/sdk/v1/events", headers, key, admin, changes: changeRequests(admin, changedFlag(0)) };
  },
  async stop() {
    await server.close();
    return true;
  },
  windowStart: () => window.start(),
  windowEnd: () => window.end(),
  /** What became of the events so far, by outcome. */
  async outcomes() {
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`, { headers: { authorization: server.admin } });
    const lines = (await response.text()).matchAll(/^dimmer_telemetry_events_total\{outcome="(\w+)"\} (\d+)/gmu);
    return Object.fromEntries([...lines].map(([, outcome, count]) => [outcome, Number(count)]));
  },
});
