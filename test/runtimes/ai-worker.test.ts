/** `@dimmer/ai` in a worker, from web standards alone, and how large it is. */

import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { expect, test } from "vitest";

/** Compressed, without the template engine, which an app may have anyway: ten and a half KiB. */
const CORE_MAX_BYTES = 10_752;

async function bundle(contents: string, external: string[] = []): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["dimmer-source"],
    platform: "browser",
    external,
  });
  return outputFiles[0]?.text ?? "";
}

test("the core is small", async () => {
  const core = await bundle(`export { openAi } from "@dimmer/ai";`, ["liquidjs"]);
  expect(gzipSync(core).length).toBeLessThan(CORE_MAX_BYTES);
});

test("a run in a worker: filled, fallen back, streamed and told of", async () => {
  const script = await bundle(`
    import { openAi } from "@dimmer/ai";
    import { fakeFlags, fakeModel, recordingPort } from "@dimmer/ai/testing";
    const value = { provider: "openai", model: "m", instructions: "For {{ name }}{% for tag in tags %} #{{ tag }}{% endfor %}" };
    const flags = { chat: { variant: "a", value, fallback: [{ variant: "b", value, valueVersion: 1 }] } };
    export default { async fetch() {
      const port = recordingPort(flags);
      const ai = openAi({ client: fakeFlags(flags), port });
      const config = await ai.config("chat", {}, { fallback: { reply: "" }, variables: { name: "Ann", tags: [1, 2] } });
      const run = await config.run(fakeModel([{ error: 500 }, { pieces: ["one", " two"] }]).stream);
      const pieces = [];
      for await (const piece of run.textStream()) pieces.push(piece);
      return Response.json({ value: config.value, pieces, outcome: run.outcome, kinds: port.events.map(({ kind }) => kind) });
    } };
  `);
  const worker = new Miniflare({ modules: true, script, compatibilityDate: "2026-01-01" });
  try {
    const answer = await (await worker.dispatchFetch("http://worker/")).json();
    expect(answer).toEqual({
      value: { provider: "openai", model: "m", instructions: "For Ann #1 #2" },
      pieces: ["one", " two"],
      outcome: "fallback",
      kinds: ["exposure", "generation", "generation", "run"],
    });
  } finally {
    await worker.dispose();
  }
});
