/** A few real SDK clients in one process: when a change is applied, and not only arrived. */

import { openDimmer } from "@dimmer/sdk-server";
import { playRole } from "../measure/role.mjs";

const now = () => Number(process.hrtime.bigint()) / 1e6;

let clients = [];
let applied = [];

playRole({
  async open({ port, key, count }) {
    const [, secret] = key.split(" ");
    clients = Array.from({ length: count }, () =>
      openDimmer({ url: `http://127.0.0.1:${port}`, key: secret, holdProcess: true }),
    );
    for (const [index, client] of clients.entries()) {
      const { isReady } = await client.ready();
      if (!isReady) throw new Error("an SDK did not become ready");
      client.on("configuration-changed", () => (applied[index] ??= now()));
    }
    return true;
  },
  arm() {
    applied = Array.from({ length: clients.length });
    return true;
  },
  async arrived() {
    while (applied.some((at) => at === undefined)) await new Promise((resolve) => setTimeout(resolve, 2));
    return applied;
  },
  async close() {
    await Promise.all(clients.map((client) => client.close()));
    return true;
  },
});
