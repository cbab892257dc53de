/** Tools a test may need that not every machine has: without one the test is skipped, and says so. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "vitest";

/**
 * The path of the first of these programs that is there.
 *
 * Shape:  `requireOrSkip(context, "chromium", "google-chrome")`, inside a test.
 * Errors: without any of them the test is skipped with its reason; with DIMMER_TEST_REQUIRE=all it fails.
 */
export function requireOrSkip(context: TestContext, ...programs: readonly string[]): string {
  const found = programs.map(findProgram).find((path) => path !== undefined);
  if (found !== undefined) return found;
  const why = `${programs.join(" or ")} is not installed`;
  if (process.env["DIMMER_TEST_REQUIRE"] === "all") throw new Error(`${why}, and DIMMER_TEST_REQUIRE=all allows no skip.`);
  return context.skip(why);
}

function findProgram(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
