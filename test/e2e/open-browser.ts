/** A browser for a test: Chromium, where it is there without the parts that nobody sees. */

import { type Browser, chromium } from "playwright-core";
import { onTestFinished, type TestContext } from "vitest";
import { requireOrSkip } from "../tools.ts";

/** Skips the test where there is none; closes the browser at the test's end. The shell takes a fifth less of the machine. */
export async function openBrowser(context: TestContext): Promise<Browser> {
  const executablePath = requireOrSkip(context, "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
  onTestFinished(() => browser.close());
  return browser;
}
