/** OpenFeature Remote Evaluation Protocol 0.3, the single evaluation. */

import type { ErrorCode, JsonObject, JsonValue } from "@dimmer/evaluation";

export const OFREP_PATH = "/ofrep/v1/evaluate/flags";

export interface OfrepRequest {
  readonly context?: JsonObject;
}

/** Metadata values are primitives, as clients drop everything else. */
export type OfrepMetadata = Readonly<Record<string, string | number | boolean>>;

/** Always with key, reason, variant and value where there is a variant: clients in the field break without them. */
export interface OfrepSuccess {
  readonly key: string;
  readonly reason: string;
  readonly variant?: string;
  readonly value?: JsonValue;
  readonly metadata?: OfrepMetadata;
}

export interface OfrepFailure {
  readonly key: string;
  readonly errorCode: ErrorCode;
  readonly errorDetails: string;
}
