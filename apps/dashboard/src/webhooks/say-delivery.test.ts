/** Webhooks and messages in words. */

import { expect, test } from "vitest";
import type { DeliveryView } from "@dimmer/protocol";
import { sayDelivery, sayWebhook, statusOfWebhook } from "./say-delivery.ts";

const delivery: DeliveryView = {
  id: "msg_1",
  change: "change_1",
  notice: null,
  state: "delivered",
  attempts: 1,
  at: "2026-01-01T00:00:00Z",
  status: 204,
  error: null,
};

test.each<[Partial<DeliveryView>, string]>([
  [{}, "A change was taken (204)."],
  [{ change: null, notice: 4 }, "A notice was taken (204)."],
  [{ change: null, attempts: 3 }, "A test was taken at try 3 (204)."],
  [{ state: "retrying", status: 500 }, "A change was not taken: the receiver said 500. It is tried again."],
  [{ state: "failed", status: null, error: "timed out", attempts: 9 }, "A change was not taken at try 9: timed out."],
  [{ state: "failed", status: null }, "A change was not taken: no answer."],
])("%j: %s", (more, said) => expect(sayDelivery({ ...delivery, ...more })).toBe(said));

test("green only where the last message was taken", () => {
  expect(statusOfWebhook({ state: "active" }, delivery)).toBe("healthy");
  expect(statusOfWebhook({ state: "active" }, undefined)).toBe("unknown");
  expect(statusOfWebhook({ state: "failing" }, delivery)).toBe("warning");
  expect(statusOfWebhook({ state: "disabled" }, delivery)).toBe("danger");
  const webhook = { state: "active", events: ["changes"], format: "standard" } as const;
  expect(sayWebhook({ ...webhook, state: "disabled" })).toContain("Send a test");
  expect(sayWebhook({ ...webhook, state: "failing" })).toContain("again by itself");
  expect(sayWebhook(webhook)).toBe("Every change is posted there.");
  expect(sayWebhook({ ...webhook, events: ["alerts", "changes"], format: "slack" })).toBe(
    "Every change and every alert are posted there, for Slack.",
  );
});
