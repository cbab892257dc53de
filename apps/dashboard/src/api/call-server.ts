/** One request of the dashboard's own; refusals come as `ProblemError`, like those of the management client. */

import { PROBLEMS, type ProblemBody, type ProblemCode, ProblemError, UnreachableError } from "@dimmer/protocol";

export async function callServer<T>(
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await send(method, path, body);
  const text = await response.text();
  const json: unknown = text === "" ? undefined : JSON.parse(text);
  // The server and this page are of one build; the routes' schemas say what comes.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  if (response.ok) return json as T;
  throw problemOf(response.status, json);
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
  } catch (cause) {
    throw new UnreachableError("silent", window.location.origin, "The server does not answer.", "Try again.", cause);
  }
}

function problemOf(status: number, json: unknown): ProblemError {
  const problem = (json ?? {}) as Partial<ProblemBody>;
  const code = problem.code !== undefined && problem.code in PROBLEMS ? problem.code : codeOf(status);
  return new ProblemError(code, problem.detail ?? `The server answered ${status}.`, {
    issues: problem.issues ?? [],
    requestId: problem.requestId,
  });
}

const codeOf = (status: number): ProblemCode =>
  (Object.keys(PROBLEMS) as ProblemCode[]).find((code) => PROBLEMS[code].status === status) ?? "internal";
