/** The one way to the server: the management client of the protocol, and the calls that only the dashboard makes. */

import { type FlagSummary, openManagement } from "@dimmer/protocol";
import { type JsonValue, type TraceStep } from "@dimmer/evaluation";
import { callServer } from "./call-server.ts";

/** Signed in by its cookie. */
export const management = openManagement({ url: window.location.origin, token: undefined });

export const summariseFlags = async (project: string, environment: string): Promise<readonly FlagSummary[]> =>
  (await callServer<{ items: readonly FlagSummary[] }>("GET", `${placeOf(project, environment)}/flags`)).items;

/** An evaluation with its trace, as somebody with this context would get it. */
export interface Explained {
  readonly evaluation: {
    readonly flagKey: string;
    readonly variant?: string;
    readonly value?: JsonValue;
    readonly reason: string;
    readonly errorCode?: string;
    readonly errorMessage?: string;
    readonly flagMetadata: Readonly<Record<string, JsonValue>>;
  };
  readonly trace: readonly TraceStep[];
}

const placeOf = (project: string, environment: string) =>
  `/api/v1/projects/${encodeURIComponent(project)}/environments/${encodeURIComponent(environment)}`;
