/** Which variants call which model: what `dimmer where` shows and `dimmer kill --model` acts on. */

import { z } from "zod";

/** One place where a variant can be served, and to what share of those who get there. */
export interface ModelPlace {
  readonly kind: "target" | "rule" | "default" | "else" | "fallback";
  /** The rule's id; null where it is none. */
  readonly rule: string | null;
  /** Null for named people, an `else` and a fallback, which have no share. */
  readonly percent: number | null;
}

/** One variant of one flag in one environment whose value names the model. */
export interface ModelUse {
  readonly flag: string;
  readonly environment: string;
  readonly variant: string;
  readonly provider: string | null;
  readonly model: string | null;
  /** Empty where nothing serves it just now. */
  readonly serves: readonly ModelPlace[];
  /** The flag is killed, or the variant stopped: already off. */
  readonly killed: boolean;
  readonly stopped: boolean;
  /** Only an earlier version names it, which sessions may still hold by their pin. */
  readonly pinnedOnly: boolean;
}

/** A model, a provider, or a model of one provider; in one environment or in all that the key reaches. */
export const ModelQuery = z.strictObject({
  model: z.string().min(1).max(256).exactOptional().describe("As `value.model` has it."),
  provider: z.string().min(1).max(256).exactOptional().describe("As `value.provider` has it."),
  environment: z.string().min(1).max(128).exactOptional().describe("All that the key reaches, unless named."),
});
export type ModelQuery = Readonly<z.infer<typeof ModelQuery>>;
