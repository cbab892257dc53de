/** Which variants are tried, as the address of the page holds them: `gpt,gpt~draft,claude`. */

import { PLAYGROUND_LIMITS } from "@dimmer/protocol";

export interface ChosenVariant {
  readonly variant: string;
  /** Its draft, in place of what is published. */
  readonly isDraft: boolean;
}

/** No name of a variant has either sign. */
const BETWEEN = ",";
const DRAFT = "~draft";

/** Shape: those that are there, each once, in the order of the flag, and no more than may run at once. */
export function readChosen(text: string | undefined, offered: readonly ChosenVariant[]): readonly ChosenVariant[] {
  const named = new Set(text?.split(BETWEEN));
  return offered.filter((one) => named.has(nameOf(one))).slice(0, PLAYGROUND_LIMITS.variants);
}

export const writeChosen = (chosen: readonly ChosenVariant[]): string => chosen.map(nameOf).join(BETWEEN);

/** Also what tells one from the other on the page. */
export const nameOf = ({ variant, isDraft }: ChosenVariant): string => `${variant}${isDraft ? DRAFT : ""}`;

/** Without it, or with it where it was not. */
export function toggleChosen(chosen: readonly ChosenVariant[], one: ChosenVariant): readonly ChosenVariant[] {
  const rest = chosen.filter((other) => nameOf(other) !== nameOf(one));
  return rest.length < chosen.length ? rest : [...chosen, one];
}
