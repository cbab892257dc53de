/** Lets a process end although a stream is open. */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** Published by Node's fetch when a request has its socket. Other runtimes publish nothing, and their streams hold the process. */
const CHANNEL = "undici:client:sendHeaders";

interface SendHeaders {
  readonly request: { readonly path: string; readonly headers: unknown };
  readonly socket: Socket;
}

/**
 * Fetches; where the answer is a stream of events, its socket no longer keeps the process alive.
 *
 * Shape:  as the web's fetch. A request for anything else keeps the process alive until it is answered.
 * Errors: as the web's fetch.
 * Source: ADR-0010.
 */
export async function fetchUnreferenced(url: string, init: RequestInit): Promise<Response> {
  if (new Headers(init.headers).get("accept") !== "text/event-stream") return fetch(url, init);
  const { pathname, search } = new URL(url);
  const release = (message: unknown): void => {
    const { request, socket } = message as SendHeaders;
    if (request.path === pathname + search) socket.unref();
  };
  subscribe(CHANNEL, release);
  try {
    return await fetch(url, init);
  } finally {
    unsubscribe(CHANNEL, release);
  }
}
