/** The one way to the server: the management client of the protocol, and the calls that only the dashboard makes. */

import { type FlagSummary, openManagement } from "@dimmer/protocol";
import type { Evaluation, JsonValue, TraceStep } from "@dimmer/evaluation";
import { callServer } from "./call-server.ts";

/** Signed in by its cookie. */
export const management = openManagement({ url: window.location.origin, token: undefined });

export const summariseFlags = async (project: string, environment: string): Promise<readonly FlagSummary[]> =>
  (await callServer<{ items: readonly FlagSummary[] }>("GET", `${placeOf(project, environment)}/flags`)).items;

/** An evaluation as somebody with a context would get it; with its trace where one flag was asked for. */
export interface Answer {
  readonly evaluation: Evaluation;
  readonly trace?: readonly TraceStep[];
}

/** Of one flag with its trace, or of all without. */
export const explainContext = (
  project: string,
  environment: string,
  { flag, context }: { readonly flag?: string | undefined; readonly context: Readonly<Record<string, JsonValue>> },
): Promise<{ readonly version: number; readonly results: readonly Answer[] }> =>
  callServer("POST", `${placeOf(project, environment)}/evaluate`, {
    context,
    ...(flag === undefined ? {} : { flag, explain: true }),
  });

const placeOf = (project: string, environment: string) =>
  `/api/v1/projects/${encodeURIComponent(project)}/environments/${encodeURIComponent(environment)}`;
