/** Broken expectations of a document as issues, each at its place in the file. */

import { checkExpectations, type FlagDocument, type Issue } from "@dimmer/evaluation";
import { pointerTo } from "@dimmer/planning";

/** One issue an expectation that is broken somewhere; the first environment says how. */
export function expectationIssues(document: FlagDocument): Issue[] {
  const issues = checkExpectations(document).map(({ flag, index, message, mend }): [string, Issue] => {
    const path = pointerTo("flags", flag, "expect", index);
    return [path, { path, code: "expectation-broken", message, mend, severity: "error" }];
  });
  return [...new Map(issues.reverse()).values()].reverse();
}
