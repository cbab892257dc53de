/** Every collected reference value has its test, in one place, or is named as left out with the reason. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { hasReferenceCases, OPTIONAL_METHODS, referenceCases } from "./reference-cases.contract.ts";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const texts = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.ts") && path !== "reference-cases.test.ts")
  .map((path) => ({ path, text: readFileSync(`${ROOT}${path}`, "utf8") }));

/** The files that answer for the method in a call for that area. */
function filesOf(area: string, method: string): string[] {
  const call = new RegExp(`describeReferenceCases\\("${area}", \\{(?:(?!describeReferenceCases)[^])*?\\b${method}\\b`, "u");
  return texts.filter(({ text }) => call.test(text)).map(({ path }) => path);
}

describe.skipIf(!hasReferenceCases)("each collected reference value", () => {
  test.each(referenceCases().map((one) => [one.id, one] as const))(
    "%s is in exactly one test, or left out",
    (_id, { area, method }) => {
      expect(filesOf(area, method)).toHaveLength(Object.hasOwn(OPTIONAL_METHODS, method) ? 0 : 1);
    },
  );

  test("what is left out is there", () => {
    const methods = referenceCases().map((one) => one.method);
    for (const [method, reason] of Object.entries(OPTIONAL_METHODS)) {
      expect(methods).toContain(method);
      expect(reason).not.toBe("");
    }
  });
});
