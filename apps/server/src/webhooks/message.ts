/** What a webhook says, and how it is signed. */

import { createHmac } from "node:crypto";
import type { ChangeMessage, TestMessage } from "@dimmer/protocol";
import type { ChangeRecord } from "../storage/store.ts";
import { VERSION } from "../version.ts";

export const SECRET_BYTES = 32;

/** Shape: `whsec_` and the key's bytes in base64. */
export const showSecret = (key: Uint8Array): string => `whsec_${Buffer.from(key).toString("base64")}`;

/** The same for every try, and another for every receiver, so that each can drop what it has seen. */
export const messageId = (webhook: string, change: string): string => `msg_${change}_${webhook}`;

/** Names of flags and environments, sentences and kinds; values stay in the API, behind a token. */
export function changeMessage(change: ChangeRecord): ChangeMessage {
  const { project, id, sequence, at, actor, reason, source, summary, versions, undoes, operations, effects } = change;
  const resources = effects.map(({ resource }) => resource.split("/"));
  const named = (noun: string): string[] => [
    ...new Set(resources.flatMap(([kind, key]) => (kind === noun && key !== undefined ? [key] : []))),
  ];
  const environments = resources.flatMap(([, , , environment]) => environment ?? []);
  return {
    type: "change.applied",
    timestamp: new Date(at).toISOString(),
    data: {
      project,
      id,
      sequence,
      actor,
      reason,
      source,
      summary,
      flags: named("flags"),
      segments: named("segments"),
      environments: [...new Set([...Object.keys(versions), ...environments])].sort(),
      operations: operations.map(({ kind }) => kind),
      versions,
      undoes,
      path: `/api/v1/projects/${encodeURIComponent(project)}/changes/${id}`,
    },
  };
}

export function testMessage(project: string, webhook: string, at: number): TestMessage {
  return { type: "webhook.test", timestamp: new Date(at).toISOString(), data: { project, webhook } };
}

/**
 * The headers of Standard Webhooks.
 *
 * Shape:  one `v1` signature a key, the newest first: HMAC-SHA-256 over id, seconds and body, joined by full stops, in base64.
 * Source: standardwebhooks.com, spec 1.0; reliability A61.
 */
export function signedHeaders(id: string, at: number, body: string, keys: readonly Uint8Array[]): Record<string, string> {
  const seconds = String(Math.floor(at / 1_000));
  const signatures = keys.map((key) => `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64")}`);
  return {
    "Content-Type": "application/json",
    "User-Agent": `Dimmer-Webhooks/${VERSION}`,
    "webhook-id": id,
    "webhook-timestamp": seconds,
    "webhook-signature": signatures.join(" "),
  };
}
