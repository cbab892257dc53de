/** How a context is held against what its project declares. */

import { describe, expect, it } from "vitest";
import { snapshotOf } from "./build-snapshot.ts";
import { compileSnapshot, updateSnapshot } from "./compile-snapshot.ts";
import { type ContextProblem, type DeclaredAttributes, findContextProblems, travellingAttributes } from "./declaration.ts";
import type { FlagDocument } from "./flag.ts";

type Declared = DeclaredAttributes[string];

function check(declared: Declared, value: unknown, problem: ContextProblem | undefined): void {
  const found = findContextProblems({ it: value }, { it: declared });
  expect(found).toEqual(problem === undefined ? [] : [{ attribute: "it", problem }]);
}

const CASES: readonly (readonly [Declared, unknown, ContextProblem | undefined])[] = [
  [{ type: "string" }, "pro", undefined],
  [{ type: "string" }, "", undefined],
  [{ type: "string" }, 3, "mistyped"],
  [{ type: "string" }, undefined, "missing"],
  [{ type: "string" }, null, "missing"],
  [{ type: "string" }, ["pro"], "mistyped"],
  [{ type: "string" }, { plan: "pro" }, "mistyped"],
  [{ type: "number" }, 0, undefined],
  [{ type: "number" }, Number.NaN, "mistyped"],
  [{ type: "number" }, "3", "mistyped"],
  [{ type: "boolean" }, false, undefined],
  [{ type: "boolean" }, "true", "mistyped"],
  [{ type: "semver" }, "2.3.0", undefined],
  [{ type: "semver" }, "v2.3.0", "mistyped"],
  [{ type: "semver" }, 2, "mistyped"],
  [{ type: "instant" }, "2027-03-01T09:00:00Z", undefined],
  [{ type: "instant" }, 1_800_000_000_000, undefined],
  [{ type: "instant" }, new Date(0), undefined],
  [{ type: "instant" }, new Date(Number.NaN), "mistyped"],
  [{ type: "instant" }, "2027-03-01", "mistyped"],
  [{ type: "ip" }, "192.0.2.7", undefined],
  [{ type: "ip" }, "localhost", "mistyped"],
  [{ type: "ip" }, 7, "mistyped"],
  [{ type: "later" as "string" }, 7, undefined],
  [{ type: "string", values: ["free", "pro"] }, "pro", undefined],
  [{ type: "string", values: ["free", "pro"] }, "trial", "not-allowed"],
  [{ type: "string", values: ["free", "pro"] }, 3, "mistyped"],
  [{ type: "string", list: true }, ["a", "b"], undefined],
  [{ type: "string", list: true }, [], undefined],
  [{ type: "string", list: true }, "a", "mistyped"],
  [{ type: "string", list: true }, ["a", 3], "mistyped"],
  [{ type: "string", list: true, values: ["a"] }, ["a", "b"], "not-allowed"],
];

describe("findContextProblems", () => {
  it.each(CASES)("%j: %j → %s", (declared, value, problem) => {
    check(declared, value, problem);
  });

  it("finds a nested attribute where a condition would, and what is inherited nowhere", () => {
    const names = ["organization.plan", "toString"];
    const attributes: DeclaredAttributes = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
    const missing = [{ attribute: "toString", problem: "missing" }];
    expect(findContextProblems({ organization: { plan: "pro" } }, attributes)).toEqual(missing);
    expect(findContextProblems({ "organization.plan": "pro" }, attributes)).toEqual(missing);
    expect(findContextProblems({ organization: "pro" }, attributes)).toEqual([
      { attribute: "organization.plan", problem: "missing" },
      ...missing,
    ]);
  });
});

describe("a snapshot", () => {
  const document: FlagDocument = {
    version: 1,
    context: { attributes: { plan: { type: "string", description: "Paid" } } },
    flags: {},
  };
  const nothing = { epoch: "e", flags: {}, segments: {}, values: {}, removed: { flags: [], segments: [], values: [] } };

  it("carries what is declared without descriptions, and nothing where nothing is", () => {
    expect(snapshotOf(document, "production").context).toEqual({ plan: { type: "string" } });
    expect(snapshotOf({ ...document, context: { attributes: {} } }, "production")).not.toHaveProperty("context");
    expect(travellingAttributes(null)).toBeUndefined();
  });

  it("keeps it over a patch that says nothing of it, takes another, and lets it go", () => {
    const held = compileSnapshot(snapshotOf(document, "production"));
    const kept = updateSnapshot(held, { ...nothing, version: 2 });
    expect(kept.source.context).toEqual({ plan: { type: "string" } });
    const other = updateSnapshot(kept, { ...nothing, version: 3, context: { age: { type: "number" } } });
    expect(other.source.context).toEqual({ age: { type: "number" } });
    expect(updateSnapshot(other, { ...nothing, version: 4, context: null }).source).not.toHaveProperty("context");
  });
});
