/** What the account page reads. */

import { queryOptions } from "@tanstack/react-query";
import { callServer } from "../api/call-server.ts";

export interface SessionView {
  readonly id: string;
  readonly via: string;
  readonly agent: string | null;
  readonly createdAt: string;
  readonly seenAt: string;
  readonly expiresAt: string;
  readonly current: boolean;
}

export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

interface Items<T> {
  readonly items: readonly T[];
}

export const sessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: async () => (await callServer<Items<SessionView>>("GET", "/api/v1/sessions")).items,
});

export const tokensQuery = queryOptions({
  queryKey: ["account", "tokens"],
  queryFn: async () => (await callServer<Items<TokenView>>("GET", "/api/v1/account/tokens")).items,
});
