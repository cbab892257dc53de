/** A real OpenID provider on this machine, and somebody who signs in there. */

import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { vi } from "vitest";

export const CLIENT = { clientId: "dimmer", clientSecret: "a-client-secret-canary-0123456789" } as const;

export interface TestProvider {
  readonly issuer: string;
  /** Signs in at an address of the provider and gives where the browser is sent in the end. */
  signIn(url: string, account: string): Promise<string>;
  close(): Promise<void>;
}

/** Shape: `accounts` has the claims of whoever may sign in, by the name they type there. */
export async function openTestProvider(
  redirectUris: readonly string[],
  accounts: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Promise<TestProvider> {
  // It tells of its runtime and its development settings on the console, which a test may not.
  for (const method of ["info", "warn"] as const) vi.spyOn(console, method).mockImplementation(() => {});
  const { default: Provider } = await import("oidc-provider");
  const served: { listener?: RequestListener } = {};
  const server = createServer((request, response) => {
    served.listener?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: [...redirectUris] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, ...accounts[id] }) }),
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client?.clientId ?? "",
        accountId: context.oidc.session?.accountId ?? "",
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  const callback = provider.callback();
  served.listener = (request, response) => void callback(request, response);
  return {
    issuer,
    signIn: (url, account) => signInAt(issuer, url, account),
    async close() {
      vi.restoreAllMocks();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a browser does there, with cookies of its own. */
async function signInAt(issuer: string, start: string, account: string): Promise<string> {
  const cookies = new Map<string, string>();
  const visit = async (url: string, form?: string): Promise<Response> => {
    const response = await fetch(url, {
      redirect: "manual",
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(form === undefined ? {} : { method: "POST", body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/u.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  let url = start;
  for (let steps = 0; steps < 10 && url.startsWith(issuer); steps++) {
    const isForm = url.includes("/interaction/");
    const response = await visit(
      url,
      isForm ? new URLSearchParams({ prompt: "login", login: account, password: "x" }).toString() : undefined,
    );
    const next = response.headers.get("location");
    if (next === null) throw new Error(`the provider answers ${response.status}: ${(await response.text()).slice(0, 300)}`);
    url = new URL(next, issuer).href;
  }
  return url;
}
