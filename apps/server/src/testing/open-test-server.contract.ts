/** A real server on a free port with a store in memory, and a caller that speaks its operations by name. */

import { pino } from "pino";
import type { FlagDefinition } from "@dimmer/evaluation";
import { openApiOf } from "../http/openapi.ts";
import { startServer, type RunningServer, type StartSettings } from "../server.ts";

export const TOKENS = {
  admin: "test-admin-token-0123456789",
  server: "test-server-key-0123456789",
  browser: "test-browser-key-0123456789",
} as const;

export interface CallOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  /** What the route says it needs; undefined where it is not for admin tokens. */
  readonly right: string | undefined;
  readonly reach: "whole" | undefined;
  readonly hasBody: boolean;
  readonly takesIdempotencyKey: boolean;
}

export interface TestServer {
  readonly running: RunningServer;
  readonly url: string;
  readonly operations: readonly Operation[];
  /** Sends any request. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Calls an operation of the API's description, as the admin unless told otherwise. */
  operate(
    id: string,
    params?: Readonly<Record<string, string>>,
    options?: CallOptions & { readonly query?: string },
  ): Promise<Answer>;
  /** Operations called so far. */
  readonly called: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function openTestServer(settings: StartSettings = {}): Promise<TestServer> {
  const running = await startServer({
    port: 0,
    dataDir: ":memory:",
    secretKey: "a-secret-key-for-tests-of-at-least-32-bytes",
    initAdminToken: TOKENS.admin,
    initServerKey: TOKENS.server,
    initBrowserKey: TOKENS.browser,
    logger: pino({ level: "silent" }),
    ...settings,
  });
  const operations = operationsOf(openApiOf(running.app)["paths"]);
  const called = new Set<string>();
  const call = (method: string, path: string, options: CallOptions = {}) => send(running.url + path, method, options);
  return {
    running,
    url: running.url,
    operations,
    called,
    call,
    operate: async (id, params = {}, { query = "", ...options } = {}) => {
      const operation = operations.find((candidate) => candidate.id === id);
      if (operation === undefined) throw new Error(`no operation ${id}`);
      called.add(id);
      return call(operation.method, pathOf(operation, params) + query, { token: TOKENS.admin, ...options });
    },
    close: () => running.close(),
  };
}

/** The project and environment of an empty store stand in unless others are named. */
export function pathOf(operation: Operation, params: Readonly<Record<string, string>>): string {
  const all: Readonly<Record<string, string>> = { project: "default", environment: "production", ...params };
  return operation.path.replace(/\{(\w+)\}/gu, (_, name: string) => encodeURIComponent(all[name] ?? `missing-${name}`));
}

const METHODS = ["get", "post", "put", "patch", "delete"];

function operationsOf(paths: unknown): readonly Operation[] {
  return entriesOf(paths).flatMap(([path, item]) =>
    entriesOf(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({
        id: String(Reflect.get(Object(operation), "operationId")),
        method: method.toUpperCase(),
        path,
        security: Reflect.get(Object(operation), "security") as Operation["security"],
        right: Reflect.get(Object(operation), "x-right") as Operation["right"],
        reach: Reflect.get(Object(operation), "x-right-reach") as Operation["reach"],
        hasBody: Object.hasOwn(Object(operation), "requestBody"),
        takesIdempotencyKey: JSON.stringify(operation).includes('"Idempotency-Key"'),
      })),
  );
}

const entriesOf = (value: unknown): [string, unknown][] => Object.entries(Object(value));

async function send(url: string, method: string, { token, body, headers }: CallOptions): Promise<Answer> {
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: readJson(text) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A flag with a split of two, and a third variant to fall back on. */
export const SPLIT_FLAG: FlagDefinition = {
  type: "string",
  purpose: "release",
  owner: "tests",
  removeBy: "2099-12-31",
  variants: { old: { value: "o" }, new: { value: "n" }, plain: { value: "p" } },
  environments: { production: { enabled: true, fallback: "plain", default: { split: { new: 10, old: 90 } } } },
};
