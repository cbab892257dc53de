/** What an HTTP server needs of people where a test has none. */

import type { HttpPorts } from "../http/open-http.ts";

export const WITHOUT_PEOPLE: Pick<HttpPorts, "bySession" | "publicUrl" | "trustedProxies"> = {
  bySession: async () => undefined,
  publicUrl: () => "http://127.0.0.1",
  trustedProxies: [],
};
