/** The same snapshot and context give the same answer in Node, in workerd and in a browser. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { chromium } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { requireOrSkip } from "../tools.ts";
import { checkVectors, type VectorReport, type Vectors } from "./check-vectors.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, `spec/vectors/${name}.json`), "utf8"));
const VECTORS = { slot: read("slot"), split: read("split"), evaluation: read("evaluation") } as Vectors;
/** Fewer would mean that a file of vectors is empty. */
const AT_LEAST = 900;

function check(report: VectorReport): void {
  expect(report.failures).toEqual([]);
  expect(report.checked).toBeGreaterThan(AT_LEAST);
}

/** The package and its check as one file, for a runtime that has no modules of ours. */
async function bundle(entry: string, format: "esm" | "iife"): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    write: false,
    format,
    target: "es2022",
    conditions: ["dimmer-source"],
    platform: "neutral",
  });
  return outputFiles[0]?.text ?? "";
}

/** Runs in the page; JSON both ways. */
const runInPage = (vectors: string): string =>
  JSON.stringify((globalThis as unknown as { checkVectors: typeof checkVectors }).checkVectors(JSON.parse(vectors) as Vectors));

describe("[same-everywhere] spec/vectors", () => {
  it("hold in Node", () => check(checkVectors(VECTORS)));

  it("notice one wrong slot", () => {
    const wrong = VECTORS.slot.vectors.map((vector, at) => (at === 7 ? { ...vector, slot: vector.slot + 1 } : vector));
    expect(checkVectors({ ...VECTORS, slot: { vectors: wrong } }).failures).toHaveLength(1);
  });

  describe("elsewhere", () => {
    let worker = "";
    let page = "";
    beforeAll(async () => {
      worker = await bundle(
        `import { checkVectors } from "./check-vectors.ts";
         export default { async fetch(request) { return Response.json(checkVectors(await request.json())); } };`,
        "esm",
      );
      page = await bundle(`import { checkVectors } from "./check-vectors.ts"; globalThis.checkVectors = checkVectors;`, "iife");
    });

    it("hold in workerd", async () => {
      const miniflare = new Miniflare({ modules: true, script: worker, compatibilityDate: "2026-01-01" });
      try {
        const response = await miniflare.dispatchFetch("http://127.0.0.1/", { method: "POST", body: JSON.stringify(VECTORS) });
        check((await response.json()) as VectorReport);
      } finally {
        await miniflare.dispose();
      }
    });

    it("hold in headless Chromium", async (context) => {
      const executablePath = requireOrSkip(context, "chromium", "chromium-browser", "google-chrome");
      const browser = await chromium.launch({
        executablePath,
        args: [
          "--no-sandbox",
          "--disable-gpu",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--no-first-run",
        ],
      });
      try {
        const tab = await browser.newPage();
        await tab.addScriptTag({ content: page });
        const text = await tab.evaluate(runInPage, JSON.stringify(VECTORS));
        check(JSON.parse(text) as VectorReport);
      } finally {
        await browser.close();
      }
    });
  });
});
