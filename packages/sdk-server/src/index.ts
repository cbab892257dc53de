/** Dimmer for Node: `openDimmer` gives a client that answers from a snapshot it holds. */
export type {
  EvaluationContext,
  EvaluationDetails,
  Explanation,
  FlagMetadata,
  JsonValue,
  Pin,
  Snapshot,
} from "@dimmer/evaluation";
export type {
  ConfigurationChange,
  EngineEvents,
  FailureCode,
  FlagChange,
  HeldSource,
  Listener,
  PinCounts,
  ReadToken,
  SourceFailure,
  SourceKind,
  Status,
} from "@dimmer/sdk-core";
export { FlagStoppedError } from "@dimmer/sdk-core";
export type { Dimmer, PinnableAnswer, Readiness, SignedPin } from "./client.ts";
export { openDimmer } from "./open-dimmer.ts";
export type { Scope, ScopeOptions } from "./scope.ts";
export type { DimmerOptions, Logger } from "./options.ts";
export { overrideTokenOf, type CarriedToken, type RequestLike } from "./override-token.ts";
export type { TrackedEvent, Tracker, TrackingDetails } from "./track.ts";
