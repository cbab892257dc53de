/** Says what there is where a test names what there is not. */

import { suggest } from "@dimmer/evaluation";

/** Names the place and the mend: the nearest known word, else all of them. */
export const noSuch = (what: string, name: string, known: readonly string[], of: string): string =>
  `There is no ${what} "${name}"${of}: ${suggest(name, known)}`;
