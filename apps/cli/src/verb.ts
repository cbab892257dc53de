/** What a verb is: its name, arguments and options as data, and the function that does it. */

import type { ExitCode } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import type { Output } from "./output/output.ts";
import type { Settings } from "./config.ts";

export interface Verb {
  /** The name and its arguments as commander reads them: `ramp <flag> [variant] [percent]`. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly (readonly [flags: string, description: string])[];
  /** Complete command lines without `dimmer`. */
  readonly examples?: readonly string[];
  readonly run: (call: Call) => Promise<ExitCode | void>;
}

export interface Noun {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly Verb[];
}

/** One call of a verb. */
export interface Call {
  readonly io: Io;
  readonly output: Output;
  readonly settings: Settings;
  /** Positional arguments in order; the ones left out are missing at the end. */
  readonly args: readonly string[];
  /** An option's text; undefined where it was not given. */
  readonly option: (name: string) => string | undefined;
  /** The texts of an option that takes several. */
  readonly list: (name: string) => readonly string[];
  /** Whether a switch was given. */
  readonly has: (name: string) => boolean;
}
