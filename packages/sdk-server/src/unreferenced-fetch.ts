/** Lets a process end although a stream is open, or an answer is still to come. */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** Published by Node's fetch when a request has its socket. Other runtimes publish nothing, and their requests hold the process. */
const CHANNEL = "undici:client:sendHeaders";

interface SendHeaders {
  readonly request: { readonly path: string };
  readonly socket: Socket;
}

/**
 * Fetches on a socket that does not keep the process alive, neither while the answer is awaited nor while it is read.
 *
 * Shape:  as the web's fetch. Whoever has to have the answer keeps the process alive by other means, as `ready()` does with its timer.
 * Errors: as the web's fetch.
 * Source: ADR-0010.
 */
export async function fetchUnreferenced(url: string, init: RequestInit): Promise<Response> {
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
