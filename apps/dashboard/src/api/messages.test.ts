/** Refusals in words. */

import { expect, test } from "vitest";
import { sayIssue } from "./messages.ts";

test.each([
  [{ message: "the attribute is not declared", mend: "declare it" }, "The attribute is not declared: declare it."],
  [{ message: "It is live.", mend: "Ramp it." }, "It is live. Ramp it."],
  [{ message: "it is live" }, "It is live."],
  [{ message: "opus (draft): It is wrong.", mend: "Mend it." }, "opus (draft): It is wrong. Mend it."],
  [
    { message: "flags/summarizer/environments/production/rules/a/when: it is empty", mend: "fill it" },
    "It is empty (summarizer in production): fill it.",
  ],
  [{ message: "flags/summarizer/schema: It is wrong.", mend: "Mend it." }, "It is wrong (summarizer). Mend it."],
])("%j", (issue, said) => expect(sayIssue(issue)).toBe(said));
