/** Gives events their id and time and hands them to the port, which may be absent and must not hurt. */

import type { AiEvent, EventDraft } from "./event.ts";
import type { Host, SayOnce } from "./host.ts";
import { AI_LIMITS } from "./limits.ts";
import type { AiPort, SpendAttributes } from "./port.ts";
import { addPresent, present } from "./present.ts";

/** What is shared by everything that one `openAi` made. */
export interface Surroundings {
  readonly host: Host;
  readonly port: AiPort | undefined;
  readonly sayOnce: SayOnce;
}

/** What all events of a run or a task have in common. */
export interface EventIds {
  readonly run?: string | undefined;
  readonly task?: string | undefined;
  readonly conversation?: string | undefined;
  readonly targetingKey?: unknown;
  /** What budgets are by. */
  readonly attributes?: SpendAttributes | undefined;
}

export type Recorder = (draft: EventDraft) => void;

/**
 * Shape:  ids and keys that are empty or too long are left out, as a part of one would name somebody else.
 * Errors: none; a port that throws loses the event and is named once.
 */
export function openRecorder(ids: EventIds, { host, port, sayOnce }: Surroundings): Recorder {
  const common = present<Omit<EventIds, "targetingKey"> & { readonly targetingKey?: string }>({
    run: within(ids.run, AI_LIMITS.idCharacters),
    task: within(ids.task, AI_LIMITS.idCharacters),
    conversation: within(ids.conversation, AI_LIMITS.idCharacters),
    targetingKey: within(ids.targetingKey, AI_LIMITS.targetingKeyCharacters),
    attributes: ids.attributes,
  });
  return (draft) => {
    if (port === undefined) return;
    try {
      const event: Record<string, unknown> = {};
      addPresent(event, common);
      addPresent(event, draft);
      event["id"] = host.newId();
      event["at"] = host.now();
      port.record(event as unknown as AiEvent);
    } catch {
      sayOnce("record", "the port could not take an event, which is lost.");
    }
  };
}

export const within = (text: unknown, maxCharacters: number): string | undefined =>
  typeof text === "string" && text !== "" && text.length <= maxCharacters ? text : undefined;
