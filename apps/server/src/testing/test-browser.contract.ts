/** A browser as far as the server sees one: it keeps cookies and says where its requests come from. */

import type { SessionState } from "@dimmer/protocol";
import type { Answer, CallOptions, TestServer } from "./open-test-server.contract.ts";

export interface TestBrowser {
  readonly cookies: Map<string, string>;
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  /** Calls an operation of the API's description. */
  operate(id: string, params?: Readonly<Record<string, string>>, body?: unknown, query?: string): Promise<Answer>;
  /** The value of the session's cookie. */
  session(): string;
}

export const OWNER = { name: "Ada", email: "ada@example.com", password: "correct horse battery" } as const;

export function openTestBrowser(server: TestServer): TestBrowser {
  const cookies = new Map<string, string>();
  const optionsOf = (body: unknown, { headers = {}, ...options }: CallOptions): CallOptions => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const sent = { "sec-fetch-site": "same-origin", ...(cookie === "" ? {} : { cookie }), ...headers };
    return { token: undefined, ...options, ...(body === undefined ? {} : { body }), headers: sent };
  };
  const keep = (answer: Answer): Answer => {
    for (const line of answer.headers.getSetCookie()) keepCookie(cookies, line);
    return answer;
  };
  return {
    cookies,
    call: async (method, path, body, options = {}) => keep(await server.call(method, path, optionsOf(body, options))),
    operate: async (id, params = {}, body, query = "") =>
      keep(await server.operate(id, params, { ...optionsOf(body, {}), query })),
    session: () => cookies.get("dimmer-session") ?? cookies.get("__Host-dimmer-session") ?? "",
  };
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [, name = "", value = ""] = /^([^=]+)=([^;]*)/u.exec(line) ?? [];
  if (/max-age=0/iu.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}

/** The token of the link that the server gives out at its start. */
export function setupTokenOf({ running }: TestServer): string {
  return /#token=(.+)$/u.exec(running.setupUrl ?? "")?.[1] ?? "";
}

/** Makes the owner; their browser is signed in. */
export async function setUpOwner(server: TestServer): Promise<TestBrowser & { readonly state: SessionState }> {
  const browser = openTestBrowser(server);
  const answer = await browser.call("POST", "/api/v1/setup", { token: setupTokenOf(server), ...OWNER });
  if (answer.status !== 201) throw new Error(`set-up failed: ${answer.text}`);
  return { ...browser, state: answer.json as SessionState };
}

/** Invites somebody in another's browser and accepts in a new one. */
export async function addPerson(
  server: TestServer,
  inviter: TestBrowser,
  { email, grants }: { readonly email: string; readonly grants: readonly object[] },
): Promise<TestBrowser & { readonly id: string }> {
  const invited = await inviter.call("POST", "/api/v1/invitations", { email, grants });
  const token = tokenIn(invited);
  const browser = openTestBrowser(server);
  const accepted = await browser.call("POST", "/api/v1/invitations/accept", { token, name: email, password: OWNER.password });
  if (accepted.status !== 201) throw new Error(`invitation failed: ${invited.text} ${accepted.text}`);
  return { ...browser, id: (accepted.json as { id: string }).id };
}

/** The secret of a link that an answer shows. */
export const tokenIn = (answer: Answer): string => /#token=([^"]+)/u.exec(answer.text)?.[1] ?? "";
