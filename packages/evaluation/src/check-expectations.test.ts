/** Expectations: which hold, which are broken, and which cannot be decided from the document alone. */

import { expect, test } from "vitest";
import { checkExpectations } from "./check-expectations.ts";
import type { Expectation, FlagDefinition, FlagDocument, FlagEnvironment } from "./flag.ts";

const block: FlagEnvironment = {
  enabled: true,
  fallback: "plain",
  rules: [{ id: "paid", when: { plan: "pro" }, serve: { variant: "big" } }],
  default: { variant: "small" },
};

function documentOf(
  expectation: Expectation,
  config: Partial<FlagEnvironment> = {},
  more: Partial<FlagDefinition> = {},
): FlagDocument {
  const flag: FlagDefinition = {
    type: "string",
    purpose: "release",
    owner: "team",
    permanent: true,
    variants: { big: { value: "b" }, small: { value: "s" }, plain: { value: "p" } },
    environments: { production: { ...block, ...config }, staging: block },
    expect: [expectation],
    ...more,
  };
  return { version: 1, flags: { f: flag } };
}

const check = (document: FlagDocument, broken: readonly string[]) =>
  expect(checkExpectations(document).map(({ message }) => message)).toEqual(broken);

const PRO = { context: { plan: "pro" } };

test("what is served as expected is no issue, in any environment", () => {
  check(documentOf({ ...PRO, serves: "big" }), []);
  check(documentOf({ ...PRO, serves: ["small", "big"] }), []);
  check(documentOf({ ...PRO, never: ["small", "plain"] }), []);
  check(documentOf({ ...PRO, serves: "big" }, {}, { expect: [] }), []);
  check({ version: 1, flags: {} }, []);
});

test("what is not names the environment, the context and both variants", () => {
  check(documentOf({ ...PRO, serves: "small" }), [
    'in production, {"plan":"pro"} gets big of f, and is expected to get small',
    'in staging, {"plan":"pro"} gets big of f, and is expected to get small',
  ]);
  check(documentOf({ ...PRO, never: "big", environments: ["staging"] }), [
    'in staging, {"plan":"pro"} gets big of f, and is never to get it',
  ]);
  expect(checkExpectations(documentOf({ ...PRO, serves: "small", environments: ["production"] }))).toMatchObject([
    { flag: "f", environment: "production", index: 0 },
  ]);
});

test("who gets no variant does not get what is expected, nor what is never to be", () => {
  const split = { default: { split: { big: 50, small: 50 } } };
  const nobody = { context: { plan: "free" }, environments: ["production"] };
  check(documentOf({ ...nobody, serves: ["big", "small"] }, split), [
    'in production, {"plan":"free"} gets no variant (TARGETING_KEY_MISSING) of f, and is expected to get big or small',
  ]);
  check(documentOf({ ...nobody, never: "big" }, split), []);
  const ending = { fallback: [{ when: { a: 1 }, variant: "plain" }], default: { variant: "big" } };
  const only = { variants: { big: { value: "b", only: { plan: "pro" } }, small: { value: "s" }, plain: { value: "p" } } };
  check(documentOf({ ...nobody, serves: "big" }, ending, only), [
    'in production, {"plan":"free"} gets no variant of f, and is expected to get big',
  ]);
});

test("a long context is cut", () => {
  const [first] = checkExpectations(documentOf({ context: { name: "x".repeat(500) }, serves: "big" }));
  expect(first?.message).toContain("xx… gets small");
});

test("kills and stops count as lifted", () => {
  check(documentOf({ ...PRO, serves: "big" }, { enabled: false, stopped: ["big"] }), []);
});

test("what hangs on a flag or segment that is not there cannot be decided", () => {
  const requiring = { requires: [{ flag: "elsewhere", variant: "on" }] };
  check(documentOf({ ...PRO, serves: "plain", environments: ["production"] }, requiring), []);
  const only = { variants: { big: { value: "b", only: { segment: "nobody" } }, small: { value: "s" }, plain: { value: "p" } } };
  check(documentOf({ ...PRO, serves: "small" }, {}, only), []);
});

test("a flag that is configured nowhere has nothing to break", () => {
  const { environments: _, ...flag } = documentOf({ ...PRO, serves: "small" }).flags["f"] as FlagDefinition;
  check({ version: 1, flags: { f: flag } }, []);
});
