/** A local server that speaks the formats of OpenAI and Anthropic, with faults that can be switched on while it runs. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { answerTo, DEFAULT_BEHAVIOUR, latencyOf, seededRandom, type Behaviour } from "./behaviour.ts";
import { FORMATS, type Format, type Json } from "./formats.ts";

export interface ModelServerOptions {
  /** A free one unless given. */
  readonly port?: number;
  /** Of every model. */
  readonly behaviour?: Partial<Behaviour>;
  readonly models?: Readonly<Record<string, Partial<Behaviour>>>;
  /** The same seed gives the same answers, refusals and failures, in the order of the requests. */
  readonly seed?: number;
}

export interface ModelServer {
  /** For Anthropic's client; OpenAI's wants `${url}/v1`. */
  readonly url: string;
  /** The bodies that came, oldest first; the newest 1,000. */
  readonly requests: readonly { readonly path: string; readonly body: Json }[];
  /** Changes how a model behaves from the next request on, or every model (`*`). */
  behave(model: string, behaviour: Partial<Behaviour>): void;
  close(): Promise<void>;
}

const BODY_MAX_BYTES = 10_000_000;
const KEPT_REQUESTS = 1_000;
const MODELS_MAX = 1_000;

/**
 * Starts the server on 127.0.0.1.
 *
 * Shape:  beside the vendors' routes, `PUT /behaviours/MODEL` (or `*`) with a JSON of `Behaviour`'s fields changes how it answers.
 * Errors: rejects when the port is taken.
 */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const behaviours = new Map<string, Partial<Behaviour>>(Object.entries(options.models ?? {}));
  behaviours.set("*", options.behaviour ?? {});
  const random = seededRandom(options.seed ?? 1);
  const requests: { readonly path: string; readonly body: Json }[] = [];
  let count = 0;

  const behave = (model: string, behaviour: Partial<Behaviour>): void => {
    if (behaviours.size >= MODELS_MAX && !behaviours.has(model)) return;
    behaviours.set(model, { ...behaviours.get(model), ...behaviour });
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? "/", "http://local").pathname;
    const body = await readBody(request);
    if (body === undefined)
      return sendJson(response, 400, { error: { message: "The body is no JSON object of at most 10 MB." } });
    const [, model] = /^\/behaviours\/(.+)$/.exec(path) ?? [];
    if (request.method === "PUT" && model !== undefined) {
      behave(decodeURIComponent(model), body);
      return sendJson(response, 200, { ...behaviours.get(decodeURIComponent(model)) });
    }
    const format = FORMATS.find((each) => each.path === path);
    if (request.method !== "POST" || format === undefined)
      return sendJson(response, 404, { error: { message: `No ${path} here.` } });
    if (requests.length === KEPT_REQUESTS) requests.shift();
    requests.push({ path, body });
    const asked = String(body["model"]);
    const behaviour = { ...DEFAULT_BEHAVIOUR, ...behaviours.get("*"), ...behaviours.get(asked) };
    await answerRequest(response, format, body, behaviour, `local-${++count}`, random);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, behave, close: () => closeServer(server) };
}

async function answerRequest(
  response: ServerResponse,
  format: Format,
  body: Json,
  behaviour: Behaviour,
  id: string,
  random: () => number,
): Promise<void> {
  // Drawn whatever comes of them, so that one fault more or less does not move all that follow.
  const [isError, isTruncated] = [random() < behaviour.errorRate, random() < behaviour.truncateRate];
  await wait(latencyOf(behaviour, random));
  if (isError) return sendJson(response, behaviour.errorStatus, format.error(behaviour.errorStatus));
  const answer = answerTo(format.question(body), behaviour, random);
  if (body["stream"] !== true) return sendJson(response, 200, format.whole(answer, id));
  const events = format.stream(answer, id, body);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const sent = isTruncated ? events.slice(0, Math.ceil(events.length / 2)) : events;
  for (const event of sent) {
    if (response.destroyed) return;
    response.write(eventText(format, event as Json));
    if (behaviour.pieceMs > 0) await wait(behaviour.pieceMs);
  }
  if (!isTruncated && format.end !== undefined) response.write(`data: ${format.end}\n\n`);
  response.end();
}

const eventText = ({ isNamed }: Format, event: Json): string =>
  `${isNamed ? `event: ${String(event["type"])}\n` : ""}data: ${JSON.stringify(event)}\n\n`;

async function readBody(request: IncomingMessage): Promise<Json | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_MAX_BYTES) return undefined;
    parts.push(part);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(parts).toString() || "{}");
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Json) : undefined;
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
