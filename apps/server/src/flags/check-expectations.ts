/** Whether a change keeps what flags expect: every expectation that the change may reach is evaluated on what it would leave. */

import { checkExpectations } from "@dimmer/evaluation";
import type { Finding } from "./locate-issue.ts";
import { flagEnvironmentResource, type Origin, type ProjectState } from "./project-state.ts";
import { stateDocument } from "./state-document.ts";

/**
 * Shape:  one finding an expectation and environment in which it is broken; pure. The state holds every flag that expects something and
 *         what these require. Kills, stops and restores write no origin, and so are never held up.
 * Errors: none thrown.
 * Source: ADR-0016.
 */
export function checkFlagExpectations(state: ProjectState, origins: readonly Origin[]): Finding[] {
  if (origins.length === 0) return [];
  return checkExpectations(stateDocument(state)).map(({ flag, environment, index, message, mend }) => ({
    resource: flagEnvironmentResource(flag, environment),
    issue: {
      path: "",
      code: "expectation-broken",
      message: `expectation ${index + 1} of ${flag} breaks: ${message}`,
      mend,
      severity: "error",
    },
  }));
}
