/** How webhooks and their messages are, in words. */

import type { DeliveryView, WebhookView } from "@dimmer/protocol";
import type { Status } from "../ui/status-light.tsx";

/** Green only where the last message was taken. */
export function statusOfWebhook({ state }: Pick<WebhookView, "state">, last: DeliveryView | undefined): Status {
  if (state === "disabled") return "danger";
  if (state === "failing") return "warning";
  return last?.state === "delivered" ? "healthy" : "unknown";
}

export function sayWebhook({ state }: Pick<WebhookView, "state">): string {
  if (state === "disabled")
    return "Nothing is sent any more: it failed for a day, or the receiver said that it is gone. Send a test to start again.";
  if (state === "failing") return "The last try failed; it is tried again by itself.";
  return "Every change is posted there.";
}

export function sayDelivery({ change, state, attempts, status, error }: DeliveryView): string {
  const what = change === null ? "A test" : "A change";
  const tries = attempts === 1 ? "" : ` at try ${attempts}`;
  if (state === "delivered") return `${what} was taken${tries}${status === null ? "" : ` (${status})`}.`;
  const why = error ?? (status === null ? "no answer" : `the receiver said ${status}`);
  return state === "retrying"
    ? `${what} was not taken${tries}: ${why}. It is tried again.`
    : `${what} was not taken${tries}: ${why}.`;
}
