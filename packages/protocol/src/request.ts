/** One request to the server and its answer: time limits, tries, and problems turned back into `ProblemError`. */

import { PROBLEMS, ProblemError, type ProblemBody, type ProblemCode } from "./problem.ts";

const MANAGEMENT_PATH = "/api/v1";

/** Every bound of the client, in one place. */
export const CLIENT_LIMITS = {
  /** Milliseconds until a request is given up. */
  timeoutMs: 15_000,
  /** Further tries. A request that changes something carries the same idempotency key each time, so that it is done once. */
  retries: 2,
  /** Milliseconds before the first further try; doubled for the next. */
  retryDelayMs: 150,
  /** The longest `Retry-After` that is waited for. */
  retryAfterMaxMs: 3_000,
  /** Bytes of an answer. */
  answerBytes: 256 * 1024 * 1024,
  /** Milliseconds for a whole backup. */
  backupMs: 30 * 60 * 1000,
  /** Items of a page, the most that the server gives. */
  pageItems: 200,
  /** Pages fetched for one list. */
  pages: 1_000,
} as const;

/** What `openManagement` needs: where, who, and how to reach it. */
export interface ManagementOptions {
  readonly url: string;
  /** A personal token or an admin token. */
  readonly token: string | undefined;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
  /** Sent as `User-Agent`; the server notes where a change came in. */
  readonly agent?: string;
  readonly sleep?: (ms: number) => Promise<void>;
  /** Draws what no other request has: 1 to 255 visible ASCII characters. */
  readonly drawKey?: () => string;
}

/**
 * The server did not answer, or what answered is not a Dimmer server.
 *
 * Shape:  `url` is the address that was tried, `mend` says what to do.
 * Errors: it is one; refusals by the server are `ProblemError`.
 */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  /** `silent` and `broken` may pass by themselves; a `timeout` has cost enough time already, `foreign` is another server. */
  readonly kind: "silent" | "broken" | "timeout" | "foreign";
  readonly url: string;
  readonly mend: string;

  constructor(kind: UnreachableError["kind"], url: string, what: string, mend: string, cause?: unknown) {
    super(what, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.url = url;
    this.mend = mend;
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>;
export interface Send {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** What the path starts from; `/api/v1` unless given. */
  readonly root?: string;
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  /** Milliseconds, where it may take longer than others. */
  readonly timeoutMs?: number;
  /** It costs money each time, so it is not tried again unasked. */
  readonly isOnce?: true;
}

/** Scheme, host and path, without a slash at the end. */
export function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !["http:", "https:"].includes(parsed.protocol)) {
    throw new UnreachableError(
      "foreign",
      url,
      `"${url}" is not an http or https address.`,
      "Give one such as http://127.0.0.1:4180.",
    );
  }
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/u, "");
}

/** Sends until there is an answer, as often as the limits allow. */
export async function answerOf<T>(options: ManagementOptions, base: string, send: Send): Promise<T> {
  const sleep = options.sleep ?? ((ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)));
  const retries = send.isOnce === true ? 0 : CLIENT_LIMITS.retries;
  const key = send.method === "GET" ? undefined : (options.drawKey ?? drawKey)();
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await sendOnce(options, base, send, key);
      const wait = attempt < retries ? retryDelay(response, attempt) : undefined;
      if (wait === undefined) return await readAnswer<T>(base, response);
      await response.body?.cancel();
      await sleep(wait);
    } catch (error) {
      if (attempt >= retries || !(error instanceof UnreachableError) || !MAY_PASS.has(error.kind)) throw error;
      await sleep(CLIENT_LIMITS.retryDelayMs * 2 ** attempt);
    }
  }
}

/** Sends once and gives the body as it comes; refusals are thrown as everywhere. */
export async function bodyOf(options: ManagementOptions, base: string, send: Send): Promise<ReadableStream<Uint8Array>> {
  const response = await sendOnce(options, base, send, undefined);
  return response.ok && response.body !== null ? response.body : await readAnswer(base, response);
}

const KEY_BYTES = 16;

/** Not `randomUUID`, which a page has only over TLS. */
function drawKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const MAY_PASS: ReadonlySet<UnreachableError["kind"]> = new Set(["silent", "broken"]);

/** Milliseconds until the next try of an answer that may be better then; undefined takes it as it is. */
function retryDelay(response: Response, attempt: number): number | undefined {
  const isInFlight = response.status === 409 && response.headers.has("retry-after");
  if (!isInFlight && ![429, 502, 503, 504].includes(response.status)) return undefined;
  const asked = Number(response.headers.get("retry-after") ?? "0") * 1000;
  if (asked > CLIENT_LIMITS.retryAfterMaxMs) return undefined;
  return Math.max(Number.isFinite(asked) ? asked : 0, CLIENT_LIMITS.retryDelayMs * 2 ** attempt);
}

async function sendOnce(options: ManagementOptions, base: string, send: Send, key: string | undefined): Promise<Response> {
  const timeoutMs = send.timeoutMs ?? options.timeoutMs ?? CLIENT_LIMITS.timeoutMs;
  const url = `${base}${send.root ?? MANAGEMENT_PATH}${send.path}${queryOf(send.query)}`;
  try {
    return await (options.fetch ?? fetch)(url, {
      method: send.method,
      headers: { ...headersOf(options, send), ...(key === undefined ? {} : { "idempotency-key": key }) },
      ...(send.body === undefined ? {} : { body: JSON.stringify(send.body) }),
      // A redirect would carry the token to an address nobody named.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (cause) {
    if (isTimeout(cause)) {
      throw new UnreachableError(
        "timeout",
        base,
        `${base} did not answer within ${timeoutMs / 1000} s.`,
        "Look whether the server is overloaded or blocked by a proxy.",
        cause,
      );
    }
    throw new UnreachableError(
      "silent",
      base,
      `No server answers at ${base} (${reasonOf(cause)}).`,
      "Start one with `npx dimmer serve`, or set DIMMER_URL to where it runs.",
      cause,
    );
  }
}

function headersOf(options: ManagementOptions, send: Send): Record<string, string> {
  return {
    accept: "application/json, application/problem+json",
    ...(send.body === undefined ? {} : { "content-type": "application/json" }),
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...(options.agent === undefined ? {} : { "user-agent": options.agent }),
  };
}

function queryOf(query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString()}`;
}

async function readAnswer<T>(base: string, response: Response): Promise<T> {
  const body = await readJson(base, response);
  if (response.ok && body !== NOT_JSON) {
    // The one place where an answer gets its type: the server and this client share `management.ts`.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return body as T;
  }
  if (isProblem(body)) throw problemOf(body);
  throw new UnreachableError(
    "foreign",
    base,
    `What answers at ${base} is not a Dimmer server (HTTP ${response.status}, ${response.headers.get("content-type") ?? "no content type"}).`,
    "Check the address and its path; a proxy in between may have answered.",
  );
}

const NOT_JSON = Symbol("not JSON");

async function readJson(base: string, response: Response): Promise<unknown> {
  const text = await readText(base, response);
  if (text === "") return response.status === 204 ? undefined : NOT_JSON;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return NOT_JSON;
  }
}

async function readText(base: string, response: Response): Promise<string> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let text = "";
  let bytes = 0;
  for (let part = await readPart(base, reader); part !== undefined; part = await readPart(base, reader)) {
    bytes += part.byteLength;
    if (bytes > CLIENT_LIMITS.answerBytes) {
      await reader?.cancel();
      throw new UnreachableError(
        "foreign",
        base,
        `The answer of ${base} is larger than ${CLIENT_LIMITS.answerBytes} bytes.`,
        "Ask for less.",
      );
    }
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

async function readPart(
  base: string,
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<Uint8Array | undefined> {
  try {
    return (await reader?.read())?.value;
  } catch (cause) {
    const kind = isTimeout(cause) ? "timeout" : "broken";
    throw new UnreachableError(
      kind,
      base,
      `${base} broke off in the middle of its answer (${reasonOf(cause)}).`,
      "Try again.",
      cause,
    );
  }
}

function isProblem(body: unknown): body is ProblemBody {
  if (typeof body !== "object" || body === null || !("detail" in body) || !("status" in body)) return false;
  return typeof body.detail === "string" && typeof body.status === "number";
}

/** A code from a newer server is read by its status. */
function problemOf(body: ProblemBody): ProblemError {
  const code = isProblemCode(body.code) ? body.code : codeOfStatus(body.status);
  return new ProblemError(code, body.detail, { issues: body.issues ?? [], requestId: body.requestId });
}

function codeOfStatus(status: number): ProblemCode {
  const codes = Object.keys(PROBLEMS).filter(isProblemCode);
  return codes.find((code) => PROBLEMS[code].status === status) ?? (status < 500 ? "invalid-request" : "internal");
}

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === "TimeoutError";

/** undici says "fetch failed" and hides the why in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}

/** Writes each name as one path segment: a tag for a template. */
export function pathOf(parts: TemplateStringsArray, ...names: readonly string[]): string {
  return parts.map((part, index) => (index === 0 ? part : encodeURIComponent(names[index - 1] ?? "") + part)).join("");
}
