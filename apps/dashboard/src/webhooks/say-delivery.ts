/** How webhooks and their messages are, in words. */

import type { DeliveryView, WebhookEvents, WebhookView } from "@dimmer/protocol";
import type { Status } from "../ui/status-light.tsx";

/** What may be posted, in the order in which it is asked. */
export const WEBHOOK_EVENTS: readonly { readonly value: WebhookEvents; readonly label: string; readonly short: string }[] = [
  { value: "changes", label: "Every change", short: "every change" },
  { value: "rollouts", label: "What rollouts decide", short: "every verdict of a rollout" },
  { value: "alerts", label: "Alerts that open, are taken or resolved", short: "every alert" },
];

/** "Every change and every alert". */
function sayList(items: readonly string[]): string {
  const said = items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** Green only where the last message was taken. */
export function statusOfWebhook({ state }: Pick<WebhookView, "state">, last: DeliveryView | undefined): Status {
  if (state === "disabled") return "danger";
  if (state === "failing") return "warning";
  return last?.state === "delivered" ? "healthy" : "unknown";
}

export function sayWebhook({ state, events, format }: Pick<WebhookView, "state" | "events" | "format">): string {
  if (state === "disabled")
    return "Nothing is sent any more: it failed for a day, or the receiver said that it is gone. Send a test to start again.";
  if (state === "failing") return "The last try failed; it is tried again by itself.";
  const what = WEBHOOK_EVENTS.filter(({ value }) => events.includes(value)).map(({ short }) => short);
  return `${sayList(what)} ${what.length === 1 ? "is" : "are"} posted there${format === "slack" ? ", for Slack" : ""}.`;
}

export function sayDelivery({ change, notice, state, attempts, status, error }: DeliveryView): string {
  const what = change !== null ? "A change" : notice === null ? "A test" : "A notice";
  const tries = attempts === 1 ? "" : ` at try ${attempts}`;
  if (state === "delivered") return `${what} was taken${tries}${status === null ? "" : ` (${status})`}.`;
  const why = error ?? (status === null ? "no answer" : `the receiver said ${status}`);
  return state === "retrying"
    ? `${what} was not taken${tries}: ${why}. It is tried again.`
    : `${what} was not taken${tries}: ${why}.`;
}
