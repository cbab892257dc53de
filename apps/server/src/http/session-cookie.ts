/** The cookies of people's browsers: the session, and the mark of a browser that signed in before. */

import { parseCookie, stringifySetCookie } from "cookie";
import type { FastifyReply, FastifyRequest } from "fastify";

export interface Cookies {
  readSession(request: FastifyRequest): string | undefined;
  writeSession(reply: FastifyReply, secret: string): void;
  clearSession(reply: FastifyReply): void;
  readMark(request: FastifyRequest): string | undefined;
  writeMark(reply: FastifyReply, mark: string): void;
  /** What a sign-in elsewhere is tied to the browser by, for a few minutes. */
  readPending(request: FastifyRequest): string | undefined;
  writePending(reply: FastifyReply, value: string): void;
}

const SESSION = "dimmer-session";
const MARK = "dimmer-browser";
const PENDING = "dimmer-sign-in";
/** Beyond the life of any session: the server decides. */
const SESSION_S = 30 * 24 * 60 * 60;
const YEAR_S = 365 * 24 * 60 * 60;
const PENDING_S = 10 * 60;

/**
 * Where people come over TLS the names begin with `__Host-`, by which browsers take them from no other host, path or scheme. Over plain
 * HTTP, on one's own machine, they cannot: Safari takes no secure cookie there.
 *
 * Shape:  `publicUrl` is asked each time, as the server knows its own address only when it listens.
 * Source: ADR-0036; RFC 6265bis 4.1.3; reliability A37.
 */
export function openCookies(publicUrl: () => string): Cookies {
  const isSecure = () => publicUrl().startsWith("https:");
  const nameOf = (name: string) => (isSecure() ? `__Host-${name}` : name);
  const read = ({ headers }: FastifyRequest, name: string): string | undefined =>
    headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[nameOf(name)];
  const write = (reply: FastifyReply, name: string, value: string, maxAge: number): void => {
    const attributes = { httpOnly: true, sameSite: "lax", secure: isSecure(), path: "/", maxAge } as const;
    void reply.header("Set-Cookie", stringifySetCookie({ name: nameOf(name), value, ...attributes }));
  };
  return {
    readSession: (request) => read(request, SESSION),
    writeSession: (reply, secret) => write(reply, SESSION, secret, SESSION_S),
    clearSession: (reply) => write(reply, SESSION, "", 0),
    readMark: (request) => read(request, MARK),
    writeMark: (reply, mark) => write(reply, MARK, mark, YEAR_S),
    readPending: (request) => read(request, PENDING),
    writePending: (reply, value) => write(reply, PENDING, value, value === "" ? 0 : PENDING_S),
  };
}
