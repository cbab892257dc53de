/** A real receiver of webhooks on this machine, for tests. */

import { createHmac } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedMessage {
  readonly id: string;
  readonly at: number;
  readonly signatures: readonly string[];
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  close(): Promise<void>;
}

/** Shape: `respond` must answer, sooner or later. */
export async function openReceiver(respond: (response: ServerResponse, message: ReceivedMessage) => void): Promise<Receiver> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { headers } = request;
      const signatures = String(headers["webhook-signature"]).split(" ");
      respond(response, { id: String(headers["webhook-id"]), at: Number(headers["webhook-timestamp"]), signatures, body });
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `http://receiver.example:${(server.address() as AddressInfo).port}/hook?token=of-the-receiver`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a message must be signed with, reckoned anew. */
export const signatureOf = (secret: string, { id, at, body }: ReceivedMessage): string =>
  `v1,${createHmac("sha256", Buffer.from(secret.replace("whsec_", ""), "base64"))
    .update(`${id}.${at}.${body}`)
    .digest("base64")}`;
