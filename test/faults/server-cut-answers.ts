/** A proxy in front of a server that carries requests through and loses the answers that it is told to lose. */

import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface AnswerCutter {
  readonly url: string;
  /** How many requests came by, those with lost answers included. */
  readonly requests: number;
  /** Loses the next `count` answers: `before` the first byte, or in the `middle` of the body. */
  cutNext(count: number, where: "before" | "middle"): void;
}

/** Shape: an answer that is lost was whole here, so the server has done what it was asked. */
export async function cutAnswersOf(target: string): Promise<AnswerCutter> {
  let toCut = 0;
  let where: "before" | "middle" = "before";
  let requests = 0;
  const server = createServer((incoming, outgoing) => {
    requests += 1;
    void pass(incoming, outgoing);
  });
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { answer, body } = await forward(target, incoming);
    if (toCut === 0) {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(body);
      return;
    }
    toCut -= 1;
    cut(outgoing, answer, body, where);
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests;
    },
    cutNext(count, place) {
      toCut = count;
      where = place;
    },
  };
}

interface Forwarded {
  readonly answer: IncomingMessage;
  readonly body: Buffer;
}

async function forward(target: string, incoming: IncomingMessage): Promise<Forwarded> {
  const { method, headers, url = "/" } = incoming;
  const outgoing = request(new URL(url, target), { ...(method === undefined ? {} : { method }), headers });
  incoming.pipe(outgoing);
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return { answer, body: Buffer.concat(parts) };
}

function cut(outgoing: ServerResponse, answer: IncomingMessage, body: Buffer, where: "before" | "middle"): void {
  if (where === "before") return void outgoing.destroy();
  outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
  outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
}
