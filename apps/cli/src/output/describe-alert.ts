/** An alert in the terminal: what, why, where, and the command that may help. */

import type { AlertView, Operation, SuggestedAction } from "@dimmer/protocol";
import { describeOperation } from "./describe-operation.ts";
import type { Output } from "./output.ts";

/** One line of a list. */
export const ALERT_COLUMNS = ["id", "severity", "state", "last", "where", "what"];

export const rowOfAlert = (alert: AlertView): readonly string[] => [
  alert.id,
  alert.severity,
  alert.state,
  alert.lastAt,
  sayWhere(alert),
  alert.title,
];

export function describeAlert({ paint }: Output, alert: AlertView): string {
  const { id, title, severity, state, cause, evidence, action, note, firstAt, lastAt, times } = alert;
  const seen = times === 1 ? `at ${firstAt}` : `${times} times from ${firstAt} to ${lastAt}`;
  const where = sayWhere(alert);
  return [
    paint("bold", title),
    `${id}: ${severity}, ${sayState(alert)}, seen ${seen}${where === "" ? "" : `, ${where}`}`,
    "",
    cause,
    ...(note === null ? [] : ["", `Note: ${note}`]),
    ...(action === null || state === "resolved"
      ? []
      : ["", `${action.label}:`, ...commandsOf(action).map((line) => `  ${line}`)]),
    "",
    paint("dim", JSON.stringify(evidence)),
  ].join("\n");
}

function sayState({ state, acknowledgedBy, resolvedBy, resolvedAt }: AlertView): string {
  if (state === "acknowledged") return `taken by ${acknowledgedBy?.name ?? "somebody"}`;
  if (state === "resolved")
    return `resolved ${resolvedBy === null ? "by itself" : `by ${resolvedBy.name}`} at ${resolvedAt ?? "?"}`;
  return state;
}

function sayWhere({ flag, variant, environment }: AlertView): string {
  const what = flag === null ? "" : variant === null ? flag : `${flag}:${variant}`;
  return [what, environment === null ? "" : `in ${environment}`].filter((part) => part !== "").join(" ");
}

/**
 * What to type.
 *
 * Shape:  a line for each operation; one that has no verb of its own is said in words, for the dashboard or the API.
 */
export function commandsOf(action: SuggestedAction): readonly string[] {
  if (action.kind === "page") return [`see ${action.path} in the dashboard`];
  if (action.kind === "rollout") return [`dimmer rollouts ${action.act} ${action.rollout}`];
  return action.operations.map(commandOf);
}

function commandOf(operation: Operation): string {
  const at = "environment" in operation ? ` --environment ${operation.environment}` : "";
  switch (operation.kind) {
    case "kill":
      return `dimmer kill ${operation.flag}${at}`;
    case "stop":
      return `dimmer stop ${operation.flag}:${operation.variant}${at}`;
    case "restore":
      return `dimmer restore ${operation.flag}${operation.variant === undefined ? "" : `:${operation.variant}`}${at}`;
    case "ramp":
      return `dimmer ramp ${operation.flag} ${operation.variant} ${operation.percent} --rule ${operation.rule}${at}`;
    case "serve-all":
      return `dimmer set ${operation.flag} ${operation.variant}${at}`;
    default:
      return describeOperation(operation);
  }
}
