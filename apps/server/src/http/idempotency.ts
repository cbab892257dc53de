/** Gives the same request with the same `Idempotency-Key` the same answer again, and does what it asks for once. */

import { strict as assert } from "node:assert";
import { createHmac } from "node:crypto";
import type { FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from "fastify";
import { problemBody, ProblemError } from "@dimmer/protocol";
import { openSecret, sealSecret, type SealingKey } from "../access/seal-secret.ts";
import type { JoiningStore } from "../storage/join-transactions.ts";
import type { RequestAnswerRecord, StoreTransaction } from "../storage/store.ts";
import { principalOf } from "./access.ts";
import { holdReply } from "./hold-reply.ts";
import { HTTP_LIMITS } from "./limits.ts";
import type { HttpApp } from "./open-http.ts";
import { PROBLEM_TYPE, problemOf } from "./problems.ts";

export interface IdempotencyPorts {
  readonly store: JoiningStore;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Seals what is kept: it may hold a secret that is shown once. */
  readonly sealing: SealingKey;
  /** `deriveKeys(…).requests`. */
  readonly fingerprintKey: Uint8Array;
}

/** An answer as it goes out, now or again. */
interface RequestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What one keyed request is known by. */
interface KeyedRequest {
  readonly caller: string;
  readonly idempotencyKey: string;
  readonly fingerprint: string;
}

/** Whether a route takes a key: whatever the management API can change, so that no new route can forget it. */
export function takesIdempotencyKey(route: Pick<RouteOptions, "method" | "config">): boolean {
  const { access, isRepeatable } = route.config ?? {};
  return access === "management" && isRepeatable !== true && ![route.method].flat().some((method) => READS.has(method));
}

const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * Wraps every route that can change something. Must run before any route is added.
 *
 * Shape:  with a key the whole handler is one transaction, in which the answer is kept too: a crash leaves both or neither. Refusals are
 *         kept as well, except those that may pass by themselves.
 * Errors: `ProblemError`: invalid-request for a header that is no key; request-in-flight; idempotency-key-reused for another request;
 *         answer-not-kept where it was too long or a person was erased since.
 * Source: ADR-0022; draft-ietf-httpapi-idempotency-key-header-07; reliability I7, A56.
 */
export function keepAnswers(app: HttpApp, ports: IdempotencyPorts): void {
  const inFlight = new Set<string>();
  let kept = 0;

  app.addHook("onRoute", (route) => {
    if (takesIdempotencyKey(route)) route.handler = answerOnce(route.handler);
  });

  function answerOnce(handle: RouteHandlerMethod): RouteHandlerMethod {
    return async function (request, reply) {
      const idempotencyKey = readIdempotencyKey(request);
      if (idempotencyKey === undefined) return await handle.call(this, request, reply);
      const keyed = {
        caller: principalOf(request).id,
        idempotencyKey,
        fingerprint: fingerprintOf(ports.fingerprintKey, request),
      };
      const { answer, isReplayed } = await oneAtATime(keyed, async () => {
        const found = await findAnswer(keyed);
        if (found !== undefined) return { answer: found, isReplayed: true };
        const made = await carryOut(keyed, request, reply, () => handle.call(this, request, holdReply(reply)));
        return { answer: made, isReplayed: false };
      });
      // Out of turn, as a reply that is awaited waits until it has left: who has it may ask again at once.
      if (isReplayed) void reply.header("Idempotent-Replayed", "true");
      return send(reply, answer);
    };
  }

  /** The store has one server at a time, so the requests in flight are those of this process. */
  async function oneAtATime<T>(keyed: KeyedRequest, work: () => Promise<T>): Promise<T> {
    const name = placeOf(keyed);
    if (inFlight.has(name)) {
      throw new ProblemError("request-in-flight", "The first request with this key is not done. Send it again in a second.");
    }
    inFlight.add(name);
    try {
      return await work();
    } finally {
      inFlight.delete(name);
    }
  }

  async function findAnswer(keyed: KeyedRequest): Promise<RequestAnswer | undefined> {
    const record = await ports.store.getRequestAnswer(keyed.caller, keyed.idempotencyKey);
    if (record === null || record.at <= oldest(ports.clock())) return undefined;
    if (record.fingerprint !== keyed.fingerprint) {
      throw new ProblemError(
        "idempotency-key-reused",
        "This Idempotency-Key came with another request before. Draw a new one for each request, and use it again only to repeat that.",
      );
    }
    if (record.sealed !== null) return openAnswer(ports.sealing, record, record.sealed);
    throw new ProblemError(
      "answer-not-kept",
      `This request was carried out and answered with ${record.status}; the answer itself is not kept. Read what it changed.`,
    );
  }

  async function carryOut(
    keyed: KeyedRequest,
    request: FastifyRequest,
    reply: FastifyReply,
    handle: () => unknown,
  ): Promise<RequestAnswer> {
    try {
      return await ports.store.together(async (tx) => {
        const answer = await answerOf(reply, handle);
        await keep(tx, keyed, answer);
        return answer;
      });
    } catch (error) {
      const problem = problemOf(error);
      if (!isFinal(problem)) throw error;
      const answer = { status: problem.status, headers: {}, body: JSON.stringify(problemBody(problem, request.id)) };
      await ports.store.transaction((tx) => keep(tx, keyed, answer));
      return answer;
    }
  }

  async function keep(tx: StoreTransaction, { caller, idempotencyKey, fingerprint }: KeyedRequest, answer: RequestAnswer) {
    const at = ports.clock();
    const isDue = kept++ % HTTP_LIMITS.idempotency.answersBetweenSweeps === 0;
    // What is there although it was not found has outlived its time, and holds the place.
    const isTaken = (await tx.getRequestAnswer(caller, idempotencyKey)) !== null;
    if (isDue || isTaken) await dropOldAnswers(tx, at);
    const sealed = sealAnswer(ports, { caller, idempotencyKey }, answer);
    await tx.putRequestAnswer({ caller, idempotencyKey, at, fingerprint, status: answer.status, sealed });
  }
}

/** Runs now and then, so that nothing sealed outlives its time where nobody asks any more. */
export async function sweepAnswers({ store, clock }: Pick<IdempotencyPorts, "store" | "clock">): Promise<void> {
  await store.transaction((tx) => dropOldAnswers(tx, clock()));
}

const oldest = (now: number): number => now - HTTP_LIMITS.idempotency.keptMs;

async function dropOldAnswers(tx: StoreTransaction, now: number): Promise<void> {
  const { answersOfCaller, answers } = HTTP_LIMITS.idempotency;
  await tx.dropRequestAnswers({ until: oldest(now), newestOfCaller: answersOfCaller, newest: answers });
}

const KEY = /^[\x21-\x7e]{1,255}$/u;

/** Opaque, quoted or not: the quotes of the draft are a part of it. Node joins several headers with a comma and a space. */
function readIdempotencyKey(request: FastifyRequest): string | undefined {
  const header = request.headers["idempotency-key"];
  if (header === undefined) return undefined;
  if (typeof header === "string" && KEY.test(header)) return header;
  throw new ProblemError(
    "invalid-request",
    "Idempotency-Key must be one key of 1 to 255 visible ASCII characters, such as a UUID.",
  );
}

/** Of everything that the answer depends on and the caller chose. */
function fingerprintOf(key: Uint8Array, { method, url, headers, body }: FastifyRequest): string {
  const asked = [method, url, headers["if-match"] ?? null, headers["if-none-match"] ?? null, body ?? null];
  return createHmac("sha256", key).update(JSON.stringify(asked)).digest("hex");
}

/** Refusals that come out the same until somebody changes something; a broken server or a full queue may be better in a second. */
function isFinal({ status }: ProblemError): boolean {
  return status < 500 && ![401, 408, 429].includes(status);
}

async function answerOf(reply: FastifyReply, handle: () => unknown): Promise<RequestAnswer> {
  const before = new Set(Object.keys(reply.getHeaders()));
  const returned = await handle();
  const body = reply.serialize(returned);
  assert(typeof body === "string", "an answer of the management API is JSON");
  const set = Object.entries(reply.getHeaders()).filter(([name]) => !before.has(name));
  const headers = Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
  return { status: reply.statusCode, headers, body };
}

function send(reply: FastifyReply, { status, headers, body }: RequestAnswer): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .type(status < 400 ? "application/json; charset=utf-8" : PROBLEM_TYPE)
    .send(body);
}

const placeOf = ({ caller, idempotencyKey }: Pick<KeyedRequest, "caller" | "idempotencyKey">): string =>
  `request-answer/${caller}/${idempotencyKey}`;

function sealAnswer(
  { sealing, random }: IdempotencyPorts,
  place: Pick<KeyedRequest, "caller" | "idempotencyKey">,
  { headers, body }: RequestAnswer,
): string | null {
  const content = Buffer.from(JSON.stringify([headers, body]));
  if (content.length > HTTP_LIMITS.idempotency.answerBytes) return null;
  return sealSecret(sealing, content, placeOf(place), random);
}

function openAnswer(sealing: SealingKey, record: RequestAnswerRecord, sealed: string): RequestAnswer {
  const content = Buffer.from(openSecret(sealing, sealed, placeOf(record))).toString("utf8");
  const [headers, body] = JSON.parse(content) as [RequestAnswer["headers"], string];
  return { status: record.status, headers, body };
}
