/** A message as incoming webhooks of Slack take it: blocks to be read, and a line for the notification. */

import type { AlertMessage, AlertSeverity, ChangeMessage, RolloutMessage, TestMessage } from "@dimmer/protocol";

export type WebhookMessage = ChangeMessage | AlertMessage | RolloutMessage | TestMessage;

/** Slack's bounds; it refuses a message that has more. */
const HEADER_CHARS = 150;
const TEXT_CHARS = 3_000;
/** Sentences of a change that are shown. */
const SENTENCES = 10;

interface Block {
  readonly type: "header" | "section" | "context";
  readonly [field: string]: unknown;
}

export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/**
 * Shape:  `publicUrl` is where people find the server; links lead to its dashboard.
 * Source: docs.slack.dev, "Sending messages using incoming webhooks", "Formatting message text".
 */
export function slackMessage(message: WebhookMessage, publicUrl: string): SlackMessage {
  const page = (path: string, label: string) => `<${publicUrl}${path}|${escape(label)}>`;
  switch (message.type) {
    case "webhook.test":
      return blocksOf("Dimmer can post here", [`Messages of project ${escape(message.data.project)} come here.`], []);
    case "change.applied":
      return changeBlocks(message, page);
    case "rollout.verdict":
      return rolloutBlocks(message, page);
    default:
      return alertBlocks(message, page);
  }
}

/** A link to a page of the dashboard. */
type Link = (path: string, label: string) => string;

const SEVERITIES: Readonly<Record<AlertSeverity, string>> = { page: "Act now", warn: "Warning", note: "Note" };

function alertBlocks({ type, data }: AlertMessage, link: Link): SlackMessage {
  const { project, id, title, cause, severity, flag, variant, environment, action, acknowledgedBy, resolvedBy, times } = data;
  const place = projectPath(project);
  const states: Readonly<Record<AlertMessage["type"], string>> = {
    "alert.opened": SEVERITIES[severity],
    "alert.acknowledged": `Taken by ${acknowledgedBy?.name ?? "somebody"}`,
    "alert.resolved": resolvedBy === null ? "Resolved by itself" : `Resolved by ${resolvedBy.name}`,
  };
  const help = type === "alert.resolved" || action === null ? [] : [`*What may help:* ${sayAction(action, project, id, link)}`];
  const where = [
    ...(flag === null
      ? []
      : [link(`${place}/flags/${encodeURIComponent(flag)}`, variant === null ? flag : `${flag}:${variant}`)]),
    ...(environment === null ? [] : [escape(environment)]),
    ...(times > 1 ? [`seen ${times} times`] : []),
    link(`${place}/alerts/${id}`, "Open the alert"),
  ];
  return blocksOf(`${states[type]}: ${title}`, [escape(cause), ...help], where);
}

function sayAction(action: NonNullable<AlertMessage["data"]["action"]>, project: string, id: string, link: Link): string {
  if (action.kind === "page") return link(action.path, action.label);
  const place = projectPath(project);
  return action.kind === "rollout"
    ? link(`${place}/rollouts/${encodeURIComponent(action.rollout)}`, action.label)
    : link(`${place}/alerts/${id}`, action.label);
}

function rolloutBlocks({ data }: RolloutMessage, link: Link): SlackMessage {
  const { project, rollout, flag, variant, environment, verdict, percent, because } = data;
  const place = projectPath(project);
  const where = [
    link(`${place}/flags/${encodeURIComponent(flag)}`, `${flag}:${variant}`),
    escape(environment),
    link(`${place}/rollouts/${encodeURIComponent(rollout)}`, "Open the rollout"),
  ];
  const said = because.slice(0, SENTENCES).map(({ say }) => escape(say));
  return blocksOf(`Rollout of ${flag}:${variant}: ${verdict} at ${percent} %`, said, where);
}

function changeBlocks({ data }: ChangeMessage, link: Link): SlackMessage {
  const { project, summary, actor, reason, flags, environments } = data;
  const place = projectPath(project);
  const [first = "A change was made.", ...others] = summary;
  const more = others.length > SENTENCES ? [`and ${others.length - SENTENCES} more`] : [];
  const said = [...others.slice(0, SENTENCES).map(escape), ...more, ...(reason === null ? [] : [`_${escape(reason)}_`])];
  const where = [
    escape(`by ${actor.name}`),
    ...flags.slice(0, SENTENCES).map((flag) => link(`${place}/flags/${encodeURIComponent(flag)}`, flag)),
    ...(environments.length === 0 ? [] : [escape(environments.join(", "))]),
  ];
  return blocksOf(first, said, where);
}

function blocksOf(title: string, paragraphs: readonly string[], context: readonly string[]): SlackMessage {
  const text = cut(title, HEADER_CHARS);
  const body = paragraphs.map((paragraph) => ({ type: "section", text: markdown(paragraph) }) as const);
  const end = context.length === 0 ? [] : [{ type: "context", elements: [markdown(context.join(" · "))] } as const];
  return { text: escape(text), blocks: [{ type: "header", text: { type: "plain_text", text } }, ...body, ...end] };
}

const markdown = (text: string) => ({ type: "mrkdwn", text: cut(text, TEXT_CHARS) });
const projectPath = (project: string): string => `/projects/${encodeURIComponent(project)}`;
const cut = (text: string, chars: number): string => (text.length <= chars ? text : `${text.slice(0, chars - 1)}…`);

/** What Slack asks for; a link, a mention or a command in somebody's text is text. */
const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
