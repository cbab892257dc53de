/** What somebody types becomes a requirement, or is said to be wrong in its place. */

import { expect, test } from "vitest";
import { readRequirement, type TypedRequirement } from "./read-requirement.ts";

const typed: TypedRequirement = { of: "flag", name: " summarizer ", suite: "faq", scorer: "exact", atLeast: "0.9", hours: "24" };

test("a flag or a tag is named", () => {
  const rest = { suite: "faq", scorer: "exact", atLeast: 0.9, maxAgeHours: 24 };
  expect(readRequirement(typed)).toEqual({ requirement: { flag: "summarizer", ...rest } });
  expect(readRequirement({ ...typed, of: "tag", name: "ai" })).toEqual({ requirement: { tag: "ai", ...rest } });
});

test.each<[Partial<TypedRequirement>, string]>([
  [{ name: " " }, "name"],
  [{ suite: "" }, "suite"],
  [{ scorer: "" }, "scorer"],
  [{ atLeast: "1.5" }, "atLeast"],
  [{ atLeast: "most" }, "atLeast"],
  [{ hours: "0" }, "hours"],
  [{ hours: "999999" }, "hours"],
])("%j is wrong at %s", (more, field) =>
  expect(readRequirement({ ...typed, ...more })).toEqual({ problems: { [field]: expect.any(String) as string } }),
);
