/** Who may call a route, and with which right: every route declares both, a route that does not cannot be registered. */

import type { FastifyRequest } from "fastify";
import { type KeyKind, ProblemError, type Right } from "@dimmer/protocol";
import { isKnownTo, type Place, requireRight, requireRightWithin, sayPlace } from "../access/authorise.ts";
import { authorOfPrincipal, type Principal } from "../access/principal.ts";
import type { Author } from "../flags/apply-change.ts";
import type { KeyRecord } from "../storage/store.ts";
import { HTTP_LIMITS } from "./limits.ts";
import { requireSameOrigin } from "./same-origin.ts";

/**
 * `public` takes no key. `management` takes a person's session, a personal token or an admin token, each with the route's right in the
 * project and environment in the path;
 * what a route touches beside them is checked where it is done. `server` takes a server key, in `Authorization` or `X-API-Key`;
 * `client` takes a browser key too. `ticket` takes what a client was given for a request that can have no headers, in the query.
 */
export type Access = "public" | "management" | "server" | "client" | "ticket";

/** What a route of the management API needs: a right; `own` for what belongs to whoever asks; `by-operation` for changes, each of whose operations needs its own. */
export type RouteRight = Right | "own" | "by-operation";

declare module "fastify" {
  interface FastifyContextConfig {
    readonly access?: Access;
    readonly right?: RouteRight;
    /** The right must cover all of the place in the path; without it somewhere within is enough, and the answer shows that part. */
    readonly reach?: "whole";
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
    /** Whether the body may come with `Content-Encoding: gzip`. */
    readonly takesGzip?: true;
    /** Whether the body may be protobuf: it is handed on as bytes. */
    readonly takesProtobuf?: true;
    /** What OpenAPI calls the rest of the path. */
    readonly wildcard?: string;
    /** Whether pages of other origins may read the answer; never with a server key. */
    readonly crossOrigin?: true;
    /** A public route that answers with a session or the way to one: a page of another origin may not ask for it. */
    readonly startsSession?: true;
  }
  interface FastifyRequest {
    /** Null on public routes only. */
    principal: Principal | null;
  }
}

/** How a request's principal is found. */
export interface Doors {
  readonly authenticate: Authenticate;
  /** The person of the session that the browser sent: undefined where it sent none, null for one that is over. */
  readonly bySession: (request: FastifyRequest) => Promise<Principal | null | undefined>;
  /** Where people find this server. */
  readonly publicUrl: () => string;
}

/** Finds whose secret or ticket this is, as long as it counts; null for every other. */
export type Authenticate = (secret: string, by: "key" | "ticket") => Promise<Principal | null>;

/** What a route says of itself, as far as it decides who comes in. */
export interface RouteAccess {
  readonly access: Access;
  readonly right?: RouteRight | undefined;
  readonly reach?: "whole" | undefined;
}

export async function admit(request: FastifyRequest, route: RouteAccess, doors: Doors): Promise<Principal | null> {
  const { access } = route;
  if (access === "public") return null;
  const principal = (await admitSession(request, access, doors)) ?? (await admitSecret(request, access, doors));
  checkKind(principal, access);
  if (access === "management") checkRight(principal, route, request.params);
  return principal;
}

/** A browser sends its session with everything, so a key beside it is what was meant, and what changes something must come from our pages. */
async function admitSession(request: FastifyRequest, access: Access, doors: Doors): Promise<Principal | undefined> {
  if (access !== "management" || credentialHeaders(request.raw.rawHeaders).length > 0) return undefined;
  const principal = await doors.bySession(request);
  if (principal === null) throw new ProblemError("unauthenticated", "Your session is over. Sign in again.");
  if (principal !== undefined && !READS.has(request.method)) requireSameOrigin(request, doors.publicUrl());
  return principal;
}

const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

async function admitSecret(request: FastifyRequest, access: Access, { authenticate }: Doors): Promise<Principal> {
  const principal = await (access === "ticket"
    ? authenticate(readTicket(request), "ticket")
    : authenticate(readCredential(request, access), "key"));
  if (principal === null) throw new ProblemError("unauthenticated", "This key is unknown, expired or revoked.");
  return principal;
}

/** Whether a request that was admitted would be so again: for streams, which last longer than a look at a key. */
export async function stillAdmits(request: FastifyRequest, route: RouteAccess, doors: Doors): Promise<boolean> {
  return await admit(request, route, doors).then(
    () => true,
    () => false,
  );
}

/** Why a route may not be registered; undefined where it says all that it must. */
export function findUndeclared({ access, right }: Partial<RouteAccess>): string | undefined {
  if (access === undefined) return "declares no access";
  if (access === "management" && right === undefined) return "declares no right";
  return access !== "management" && right !== undefined ? "declares a right that nobody checks" : undefined;
}

/** Whoever asks, on a route that is not public. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new ProblemError("unauthenticated", "Send a key as `Authorization: Bearer <key>`.");
  return request.principal;
}

/** The key of a request whose route takes nothing but keys. */
export function keyOf(request: FastifyRequest): KeyRecord {
  const { key } = principalOf(request);
  if (key === null) throw new ProblemError("forbidden", "This takes a key.");
  return key;
}

/** The author of a change, as `applyChange` wants it. */
export function authorOf(request: FastifyRequest): Author {
  return authorOfPrincipal(principalOf(request));
}

const VISIBLE = /^[\x21-\x7e]+$/u;

/** Exactly one credential, from a header: which of two would count is a question nobody should have to ask. */
function readCredential(request: FastifyRequest, access: Access): string {
  const given = credentialHeaders(request.raw.rawHeaders);
  const [only] = given;
  if (only === undefined) throw new ProblemError("unauthenticated", "Send a key as `Authorization: Bearer <key>`.");
  if (given.length > 1) throw new ProblemError("unauthenticated", "Send one key in one header, not several.");
  if (only.name === "x-api-key" && access === "management") {
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
  management: ["an admin token", "admin"],
  server: ["a server key", "server"],
  client: ["a server key or a browser key", "server", "browser"],
  ticket: ["a server key or a browser key", "server", "browser"],
};

const SENT: Readonly<Record<KeyKind, string>> = { admin: "an admin token", server: "a server key", browser: "a browser key" };

function checkKind({ key }: Principal, needed: Exclude<Access, "public">): void {
  const [words, ...kinds] = TAKEN[needed];
  if (key === null) {
    if (needed === "management") return;
    throw new ProblemError("forbidden", `This takes ${words}, and that is a person's token.`);
  }
  if (!kinds.includes(key.kind)) throw new ProblemError("forbidden", `This takes ${words}, and that is ${SENT[key.kind]}.`);
}

/**
 * A foreign project does not exist for its caller; another environment of the own project does, but is not theirs. What is checked
 * here is checked again where something is written, with the rights of that moment.
 */
function checkRight(principal: Principal, { right, reach }: RouteAccess, params: unknown): void {
  const place: Place = { project: paramOf(params, "project") ?? null, environment: paramOf(params, "environment") ?? null };
  // One's own is there without any role.
  if (right === "own" && place.project === null) return;
  if (place.project !== null && !isKnownTo(principal, { project: place.project, environment: null })) throw noSuchProject();
  if (place.environment !== null && !isKnownTo(principal, place))
    throw new ProblemError("forbidden", `You have no role in ${sayPlace(place)}.`);
  if (right === undefined || right === "own" || right === "by-operation") return;
  const check = reach === "whole" ? requireRight : requireRightWithin;
  check(authorOfPrincipal(principal), right, place);
}

/** The same words for a project that is not there and for one that is not theirs. */
export const noSuchProject = () => new ProblemError("not-found", "There is no such project, or you have no role in it.");

function paramOf(params: unknown, name: string): string | undefined {
  if (typeof params !== "object" || params === null || !Object.hasOwn(params, name)) return undefined;
  const value: unknown = Reflect.get(params, name);
  return typeof value === "string" ? value : undefined;
}
