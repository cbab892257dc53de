/** A small web app that sums texts up with the flag `summarizer`: what an app of yours would look like. */

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type Anthropic from "@anthropic-ai/sdk";
import { StreamBrokenError, type Ai } from "@dimmer/ai";
import { messages } from "@dimmer/ai/anthropic";
import { FAULTS, isFault, type Faults } from "./faults.ts";

export interface AppOptions {
  readonly ai: Ai;
  readonly anthropic: Anthropic;
  readonly faults: Faults;
  /** Where Dimmer is, for the page's thumbs. */
  readonly dimmerUrl: string;
  /** A free one where it is 0. */
  readonly port: number;
}

/** What the page sends for a summary. */
export interface SummaryRequest {
  readonly text: string;
  readonly person: string;
  readonly plan: string;
  readonly region: string;
}

/** A line of the answer: pieces as they come, then who gave them. */
export type SummaryLine =
  | { readonly piece: string }
  /** What was shown so far does not count: the stream broke. */
  | { readonly startOver: string }
  | { readonly variant: string | null; readonly outcome: string; readonly token: string | null };

const BODY_MAX_BYTES = 50_000;
const RESTING = "Summaries are resting. Here is the full text.";

/**
 * Starts the app on 127.0.0.1.
 *
 * Shape:  `GET /` is the page; `POST /summaries` answers with lines of JSON (`SummaryLine`); `GET /faults`, `PUT /faults/NAME {"on":true}`.
 * Errors: rejects when the port is taken.
 */
export async function startApp(options: AppOptions): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    handle(request, response, options).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

async function handle(request: IncomingMessage, response: ServerResponse, options: AppOptions): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://local");
  const [, fault = ""] = /^\/faults\/(\w+)$/.exec(pathname) ?? [];
  if (request.method === "GET" && pathname === "/") return sendPage(response, options);
  if (request.method === "GET" && pathname === "/faults") return sendJson(response, 200, listFaults(options.faults));
  const body = await readJson(request);
  if (body === undefined) return sendJson(response, 400, { error: "The body is no JSON object of at most 50 kB." });
  if (request.method === "PUT" && isFault(fault)) {
    options.faults.set(fault, body["on"] === true);
    return sendJson(response, 200, listFaults(options.faults));
  }
  if (request.method === "POST" && pathname === "/summaries") return sumUp(response, readRequest(body), options);
  return sendJson(response, 404, { error: `No ${pathname} here.` });
}

/** The whole of what an app does with an AI config. */
async function sumUp(
  response: ServerResponse,
  { text, person, plan, region }: SummaryRequest,
  { ai, anthropic }: AppOptions,
): Promise<void> {
  const left = new AbortController();
  response.once("close", () => left.abort());
  const config = await ai.config(
    "summarizer",
    { targetingKey: person, plan, region },
    { fallback: { reply: RESTING }, variables: { text } },
  );
  const run = await config.run(messages(anthropic, { stream: true }), { signal: left.signal });
  response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
  const write = (line: SummaryLine): void => void response.write(`${JSON.stringify(line)}\n`);
  try {
    for await (const piece of run.textStream()) write({ piece });
  } catch (error) {
    if (!(error instanceof StreamBrokenError)) throw error;
    write({ startOver: error.reply });
  }
  write({ variant: run.served?.variant ?? null, outcome: run.outcome, token: (await run.token()) ?? null });
  response.end();
}

const listFaults = ({ on }: Faults): object => ({
  faults: Object.entries(FAULTS).map(([name, { says }]) => ({ name, says, on: (on as readonly string[]).includes(name) })),
});

async function sendPage(response: ServerResponse, { dimmerUrl }: AppOptions): Promise<void> {
  const page = await readFile(new URL("page.html", import.meta.url), "utf8");
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page.replaceAll("{{dimmerUrl}}", dimmerUrl));
}

function readRequest(body: Readonly<Record<string, unknown>>): SummaryRequest {
  const said = (name: string): string => (typeof body[name] === "string" ? body[name] : "");
  return { text: said("text"), person: said("person") || "nobody", plan: said("plan"), region: said("region") };
}

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>> | undefined> {
  let text = "";
  for await (const part of request as AsyncIterable<Buffer>) {
    text += part.toString();
    if (text.length > BODY_MAX_BYTES) return undefined;
  }
  try {
    const body: unknown = JSON.parse(text || "{}");
    return typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : undefined;
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
