/** Every verb of the command, in the order of its help. */

import { evalFlag } from "./commands/eval/eval.ts";
import { init } from "./commands/init.ts";
import { validate } from "./commands/validate.ts";
import type { Noun, Verb } from "./verb.ts";

/** The daily ones: `dimmer <verb> …`. */
export const VERBS: readonly Verb[] = [init, validate, evalFlag];

/** The rest: `dimmer <noun> <verb> …`, the same nouns as the routes of the API. */
export const NOUNS: readonly Noun[] = [];
