/** Which flags traces have named: kept for minutes, as spans and logs of one trace come in several requests. */

import type { Served } from "@dimmer/protocol";
import { type Attributes, textOf } from "./attributes.ts";
import { OTLP_LIMITS } from "./limits.ts";

export interface NamedFlag {
  readonly served: Served;
  readonly targetingKey: string | undefined;
}

/** Shape: `evaluations` holds for what comes after it in the trace, `label` for a span and what is below it. */
export type NamedAs = "label" | "evaluation";

/** The environment that is told of, as far as its flags may be named. */
export interface FlagsHere {
  readonly project: string;
  readonly environment: string;
  has(this: void, flag: string): boolean;
  /** What a variant's value says of the model: a config names it; a text may be its name. */
  modelOf(this: void, served: Served): { readonly config?: string; readonly text?: string };
}

/** Shape: undefined where no flag is named, or one that is not of this environment. */
export function namedBy(attributes: Attributes, here: FlagsHere): NamedFlag | undefined {
  const [flag, variant] = [textOf(attributes, "flag"), textOf(attributes, "variant")];
  if (flag === undefined || variant === undefined || !here.has(flag)) return undefined;
  const setId = textOf(attributes, "setId");
  if (setId !== undefined && setId !== `${here.project}/${here.environment}`) return undefined;
  const reason = textOf(attributes, "reason")?.toUpperCase();
  const version = textOf(attributes, "version");
  const served = {
    flag,
    variant,
    ...(version === undefined ? {} : { version }),
    ...(reason === undefined ? {} : { reason }),
  };
  return { served, targetingKey: textOf(attributes, "contextId") };
}

export interface NamedFlags {
  /** Where there is no room for more of the trace, the first ones stay. */
  add(here: FlagsHere, traceId: string, spanId: string, named: NamedFlag, as: NamedAs): void;
  of(here: FlagsHere, traceId: string): NamedInTrace;
}

export interface NamedInTrace {
  /** What one span has named, the last word on each flag. */
  by(spanId: string): readonly NamedFlag[];
  /** What was evaluated anywhere in the trace. */
  evaluated(): readonly NamedFlag[];
}

interface Naming extends NamedFlag {
  readonly as: NamedAs;
}

interface Trace {
  readonly since: number;
  size: number;
  /** By span, then by flag. */
  readonly spans: Map<string, Map<string, Naming>>;
}

export function openNamedFlags(clock: () => number): NamedFlags {
  const traces = new Map<string, Trace>();
  let size = 0;

  const forget = (key: string, trace: Trace): void => {
    traces.delete(key);
    size -= trace.size;
  };
  const find = (key: string): Trace | undefined => {
    const trace = traces.get(key);
    if (trace === undefined || trace.since > clock() - OTLP_LIMITS.namedKeptMs) return trace;
    forget(key, trace);
    return undefined;
  };
  const start = (key: string): Trace => {
    const trace: Trace = { since: clock(), size: 0, spans: new Map() };
    traces.set(key, trace);
    return trace;
  };

  return {
    add(here, traceId, spanId, named, as) {
      const key = keyOf(here, traceId);
      const trace = find(key) ?? start(key);
      const ofSpan = trace.spans.get(spanId) ?? new Map<string, Naming>();
      const { flag } = named.served;
      const before = ofSpan.get(flag);
      if (before === undefined) {
        if (trace.size >= OTLP_LIMITS.namedOfTrace) return;
        trace.size++;
        size++;
      }
      trace.spans.set(spanId, ofSpan.set(flag, { ...named, as: before?.as === "evaluation" ? before.as : as }));
      for (const [oldest, other] of traces) {
        if (size <= OTLP_LIMITS.named) break;
        forget(oldest, other);
      }
    },
    of(here, traceId) {
      const spans = find(keyOf(here, traceId))?.spans;
      return {
        by: (spanId) => [...(spans?.get(spanId)?.values() ?? [])],
        evaluated: () =>
          [...(spans?.values() ?? [])].flatMap((ofSpan) => [...ofSpan.values()].filter(({ as }) => as === "evaluation")),
      };
    },
  };
}

const keyOf = ({ project, environment }: FlagsHere, traceId: string): string => JSON.stringify([project, environment, traceId]);
