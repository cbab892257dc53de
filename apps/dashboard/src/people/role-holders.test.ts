/** Whoever has a role counts as long as it does. */

import { expect, test } from "vitest";
import { holdersOf } from "./role-holders.ts";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const grant = (role: string) => ({ role, project: null, environment: null });
const key = (name: string, more: { revokedAt?: string; expiresAt?: string } = {}) => ({
  name,
  role: "night-shift",
  revokedAt: null,
  expiresAt: null,
  ...more,
});

test("people, invitations and tokens that count", () => {
  const holders = {
    people: [
      { name: "Ada", grants: [grant("viewer"), grant("night-shift")] },
      { name: "Bob", grants: [grant("viewer")] },
    ],
    invitations: [{ email: "eve@example.com", grants: [grant("night-shift")] }],
    keys: [
      key("ci"),
      key("later", { expiresAt: "2026-06-02T00:00:00Z" }),
      key("over", { expiresAt: "2026-05-01T00:00:00Z" }),
      key("gone", { revokedAt: "2026-05-01T00:00:00Z" }),
      { ...key("other"), role: "editor" },
    ],
  };
  expect(holdersOf("night-shift", holders, NOW)).toEqual([
    "Ada",
    "the invitation of eve@example.com",
    "the token ci",
    "the token later",
  ]);
  expect(holdersOf("absent", holders, NOW)).toEqual([]);
});
