/** The Dimmer server with an owner and many flags, as the dashboard bench visits it. */

import { startDimmer } from "../../measure/dimmer-server.mjs";
import { playRole } from "../../measure/role.mjs";

let server;

playRole({
  async start({ owner, ...options }) {
    server = await startDimmer(options);
    const token = new URL(server.setupUrl).hash.replace("#token=", "");
    const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/setup`, {
      method: "POST",
      headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
      body: JSON.stringify({ token, ...owner }),
    });
    if (!response.ok) throw new Error(`the owner was refused: ${await response.text()}`);
    return { port: server.port };
  },
  async stop() {
    await server.close();
    return true;
  },
});
