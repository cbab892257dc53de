/** Budgets in dollars over real HTTP: money comes in as events, the flag steps down and is restored, alerts stand and resolve. */

import type { FlagEnvironment } from "@dimmer/evaluation";
import type { AlertView, FlagView } from "@dimmer/protocol";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";

const PATIENT = { timeout: 10_000, interval: 50 };

let server: TestServer;
beforeAll(async () => (server = await openTestServer({ dataDir: ":memory:" })));
afterAll(() => server.close());

async function done<T>(id: string, params: Record<string, string> = {}, body?: object, token: string = TOKENS.admin): Promise<T> {
  const { status, text, json } = await server.operate(id, params, { token, ...(body === undefined ? {} : { body }) });
  expect([status < 300, text]).toEqual([true, expect.any(String)]);
  return json as T;
}
const change = (...operations: object[]) => done("submitChange", {}, { operations });
const HERE = { flag: "model", environment: "production" };
const setSpend = (spend: object | null, budget = "total") => change({ kind: "set-spend", ...HERE, budget, spend });
const spend = (costMicroUsd: number, more: object = {}) => {
  const served = { flag: "model", variant: "new" };
  const event = {
    id: randomUUID(),
    at: Date.now(),
    kind: "generation",
    operation: "chat",
    attempt: 1,
    durationMs: 1,
    costMicroUsd,
    served,
  };
  return done("sendEvents", {}, { events: [{ ...event, ...more }] }, TOKENS.server);
};
const config = async (): Promise<FlagEnvironment> =>
  (await done<FlagView>("getFlag", { flag: "model" })).environments["production"]?.config as FlagEnvironment;
const alerts = async (): Promise<readonly string[]> =>
  (await done<{ items: readonly AlertView[] }>("listAlerts")).items
    .filter(({ state, kind }) => state === "open" && kind.startsWith("budget-"))
    .map(({ kind, cause }) => `${kind}: ${cause}`);

test("[budget-step-down] a variant that is spent is stopped in the budget's own name, and restored when the amount is raised", async () => {
  await done("createFlag", {}, { key: "model", definition: SPLIT_FLAG });
  await setSpend({ period: "day", amountMicroUsd: 1_000_000, variant: "new" });
  await spend(850_000);
  await expect
    .poll(alerts, PATIENT)
    .toEqual([expect.stringMatching(/^budget-warning: Spent this day: \$0\.850, of \$1\.00 a day for new/u)]);
  expect((await config()).stopped ?? []).toEqual([]);
  await spend(150_000);
  await expect.poll(async () => (await config()).stopped, PATIENT).toEqual(["new"]);
  await expect.poll(alerts, PATIENT).toEqual([expect.stringMatching(/^budget-step-down: .*The fallback is served instead/u)]);
  const { items } = await done<{ items: readonly { source: string; actor: { id: string } }[] }>("listChanges");
  expect(items[0]).toMatchObject({ source: "budget", actor: { kind: "system", id: "budgets" } });
  await setSpend({ period: "day", amountMicroUsd: 2_000_000, variant: "new" });
  await expect.poll(async () => (await config()).stopped ?? [], PATIENT).toEqual([]);
  await expect.poll(alerts, PATIENT).toEqual([]);
  await setSpend(null);
});

test("[budget-step-down] each value of an attribute has a budget of its own; with the budget its rules go", async () => {
  await setSpend({ period: "day", amountMicroUsd: 5_000_000, attribute: "plan", cheaper: "old" }, "plans");
  await spend(5_000_000, { attributes: { plan: "free" } });
  await spend(4_000_000, { attributes: { plan: "pro" } });
  await expect
    .poll(async () => (await config()).rules?.[0], PATIENT)
    .toMatchObject({ id: "budget-plans", when: { plan: ["free"] } });
  await setSpend(null, "plans");
  await expect
    .poll(async () => (await config()).rules ?? [], PATIENT)
    .not.toContainEqual(expect.objectContaining({ id: "budget-plans" }));
});
