/** What people are in an alert and in a notice, and an alias in their place. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Actor } from "@dimmer/protocol";
import type { AlertRecord } from "../storage/alert-record.ts";
import type { NoticeRecord } from "../storage/notice-record.ts";

/** Puts the alias in a person's place. */
export type Erased = <T>(value: T) => T;

type AlertTexts = Pick<AlertRecord, "title" | "cause" | "note" | "acknowledgedBy" | "resolvedBy">;

export const textsOfAlert = (alert: AlertRecord) => ({ ...texts(alert), evidence: alert.evidence });

export const eraseAlert = (alert: AlertRecord, erased: Erased): AlertRecord => ({
  ...alert,
  ...eraseTexts(alert, erased),
  evidence: erased(alert.evidence),
});

export function textsOfNotice({ body }: NoticeRecord): unknown {
  return body.type === "rollout.verdict" ? [body.data.because.map(({ say }) => say), body.data.evidence] : texts(body.data);
}

/** Only what people can be in: the words of ours that a receiver reads stay what they are. */
export function eraseNotice(notice: NoticeRecord, erased: Erased): NoticeRecord {
  const { body } = notice;
  if (body.type !== "rollout.verdict")
    return { ...notice, body: { ...body, data: { ...body.data, ...eraseTexts(body.data, erased) } } };
  const because = body.data.because.map((one) => ({ ...one, say: erased(one.say) }));
  const evidence: JsonValue = erased(body.data.evidence);
  return { ...notice, body: { ...body, data: { ...body.data, because, evidence } } };
}

const texts = ({ title, cause, note, acknowledgedBy, resolvedBy }: AlertTexts): AlertTexts => ({
  title,
  cause,
  note,
  acknowledgedBy,
  resolvedBy,
});

function eraseTexts(alert: AlertTexts, erased: Erased): AlertTexts {
  const { title, cause, note, acknowledgedBy, resolvedBy } = alert;
  const person = (actor: Actor | null) => actor && eraseActor(actor, erased);
  return {
    title: erased(title),
    cause: erased(cause),
    note: erased(note),
    acknowledgedBy: person(acknowledgedBy),
    resolvedBy: person(resolvedBy),
  };
}

/** The kind is a word of ours, never a person's. */
export function eraseActor(actor: Actor, erased: Erased): Actor {
  return { ...actor, id: erased(actor.id), name: erased(actor.name) };
}
