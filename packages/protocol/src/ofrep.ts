/** OpenFeature Remote Evaluation Protocol 0.3: one flag, all flags, and the stream that says when to ask again. */

import type { ErrorCode, JsonObject, JsonValue } from "@dimmer/evaluation";

export const OFREP_PATH = "/ofrep/v1/evaluate/flags";
/** Clients take it from `eventStreams` and never build it themselves. */
export const OFREP_STREAM_PATH = "/ofrep/v1/stream";

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

/** The answer to a request for all flags; an item may be a failure of its own. */
export interface OfrepBulkSuccess {
  readonly flags: readonly (OfrepSuccess | OfrepFailure)[];
  readonly eventStreams?: readonly OfrepEventStream[];
  readonly metadata?: OfrepMetadata;
}

export interface OfrepBulkFailure {
  readonly errorCode: ErrorCode;
  readonly errorDetails: string;
}

/**
 * Where to hear of changes. Treat the address as a secret.
 *
 * Shape:  without an origin, as the client already knows under which one it reaches the server.
 */
export interface OfrepEventStream {
  readonly type: "sse";
  readonly endpoint: { readonly requestUri: string };
  /** Seconds after which a hidden page should let go of its stream. */
  readonly inactivityDelaySec: number;
}

/** The data of the stream's one event: ask for all flags again. `etag` comes back as the query `flagConfigEtag`. */
export interface OfrepRefetch {
  readonly type: "refetchEvaluation";
  readonly etag: string;
}
