/** The management client: `/api/v1` over fetch, with the server's problems turned back into `ProblemError`. */

import { SNAPSHOT_PATH } from "./delivery.ts";
import type { FlagDocument, Snapshot } from "@dimmer/evaluation";
import type {
  AuditRow,
  AuditVerdict,
  Change,
  ChangeRequest,
  ChangeResult,
  CreatedKey,
  EnvironmentView,
  FlagView,
  KeyKind,
  KeyView,
  Page,
  ProjectView,
  SegmentView,
  ValueVersionView,
} from "./management.ts";
import { PROBLEMS, ProblemError, type ProblemBody, type ProblemCode } from "./problem.ts";

const MANAGEMENT_PATH = "/api/v1";

/** Every bound of the client, in one place. */
export const CLIENT_LIMITS = {
  /** Milliseconds until a request is given up. */
  timeoutMs: 15_000,
  /** Further tries of a GET; a request that changes something is sent once. */
  retries: 2,
  /** Milliseconds before the first further try; doubled for the next. */
  retryDelayMs: 150,
  /** The longest `Retry-After` that is waited for. */
  retryAfterMaxMs: 3_000,
  /** Bytes of an answer. */
  answerBytes: 256 * 1024 * 1024,
  /** Items of a page, the most that the server gives. */
  pageItems: 200,
  /** Pages fetched for one list. */
  pages: 1_000,
} as const;

/** What `openManagement` needs: where, who, and how to reach it. */
export interface ManagementOptions {
  readonly url: string;
  /** An admin token. */
  readonly token: string | undefined;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
  /** Sent as `User-Agent`; the server notes where a change came in. */
  readonly agent?: string;
  readonly sleep?: (ms: number) => Promise<void>;
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

/** Where an undo leads back to, beside the one change that `undoChange` names. */
export interface UndoOptions {
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/**
 * Every call of the management API that the command line makes.
 *
 * Shape:  lists are whole (pages are followed); names are path segments and may hold any character.
 * Errors: `ProblemError` where the server refuses, `UnreachableError` where it does not answer.
 * Source: `apps/server`, `/openapi.json`.
 */
export interface Management {
  readonly url: string;
  listProjects(): Promise<readonly ProjectView[]>;
  createProject(project: { readonly key: string; readonly name: string }): Promise<ProjectView>;
  listEnvironments(project: string): Promise<readonly EnvironmentView[]>;
  createEnvironment(
    project: string,
    environment: { readonly key: string; readonly name: string; readonly production: boolean },
  ): Promise<EnvironmentView>;
  getSnapshot(project: string, environment: string): Promise<Snapshot>;
  /** Those in use, or the archived ones. */
  listFlags(project: string, archived?: boolean): Promise<readonly FlagView[]>;
  getFlag(project: string, flag: string): Promise<FlagView>;
  listValueVersions(project: string, flag: string): Promise<readonly ValueVersionView[]>;
  flagHistory(project: string, flag: string, limit: number): Promise<readonly Change[]>;
  listSegments(project: string): Promise<readonly SegmentView[]>;
  getSegment(project: string, segment: string): Promise<SegmentView>;
  listKeys(project: string): Promise<readonly KeyView[]>;
  createKey(project: string, key: NewKey): Promise<CreatedKey>;
  revokeKey(project: string, id: string): Promise<KeyView>;
  listChanges(project: string, limit: number): Promise<readonly Change[]>;
  getChange(project: string, id: string): Promise<Change>;
  submitChange(project: string, request: ChangeRequest): Promise<ChangeResult>;
  undoChange(project: string, id: string, options?: UndoOptions): Promise<ChangeResult>;
  undoFlag(
    project: string,
    flag: string,
    environment: string,
    to: { readonly revision: number } & UndoOptions,
  ): Promise<ChangeResult>;
  undoEnvironment(project: string, environment: string, to: { readonly version: number } & UndoOptions): Promise<ChangeResult>;
  exportDocument(project: string): Promise<FlagDocument>;
  listAudit(chain: string | undefined, limit: number): Promise<readonly AuditRow[]>;
  verifyAudit(chain?: string): Promise<readonly AuditVerdict[]>;
  /** In one project, or in every one that the token reaches. */
  eraseFromAudit(person: string, project?: string): Promise<Erasure>;
}

/** What an erasure reached, and what still names the person. */
export interface Erasure {
  /** Places that named the person and do so no more. */
  readonly erased: number;
  readonly projects: readonly {
    readonly project: string;
    /** What stands in the person's place. */
    readonly alias: string;
    /** Immutable values, and what must be edited by a change. */
    readonly remaining: readonly { readonly kind: string; readonly key: string; readonly environment: string }[];
  }[];
}

export interface NewKey {
  readonly kind: KeyKind;
  readonly name: string;
  readonly environment?: string;
  readonly expiresAt?: string;
}

/**
 * Fetches the whole snapshot as an SDK does.
 *
 * Shape:  `token` is a server key, which decides the environment; what comes back is foreign data, for `checkSnapshot`.
 * Errors: `ProblemError` where the server refuses, `UnreachableError` where it does not answer.
 */
export function fetchSnapshot(options: ManagementOptions): Promise<unknown> {
  return answerOf<unknown>(options, baseOf(options.url), { method: "GET", root: "", path: SNAPSHOT_PATH });
}

type Query = Readonly<Record<string, string | number | undefined>>;
interface Send {
  readonly method: "GET" | "POST" | "DELETE";
  /** What the path starts from; `/api/v1` unless given. */
  readonly root?: string;
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
}

/**
 * Opens a client; nothing is sent until it is asked for something.
 *
 * Shape:  one base address, with or without a path; the token goes into `Authorization` and nowhere else.
 * Errors: throws `UnreachableError` for an address that is not http(s).
 * Source: ADR-0011.
 */
export function openManagement(options: ManagementOptions): Management {
  const base = baseOf(options.url);
  const request = <T>(send: Send) => answerOf<T>(options, base, send);
  const get = <T>(path: string, query: Query = {}) => request<T>({ method: "GET", path, query });
  const post = <T>(path: string, body: unknown = {}) => request<T>({ method: "POST", path, body });
  const all = <T>(path: string, query: Query = {}) =>
    followPages<T>((cursor) => get(path, { ...query, ...cursor }), Number.POSITIVE_INFINITY);
  const newest = <T>(path: string, limit: number, query: Query = {}) =>
    followPages<T>((cursor) => get(path, { ...query, limit: Math.min(limit, CLIENT_LIMITS.pageItems), ...cursor }), limit);
  return {
    url: base,
    listProjects: () => all(`/projects`),
    createProject: (project) => post(`/projects`, project),
    listEnvironments: (project) => all(path`/projects/${project}/environments`),
    createEnvironment: (project, environment) => post(path`/projects/${project}/environments`, environment),
    getSnapshot: (project, environment) => get(path`/projects/${project}/environments/${environment}/snapshot`),
    listFlags: (project, archived = false) => all(path`/projects/${project}/flags`, { archived: String(archived) }),
    getFlag: (project, flag) => get(path`/projects/${project}/flags/${flag}`),
    listValueVersions: (project, flag) => all(path`/projects/${project}/flags/${flag}/versions`),
    flagHistory: (project, flag, limit) => newest(path`/projects/${project}/flags/${flag}/history`, limit),
    listSegments: (project) => all(path`/projects/${project}/segments`),
    getSegment: (project, segment) => get(path`/projects/${project}/segments/${segment}`),
    listKeys: (project) => all(path`/projects/${project}/keys`),
    createKey: (project, key) => post(path`/projects/${project}/keys`, key),
    revokeKey: (project, id) => request({ method: "DELETE", path: path`/projects/${project}/keys/${id}` }),
    listChanges: (project, limit) => newest(path`/projects/${project}/changes`, limit),
    getChange: (project, id) => get(path`/projects/${project}/changes/${id}`),
    submitChange: (project, change) => post(path`/projects/${project}/changes`, change),
    undoChange: (project, id, how = {}) => post(path`/projects/${project}/changes/${id}/undo`, how),
    undoFlag: (project, flag, environment, to) =>
      post(path`/projects/${project}/flags/${flag}/environments/${environment}/undo`, to),
    undoEnvironment: (project, environment, to) => post(path`/projects/${project}/environments/${environment}/undo`, to),
    exportDocument: (project) => get(path`/projects/${project}/document`),
    listAudit: (chain, limit) => newest(`/audit`, limit, { chain }),
    verifyAudit: (chain) => all(`/audit/verify`, { chain }),
    eraseFromAudit: (person, project) => post(`/audit/erasures`, { person, project }),
  };
}

/** Writes each name as one path segment. */
function path(parts: TemplateStringsArray, ...names: readonly string[]): string {
  return parts.map((part, index) => (index === 0 ? part : encodeURIComponent(names[index - 1] ?? "") + part)).join("");
}

function baseOf(url: string): string {
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

async function followPages<T>(
  fetchPage: (cursor: Query) => Promise<readonly T[] | Page<T>>,
  limit: number,
): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: Query = {};
  for (let pages = 0; pages < CLIENT_LIMITS.pages; pages++) {
    const page = pageOf(await fetchPage(cursor));
    items.push(...page.items);
    if (page.next === null || items.length >= limit) return items.slice(0, limit);
    cursor = { cursor: page.next };
  }
  throw new ProblemError("invalid-request", `The list is longer than ${CLIENT_LIMITS.pages} pages.`);
}

/** A list that is never long comes without pages. */
function pageOf<T>(answer: readonly T[] | Page<T>): Page<T> {
  return "items" in answer ? answer : { items: answer, next: null };
}

/** Sends until there is an answer; only a GET is sent again. */
async function answerOf<T>(options: ManagementOptions, base: string, send: Send): Promise<T> {
  const sleep = options.sleep ?? ((ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)));
  const retries = send.method === "GET" ? CLIENT_LIMITS.retries : 0;
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await sendOnce(options, base, send);
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

const MAY_PASS: ReadonlySet<UnreachableError["kind"]> = new Set(["silent", "broken"]);

/** Milliseconds until the next try of an answer that may be better then; undefined takes it as it is. */
function retryDelay(response: Response, attempt: number): number | undefined {
  if (![429, 502, 503, 504].includes(response.status)) return undefined;
  const asked = Number(response.headers.get("retry-after") ?? "0") * 1000;
  if (asked > CLIENT_LIMITS.retryAfterMaxMs) return undefined;
  return Math.max(Number.isFinite(asked) ? asked : 0, CLIENT_LIMITS.retryDelayMs * 2 ** attempt);
}

async function sendOnce(options: ManagementOptions, base: string, send: Send): Promise<Response> {
  const timeoutMs = options.timeoutMs ?? CLIENT_LIMITS.timeoutMs;
  const url = `${base}${send.root ?? MANAGEMENT_PATH}${send.path}${queryOf(send.query)}`;
  try {
    return await (options.fetch ?? fetch)(url, {
      method: send.method,
      headers: headersOf(options, send),
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
