/** The facts of a flag as a form has them, and what of them somebody changed. */

import type { FlagDefinition } from "@dimmer/evaluation";
import type { FlagFields } from "@dimmer/protocol";

export interface FlagFacts {
  readonly description: string;
  readonly owner: string;
  readonly tags: readonly string[];
  readonly purpose: FlagDefinition["purpose"];
  /** YYYY-MM-DD, empty while none is given; null where it stays for good. */
  readonly removeBy: string | null;
  readonly audience: "server" | "browser";
}

export const factsOf = (definition: FlagDefinition): FlagFacts => ({
  description: definition.description ?? "",
  owner: definition.owner,
  tags: definition.tags ?? [],
  purpose: definition.purpose,
  removeBy: definition.removeBy ?? null,
  audience: definition.audience ?? "server",
});

/** Shape: only what differs; null takes an optional one away. */
export function editedFields(before: FlagFacts, after: FlagFacts): FlagFields {
  const { description, owner, tags, purpose, removeBy, audience } = after;
  const isOther = (field: keyof FlagFacts) => JSON.stringify(before[field]) !== JSON.stringify(after[field]);
  return {
    ...(isOther("description") ? { description: description.trim() === "" ? null : description.trim() } : {}),
    ...(isOther("owner") ? { owner: owner.trim() } : {}),
    ...(isOther("tags") ? { tags: tags.length === 0 ? null : [...tags] } : {}),
    ...(isOther("purpose") ? { purpose } : {}),
    ...(isOther("removeBy") ? (removeBy === null ? { permanent: true as const } : { removeBy }) : {}),
    ...(isOther("audience") ? { audience: audience === "server" ? null : audience } : {}),
  };
}

/** Both YYYY-MM-DD. */
export function monthsAfter(day: string, months: number): string {
  const date = new Date(day);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.toISOString().slice(0, 10);
}
