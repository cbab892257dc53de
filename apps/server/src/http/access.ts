/** Who may call a route: every route declares it, a route that does not cannot be registered. */

import type { FastifyRequest } from "fastify";
import { type KeyKind, ProblemError } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";
import type { KeyRecord } from "../storage/store.ts";
import { HTTP_LIMITS } from "./limits.ts";

/**
 * `public` takes no key. `admin` takes an admin token that reaches the project and environment in the path; what a route
 * touches beside them is checked where it is done. `server` takes a server key, in `Authorization` or `X-API-Key`; `client` takes
 * a browser key too. `ticket` takes what a client was given for a request that can have no headers, in the query.
 */
export type Access = "public" | "admin" | "server" | "client" | "ticket";

declare module "fastify" {
  interface FastifyContextConfig {
    readonly access?: Access;
    /** How a JSON body is read; `exact` unless the body is only looked at. */
    readonly rigour?: "exact" | "tolerant";
    /** Whether an edit takes the revision that its author saw, and whether it must, or must for some of what it can do. */
    readonly revision?: "taken" | "needed" | "sometimes-needed";
    /** A route that is no GET and yet takes no idempotency key: it only reads, or it speaks to others, for which no transaction may wait. */
    readonly isRepeatable?: true;
    /** Sent by every SDK after every change: its line in the log is for debugging only. */
    readonly isRoutine?: true;
    /** Whether an HTML form may be sent here too; what is in it is not read. */
    readonly takesForm?: true;
    /** What OpenAPI calls the rest of the path. */
    readonly wildcard?: string;
    /** Whether pages of other origins may read the answer; never with a server key. */
    readonly crossOrigin?: true;
  }
  interface FastifyRequest {
    /** Null on public routes only. */
    key: KeyRecord | null;
  }
}

/** Finds the key that has this secret, or whose ticket this is, and still counts; null for every other. */
export type Authenticate = (secret: string, by: "key" | "ticket") => Promise<KeyRecord | null>;

export async function admit(request: FastifyRequest, access: Access, authenticate: Authenticate): Promise<KeyRecord | null> {
  if (access === "public") return null;
  const key = await (access === "ticket"
    ? authenticate(readTicket(request), "ticket")
    : authenticate(readCredential(request, access), "key"));
  if (key === null) throw new ProblemError("unauthenticated", "This key is unknown, expired or revoked.");
  checkKind(key, access);
  checkScope(key, request.params);
  return key;
}

/** Whether a request that was admitted would be so again: for streams, which last longer than a look at a key. */
export async function stillAdmits(request: FastifyRequest, access: Access, authenticate: Authenticate): Promise<boolean> {
  return await admit(request, access, authenticate).then(
    () => true,
    () => false,
  );
}

/** The key of a request whose route is not public. */
export function keyOf(request: FastifyRequest): KeyRecord {
  if (request.key === null) throw new ProblemError("unauthenticated", "Send a key as `Authorization: Bearer <key>`.");
  return request.key;
}

/** The author of a change, as `applyChange` wants it. */
export function authorOf(request: FastifyRequest): Author {
  const key = keyOf(request);
  return { actor: { kind: "key", id: key.id, name: key.name }, project: key.project, environment: key.environment };
}

const VISIBLE = /^[\x21-\x7e]+$/u;

/** Exactly one credential, from a header: which of two would count is a question nobody should have to ask. */
function readCredential(request: FastifyRequest, access: Access): string {
  const given = credentialHeaders(request.raw.rawHeaders);
  const [only] = given;
  if (only === undefined) throw new ProblemError("unauthenticated", "Send a key as `Authorization: Bearer <key>`.");
  if (given.length > 1) throw new ProblemError("unauthenticated", "Send one key in one header, not several.");
  if (only.name === "x-api-key" && access === "admin") {
    throw new ProblemError("unauthenticated", "Here the key goes into `Authorization: Bearer <key>`.");
  }
  const secret = only.name === "x-api-key" ? only.value : /^Bearer +(\S+)$/iu.exec(only.value)?.[1];
  if (secret === undefined || secret.length > HTTP_LIMITS.credential || !VISIBLE.test(secret)) {
    throw new ProblemError("unauthenticated", "That header holds no key; write `Authorization: Bearer <key>`.");
  }
  return secret;
}

function readTicket({ query }: FastifyRequest): string {
  const ticket = paramOf(query, "ticket");
  if (ticket === undefined)
    throw new ProblemError("unauthenticated", "Take this address from `eventStreams`, where it is whole.");
  return ticket;
}

function credentialHeaders(raw: readonly string[]): readonly { readonly name: string; readonly value: string }[] {
  const found: { name: string; value: string }[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase();
    if (name === "authorization" || name === "x-api-key") found.push({ name, value: raw[at + 1] ?? "" });
  }
  return found;
}

const TAKEN: Readonly<Record<Exclude<Access, "public">, readonly [words: string, ...kinds: KeyKind[]]>> = {
  admin: ["an admin token", "admin"],
  server: ["a server key", "server"],
  client: ["a server key or a browser key", "server", "browser"],
  ticket: ["a server key or a browser key", "server", "browser"],
};

const SENT: Readonly<Record<KeyKind, string>> = { admin: "an admin token", server: "a server key", browser: "a browser key" };

function checkKind(key: KeyRecord, needed: Exclude<Access, "public">): void {
  const [words, ...kinds] = TAKEN[needed];
  if (!kinds.includes(key.kind)) throw new ProblemError("forbidden", `This takes ${words}, and that is ${SENT[key.kind]}.`);
}

/** A foreign project does not exist for its caller; another environment of the own project does, but is not theirs. */
function checkScope(key: KeyRecord, params: unknown): void {
  const project = paramOf(params, "project");
  if (project !== undefined && key.project !== null && key.project !== project) throw noSuchProject();
  const environment = paramOf(params, "environment");
  if (environment !== undefined && key.environment !== null && key.environment !== environment) {
    throw new ProblemError("forbidden", "This key is for another environment.");
  }
}

/** The same words for a project that is not there and for one that is not theirs. */
export const noSuchProject = () => new ProblemError("not-found", "There is no such project, or this key does not reach it.");

function paramOf(params: unknown, name: string): string | undefined {
  if (typeof params !== "object" || params === null || !Object.hasOwn(params, name)) return undefined;
  const value: unknown = Reflect.get(params, name);
  return typeof value === "string" ? value : undefined;
}
