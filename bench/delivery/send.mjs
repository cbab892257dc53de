/** Sends one change and says when it was accepted. */

import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true });
const now = () => Number(process.hrtime.bigint()) / 1e6;

export function sendChange(port, { method, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const sentAt = now();
    const outgoing = request({ host: "127.0.0.1", port, method, path, headers, agent }, (response) => {
      const acceptedAt = now();
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => {
        if (response.statusCode < 300) resolve({ sentAt, acceptedAt });
        else reject(new Error(`the change was refused: ${response.statusCode} ${text}`));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
